use std::num::NonZeroU32;

use actix_web::{HttpResponse, http::StatusCode};
use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{Act, AddressRange, AddressRanges, Name, Scope, ScopeSet, UserId, WorkspaceId};
use leadkeep_service::{Management, ManagementError, NewApiKey, NewApiToken, gate::CLIENT_CALLS_PER_MINUTE};

use super::{
    Of,
    issue::{Made, issued, sent_before},
    list::drawn,
};
use crate::{
    Notice, Typed,
    account::Inside,
    pages::credentials::{self, Kind, New},
    posted::Posted,
    respond::{page, page_with},
    trouble::Trouble,
    words::capital,
};

/// What was typed, and has no fault.
struct Wanted {
    name: Name,
    scopes: ScopeSet,
    expiry: ExpiryChoice,
    allowed_addresses: AddressRanges,
    limit_per_minute: Option<NonZeroU32>,
}

/// The form before anything is typed.
pub(super) async fn form(inside: &Inside, kind: Kind) -> Result<New, Trouble> {
    let usual = match kind {
        Kind::Client => CLIENT_CALLS_PER_MINUTE.get(),
        Kind::Key | Kind::Token => {
            inside.management()?.workspace(inside.workspace()).await?.plan.calls_per_minute()
        }
    };
    Ok(New::empty(inside.workspace(), kind, usual))
}

/// GET …/new
pub(super) async fn new<K: Of>(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let view = form(&inside, K::KIND).await?;
    inside.framed(None, |frame| page(credentials::new(frame, &view)))
}

/// POST: the secret is in the answer, and nowhere else.
pub(super) async fn create<K: Of>(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let wanted = match read(form(&inside, K::KIND).await?, &posted) {
        Ok(wanted) => wanted,
        Err(faulty) => return again(&inside, *faulty, None, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let (management, maker) = (inside.management()?.once(posted.form_id()), inside.acting()?.user.id);
    let secret = match make(&management, inside.workspace(), K::KIND, wanted, maker).await {
        Ok(secret) => secret,
        Err(ManagementError::AlreadySent) => return sent_before(&inside, K::KIND, None),
        Err(error @ ManagementError::TooManyCredentials) => {
            let full = typed(form(&inside, K::KIND).await?, &posted);
            let told = format!("{}.", capital(&error.to_string()));
            return again(&inside, full, Some(Notice::Failed(&told)), StatusCode::CONFLICT).await;
        }
        Err(error) => return Err(error.into()),
    };
    let new = if K::KIND.is_made_in_the_list() { Some(form(&inside, K::KIND).await?) } else { None };
    let told = format!("The {} is made.", K::KIND.name());
    let issued = issued(&inside, K::KIND, secret, None);
    drawn(&inside, K::KIND, Some(Notice::Done(&told)), Some(issued), new, StatusCode::OK).await
}

/// The form with its faults, where it was.
async fn again(
    inside: &Inside,
    faulty: New,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    if faulty.kind.is_made_in_the_list() {
        return drawn(inside, faulty.kind, notice, None, Some(faulty), status).await;
    }
    inside.framed(notice, |frame| page_with(status, credentials::new(frame, &faulty)))
}

async fn make(
    management: &Management,
    workspace: WorkspaceId,
    kind: Kind,
    wanted: Wanted,
    maker: UserId,
) -> Result<Made, ManagementError> {
    let Wanted { name, scopes, expiry, allowed_addresses, limit_per_minute } = wanted;
    let maker = Some(maker);
    Ok(match kind {
        Kind::Client => management.create_client(workspace, name, scopes, limit_per_minute).await?.into(),
        Kind::Key => {
            let creator = maker;
            let new = NewApiKey { label: name, scopes, expiry, limit_per_minute, allowed_addresses, creator };
            management.create_key(workspace, new).await?.into()
        }
        Kind::Token => {
            let new = NewApiToken { name, expiry, acting_as: maker };
            management.create_token(workspace, new).await?.into()
        }
    })
}

/// What was typed, or the form again with all of its faults.
fn read(empty: New, posted: &Posted) -> Result<Wanted, Box<New>> {
    let kind = empty.kind;
    let name = Name::parse(posted.get("name").trim());
    let scopes = read_scopes(kind, posted);
    let expiry = read_expiry(kind, posted);
    let addresses = read_addresses(posted.get("allowed_addresses"));
    let limit = read_limit(posted.get("limit_per_minute").trim());
    match (name, scopes, expiry, addresses, limit) {
        (Ok(name), Some(scopes), Some(expiry), Ok(allowed_addresses), Ok(limit_per_minute)) => {
            Ok(Wanted { name, scopes, expiry, allowed_addresses, limit_per_minute })
        }
        (name, scopes, expiry, addresses, limit) => {
            let mut faulty = typed(empty, posted);
            faulty.name.fault = name.err().map(|reason| format!("It {reason}."));
            faulty.scope_fault = scopes.is_none().then(|| "Choose at least one.".to_owned());
            faulty.expiry_fault = expiry.is_none().then(|| "Choose one.".to_owned());
            faulty.allowed_addresses.fault = addresses.err();
            faulty.limit_per_minute.fault = limit.err();
            Err(Box::new(faulty))
        }
    }
}

/// The form with what was typed.
fn typed(empty: New, posted: &Posted) -> New {
    let scopes: Vec<Scope> = posted.all("scope").filter_map(|scope| scope.parse().ok()).collect();
    New {
        name: Typed::new(posted.get("name")),
        scopes: ScopeSet::of(&scopes),
        expiry: ExpiryChoice::parse(posted.get("expiry")).ok(),
        allowed_addresses: Typed::new(posted.get("allowed_addresses")),
        limit_per_minute: Typed::new(posted.get("limit_per_minute")),
        ..empty
    }
}

fn read_scopes(kind: Kind, posted: &Posted) -> Option<ScopeSet> {
    if !kind.has_scopes() {
        return Some(ScopeSet::ALL);
    }
    let scopes: Result<Vec<Scope>, _> = posted.all("scope").map(str::parse).collect();
    scopes.ok().map(|scopes| ScopeSet::of(&scopes)).filter(|scopes| !scopes.is_empty())
}

/// A key lives until it is revoked, unless told otherwise; a token's end is chosen.
fn read_expiry(kind: Kind, posted: &Posted) -> Option<ExpiryChoice> {
    match (kind, posted.get("expiry")) {
        (Kind::Client, _) | (Kind::Key, "") => Some(ExpiryChoice::Never),
        (_, choice) => ExpiryChoice::parse(choice).ok(),
    }
}

/// One a line. All faults are told.
fn read_addresses(text: &str) -> Result<AddressRanges, String> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let (mut ranges, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        match line.parse::<AddressRange>() {
            Ok(range) => ranges.push(range),
            Err(reason) => faults.push(format!("Line {} {reason}.", at + 1)),
        }
    }
    let all = AddressRanges::new(ranges).map_err(|reason| faults.push(format!("It {reason}.")));
    match all {
        Ok(ranges) if faults.is_empty() => Ok(ranges),
        _ => Err(faults.join(" ")),
    }
}

fn read_limit(text: &str) -> Result<Option<NonZeroU32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let limit = text.parse().map(Some);
    limit.map_err(|_| "It must be a whole number from 1 on, or empty.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_line_by_line_with_all_faults() {
        let read = |text| read_addresses(text).map(|ranges| ranges.to_string());
        assert_eq!(read(" 10.0.0.0/8\r\n\r\n203.0.113.9 "), Ok("10.0.0.0/8 203.0.113.9".to_owned()));
        assert_eq!(read("\n "), Ok(String::new()));
        let faults = read("10.0.0.7/8\n\n::1\nlocalhost").unwrap_err();
        assert!(faults.contains("Line 1 must be an address") && faults.contains("Line 4 must"), "{faults}");
        let many = "10.0.0.1\n".repeat(AddressRanges::MAX + 1);
        assert_eq!(read(&many), Err("It must be at most 50 ranges.".to_owned()));
    }

    #[test]
    fn a_limit_is_a_whole_number_or_nothing() {
        assert_eq!(read_limit(""), Ok(None));
        assert_eq!(read_limit("60"), Ok(NonZeroU32::new(60)));
        for wrong in ["0", "-1", "1.5", "1,000", "many", "4294967296"] {
            assert!(read_limit(wrong).is_err(), "{wrong}");
        }
    }
}

//! Ends what a credential does: for good, or for a time. The page before says what that breaks.

use actix_web::{HttpRequest, HttpResponse};
use leadkeep_domain::{Act, CredentialId, Id};
use leadkeep_service::RecentUse;
use leadkeep_storage::ClientRef;
use time::OffsetDateTime;

use super::{
    Of, above,
    found::{api_kind, working},
    list::page_of,
    named,
};
use crate::{
    account::Inside,
    numbers::{grouped, many},
    pages::{
        confirm,
        credentials::{Credential, Kind, LastUse, State},
    },
    posted::Posted,
    query::address,
    respond::{page, see},
    trouble::Trouble,
    when::relative,
};

/// GET …/revoke
pub(super) async fn ask_revoke<K: Of>(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    asked(&inside, &request, K::KIND, "Revoke", |kind| {
        vec![format!("A revoked {} stays revoked. You can make another one.", kind.short())]
    })
    .await
}

/// GET …/disable
pub(super) async fn ask_disable<K: Of>(
    inside: Inside,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    asked(&inside, &request, K::KIND, "Disable", |_| vec!["You can enable it again at any time.".to_owned()])
        .await
}

async fn asked(
    inside: &Inside,
    request: &HttpRequest,
    kind: Kind,
    act: &str,
    last: fn(Kind) -> Vec<String>,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let (id, state) = (named(request, kind)?, &inside.account.visitor().state);
    let one = working(inside, kind, id).await?;
    let recent = state.activity.recent_use(inside.workspace(), id.as_uuid()).await?;
    let mut sentences = consequences(kind, &one, recent, state.clock.now());
    sentences.extend(last(kind));
    let view = confirm::View {
        title: format!("{act} {}?", one.name),
        sentences,
        button: format!("{act} {}", one.name),
        action: on_page(request.path(), request, ""),
        cancel: on_page(&above(inside, kind), request, ""),
        section: Some(kind.section()),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

/// What ends with the credential.
fn consequences(kind: Kind, one: &Credential, recent: RecentUse, now: OffsetDateTime) -> Vec<String> {
    let is_disabled = one.state == State::Disabled;
    let mut told = vec![calls(is_disabled, recent), last_used(one.last_use.as_ref(), now)];
    if kind == Kind::Client {
        told.push("All its active tokens are invalid at once, and it gets no others.".to_owned());
    }
    told.push("Imports, exports and other runs that it has going are cancelled.".to_owned());
    told.push(made(&one.created_by, one.created_at, now));
    told
}

/// Who made it, and when.
pub(in crate::routes) fn made(by: &str, at: OffsetDateTime, now: OffsetDateTime) -> String {
    format!("{by} made it {}.", relative(at, now))
}

/// The calls that will be refused.
pub(in crate::routes) fn calls(is_disabled: bool, recent: RecentUse) -> String {
    let RecentUse { last_hour, last_day } = recent;
    let day = grouped(last_day);
    match (last_hour, last_day) {
        _ if is_disabled => {
            format!(
                "It is disabled: its calls get 401 already. It made {} in the last 24 hours.",
                many(last_day, "call")
            )
        }
        (0, 0) => "It made no call in the last 24 hours. If anything still has it, its next call gets 401."
            .to_owned(),
        (0, _) => format!(
            "It made {} in the last 24 hours, none of them in the last hour. The next one gets 401.",
            many(last_day, "call")
        ),
        (hour, _) => format!(
            "It made {} in the last hour, and {day} in the last 24 hours. Such calls get 401 from the next one on.",
            many(hour, "call")
        ),
    }
}

/// When it was used, and from where.
pub(in crate::routes) fn last_used(last: Option<&LastUse>, now: OffsetDateTime) -> String {
    match last {
        None => "It was never used.".to_owned(),
        Some(last) => {
            let from = last.from.as_ref().map(|address| format!(", from {address}")).unwrap_or_default();
            format!("It was last used {}{from}.", relative(last.at, now))
        }
    }
}

/// POST …/revoke
pub(super) async fn revoke<K: Of>(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let (id, management) = (named(&request, K::KIND)?, inside.management()?);
    match api_kind(K::KIND) {
        None => drop(management.revoke_client(ClientRef::Id(Id::from_uuid(id.as_uuid()))).await?),
        Some(kind) => drop(management.revoke_credential(kind, id).await?),
    }
    Ok(done(&inside, K::KIND, &request, "revoked"))
}

/// POST …/disable
pub(super) async fn disable<K: Of>(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    set_disabled(&inside, K::KIND, named(&request, K::KIND)?, true).await?;
    Ok(done(&inside, K::KIND, &request, "disabled"))
}

/// POST …/enable
pub(super) async fn enable<K: Of>(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    set_disabled(&inside, K::KIND, named(&request, K::KIND)?, false).await?;
    Ok(done(&inside, K::KIND, &request, "enabled"))
}

async fn set_disabled(inside: &Inside, kind: Kind, id: CredentialId, disabled: bool) -> Result<(), Trouble> {
    inside.require(Act::ManageCredentials)?;
    let kind = api_kind(kind).ok_or(Trouble::NotFound)?;
    inside.management()?.set_credential_disabled(kind, id, disabled).await?;
    Ok(())
}

/// Back to the page of the list that one came from.
fn done(inside: &Inside, kind: Kind, request: &HttpRequest, what: &str) -> HttpResponse {
    see(&on_page(&above(inside, kind), request, what)).finish()
}

fn on_page(path: &str, request: &HttpRequest, done: &str) -> String {
    let page = Some(page_of(request)).filter(|page| *page > 1).map(|page| page.to_string());
    address(path, &[("done", done), ("page", page.as_deref().unwrap_or_default())])
}

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::{Act, Email, Member, MemberId, PageLimit, Role};
use leadkeep_service::people::MemberError;
use leadkeep_storage::{COUNTED, Invitation, LeftBehind, ListedMember};

use super::{Route, get, id, post};
use crate::{
    Notice, Pages, Section, Typed,
    account::Inside,
    numbers::many,
    pages::{
        already_sent, confirm,
        members::{self, InviteForm, Invited, Row, View},
    },
    posted::Posted,
    query::{Query, address},
    respond::{page as shown, page_with, see},
    trouble::Trouble,
    words,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/settings/members", || web::to(page)),
    post("/console/w/{workspace}/settings/members/{member}/role", || web::to(change_role)),
    get("/console/w/{workspace}/settings/members/{member}/remove", || web::to(confirm_removal)),
    post("/console/w/{workspace}/settings/members/{member}/remove", || web::to(remove)),
    post("/console/w/{workspace}/settings/invitations", || web::to(invite)),
    get("/console/w/{workspace}/settings/invitations/{invitation}/withdraw", || web::to(confirm_withdrawal)),
    post("/console/w/{workspace}/settings/invitations/{invitation}/withdraw", || {
        web::to(withdraw_invitation)
    }),
];

/// What has been done, as the address says it.
const DONE: [(&str, &str); 3] = [
    ("role", "The role is changed, from the next request on."),
    (
        "removed",
        "The person is no member any more. What acted with their role is refused from the next request on.",
    ),
    ("withdrawn", "The invitation is withdrawn: its link lets nobody in."),
];

fn here(inside: &Inside) -> String {
    format!("/console/w/{}/settings/members", inside.workspace())
}

fn done(inside: &Inside, what: &str) -> HttpResponse {
    see(&format!("{}?done={what}", here(inside))).finish()
}

/// How many members a page has.
const LIMIT: u64 = 36;

/// How many invitations a page has.
const INVITATIONS: usize = 20;

/// Where the page begins.
#[derive(Clone, Copy, Default)]
struct Begin {
    /// Behind which member.
    after: Option<MemberId>,
    /// With which page of invitations, from 1 on.
    invitations: usize,
}

/// GET …/members: `after` a member, with a page of `invitations`.
pub(super) async fn page(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let query = Query::of(&request);
    let said = DONE.iter().find(|(what, _)| query.get("done") == *what);
    let notice = said.map(|(_, text)| Notice::Done(text));
    let after = query.given("after").map(str::parse).transpose().map_err(|_| Trouble::NotFound)?;
    let begin = Begin { after, invitations: query.get("invitations").parse().unwrap_or(1) };
    drawn_from(&inside, begin, InviteForm::default(), None, notice, StatusCode::OK).await
}

async fn drawn(
    inside: &Inside,
    invite: InviteForm,
    invited: Option<Invited>,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    drawn_from(inside, Begin::default(), invite, invited, notice, status).await
}

async fn drawn_from(
    inside: &Inside,
    begin: Begin,
    invite: InviteForm,
    invited: Option<Invited>,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let (management, role) = (&inside.account.visitor().state.management, inside.membership.role);
    let limit = PageLimit::parse(LIMIT).unwrap_or_default();
    let found = management.members_page(inside.workspace(), begin.after, limit).await?;
    let last = found.items.last().filter(|_| found.has_more).map(|last| last.member.id.to_string());
    let next = last.map(|id| address(&here(inside), &[("after", id.as_str())]));
    let pages = Pages { first: begin.after.map(|_| here(inside)), next };
    let all = if role.may(Act::ManageMembers) { pending(inside).await? } else { Vec::new() };
    let (invitations, invitation_pages) = part(inside, &all, begin.invitations);
    let view = View {
        workspace: inside.workspace(),
        role,
        members: found.items.into_iter().map(|listed| row(inside, listed)).collect(),
        pages,
        owners: management.owners(inside.workspace()).await?,
        invitations,
        invited_in_all: u64::try_from(all.len()).unwrap_or(u64::MAX),
        invitation_pages,
        invite,
        invited,
    };
    inside.framed(notice, |frame| page_with(status, members::page(frame, &view)))
}

fn row(inside: &Inside, ListedMember { member, signed_in_at }: ListedMember) -> Row {
    Row {
        id: member.id,
        name: member.user.name.to_string(),
        email: member.user.email.to_string(),
        role: member.role,
        since: member.created_at,
        last_sign_in_at: signed_in_at,
        you: member.id == inside.membership.member,
    }
}

/// A page of the invitations, of which there are few hundred at most, and the pages beside it.
fn part(inside: &Inside, all: &[Invitation], page: usize) -> (Vec<members::Invitation>, Pages) {
    let count = all.len().div_ceil(INVITATIONS).max(1);
    let page = page.clamp(1, count);
    let shown = all.chunks(INVITATIONS).nth(page - 1).unwrap_or_default();
    let to = |page: usize| {
        let number = if page == 1 { String::new() } else { page.to_string() };
        format!("{}#pending", address(&here(inside), &[("invitations", number.as_str())]))
    };
    let pages = Pages { first: (page > 1).then(|| to(1)), next: (page < count).then(|| to(page + 1)) };
    let shown = shown.iter().map(|one| members::Invitation {
        id: one.id.to_string(),
        email: one.email.as_ref().map(ToString::to_string),
        role: one.role,
        invited_by: one.created_by_name.clone(),
        expires_at: one.expires_at,
    });
    (shown.collect(), pages)
}

async fn pending(inside: &Inside) -> Result<Vec<Invitation>, Trouble> {
    let found = inside.account.visitor().state.people.invitations(inside.acting()?).await;
    found.map_err(|error| Trouble::of_members(error, inside.membership.role))
}

/// POST …/invitations: the link is in the answer, and nowhere else.
pub(super) async fn invite(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageMembers)?;
    let typed = posted.get("email").trim().to_owned();
    let email = if typed.is_empty() { Ok(None) } else { Email::parse(&typed).map(Some) };
    let role = posted.get("role").parse::<Role>();
    let faulty = |fault: Option<String>, role_fault: Option<String>| InviteForm {
        email: Typed { value: typed.clone(), fault },
        role: role.clone().unwrap_or(Role::Member),
        role_fault,
    };
    let told = |invite| drawn(&inside, invite, None, None, StatusCode::UNPROCESSABLE_ENTITY);
    let (email, role) = match (email, &role) {
        (Ok(email), Ok(role)) => (email, *role),
        (email, role) => {
            let fault = email.err().map(|reason| format!("It {reason}."));
            let role_fault = role.as_ref().err().map(|_| "Choose one of the roles.".to_owned());
            return told(faulty(fault, role_fault)).await;
        }
    };
    let people = &inside.account.visitor().state.people;
    let made = match people.invite(inside.acting()?, email, role, posted.form_id()).await {
        Ok(made) => made,
        Err(error @ (MemberError::AlreadyMember | MemberError::TooManyInvitations)) => {
            return told(faulty(Some(sentence(&error)), None)).await;
        }
        Err(MemberError::AlreadySent) => return sent_before(&inside),
        Err(error @ MemberError::OwnersOnly) => return told(faulty(None, Some(sentence(&error)))).await,
        Err(error) => return Err(Trouble::of_members(error, inside.membership.role)),
    };
    let issuer = inside.account.visitor().state.issuer();
    let invited = Invited {
        email: made.invitation.email.as_ref().map(ToString::to_string),
        role: made.invitation.role,
        link: format!("{issuer}/console/join/{}", made.secret.expose()),
        expires_at: made.invitation.expires_at,
    };
    drawn(&inside, InviteForm::default(), Some(invited), None, StatusCode::OK).await
}

/// What is said to a form that made an invitation before.
fn sent_before(inside: &Inside) -> Result<HttpResponse, Trouble> {
    let view = already_sent::View {
        done: "It made an invitation then, and the answer showed its link, once.".to_owned(),
        lost: "If nobody has copied the link: withdraw the invitation, and make another.",
        list: here(inside),
        list_name: "Members",
        section: Section::Members,
    };
    inside.framed(None, |frame| page_with(StatusCode::CONFLICT, already_sent::page(frame, &view)))
}

/// An error's text as a sentence.
fn sentence(error: &MemberError) -> String {
    let text = error.to_string();
    let (first, rest) = text.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}.", first.to_ascii_uppercase())
}

/// GET …/invitations/{invitation}/withdraw
pub(super) async fn confirm_withdrawal(
    inside: Inside,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageMembers)?;
    let id = id(&request, "invitation")?;
    let found = pending(&inside).await?.into_iter().find(|one| one.id == id).ok_or(Trouble::NotFound)?;
    let whom = found.email.as_ref().map_or_else(|| "whoever has the link".to_owned(), ToString::to_string);
    let view = confirm::View {
        title: format!("Withdraw the invitation of {whom}?"),
        sentences: vec![
            "Its link lets nobody in any more. You can invite them again, with another link.".to_owned(),
        ],
        button: "Withdraw invitation".to_owned(),
        action: request.path().to_owned(),
        cancel: here(&inside),
        section: Some(Section::Members),
    };
    inside.framed(None, |frame| shown(confirm::page(frame, &view)))
}

/// POST …/invitations/{invitation}/withdraw
pub(super) async fn withdraw_invitation(
    inside: Inside,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageMembers)?;
    let people = &inside.account.visitor().state.people;
    match people.withdraw_invitation(inside.acting()?, id(&request, "invitation")?).await {
        Ok(_) => Ok(done(&inside, "withdrawn")),
        Err(error) => Err(Trouble::of_members(error, inside.membership.role)),
    }
}

/// POST …/members/{member}/role
pub(super) async fn change_role(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let member: MemberId = id(&request, "member")?;
    let role = posted.get("role").parse().map_err(|_| Trouble::Unreadable("choose one of the roles"))?;
    let people = &inside.account.visitor().state.people;
    let changed = people.change_role(inside.acting()?, member, role).await;
    after(&inside, changed, "role").await
}

/// What is shown after a change: the list, or with a refusal that says what to do first.
async fn after(
    inside: &Inside,
    changed: Result<Member, MemberError>,
    what: &str,
) -> Result<HttpResponse, Trouble> {
    match changed {
        Ok(_) => Ok(done(inside, what)),
        Err(error @ MemberError::LastOwner) => {
            let told = sentence(&error);
            let notice = Some(Notice::Failed(&told));
            drawn(inside, InviteForm::default(), None, notice, StatusCode::CONFLICT).await
        }
        Err(error) => Err(Trouble::of_members(error, inside.membership.role)),
    }
}

/// GET …/members/{member}/remove
pub(super) async fn confirm_removal(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let id: MemberId = id(&request, "member")?;
    let is_oneself = id == inside.membership.member;
    if !is_oneself {
        inside.require(Act::ManageMembers)?;
    }
    let member = inside.account.visitor().state.management.member(inside.workspace(), id).await?;
    if !is_oneself && member.role == Role::Owner {
        inside.require(Act::ManageOwners)?;
    }
    let name = &member.user.name;
    let workspace = &inside.membership.workspace_name;
    let (title, button) = if is_oneself {
        (format!("Leave {workspace}?"), "Leave".to_owned())
    } else {
        (format!("Remove {name} from {workspace}?"), format!("Remove {name}"))
    };
    let left = inside.management()?.leaves_behind(inside.workspace(), id).await?;
    let view = confirm::View {
        title,
        sentences: vec![
            format!(
                "{name} is {} here, and will see nothing of the workspace any more.",
                words::a_role(member.role)
            ),
            refused_with(&left),
            left_leads(&left),
        ],
        button,
        action: request.path().to_owned(),
        cancel: here(&inside),
        section: Some(Section::Members),
    };
    inside.framed(None, |frame| shown(confirm::page(frame, &view)))
}

/// What acts with a member's role, and is refused without it.
fn refused_with(left: &LeftBehind) -> String {
    let stay = "API keys and API clients that they made stay.";
    if left.tokens == 0 && left.apps == 0 {
        return format!("No API token that they made and no app acts with their role. {stay}");
    }
    format!(
        "{} that they made, and {} that they let act for them here: all are refused from the next request on, and what they have \
         running is cancelled. {stay}",
        words::capital(&counted(left.tokens, "API token")),
        counted(left.apps, "app")
    )
}

fn left_leads(left: &LeftBehind) -> String {
    match left.leads {
        0 => "No lead is assigned to them.".to_owned(),
        1 => "1 lead is assigned to them, and keeps naming them.".to_owned(),
        count => {
            format!("{} are assigned to them, and keep naming them.", words::capital(&counted(count, "lead")))
        }
    }
}

/// How many there are, as far as they were counted.
fn counted(count: usize, unit: &str) -> String {
    match count {
        0 => format!("no {unit}"),
        count if count > COUNTED => format!("more than {}", many(COUNTED as u64, unit)),
        count => many(count as u64, unit),
    }
}

/// POST …/members/{member}/remove
pub(super) async fn remove(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let member: MemberId = id(&request, "member")?;
    let people = &inside.account.visitor().state.people;
    let removed = people.remove_member(inside.acting()?, member).await;
    if removed.is_ok() && member == inside.membership.member {
        return Ok(see("/console").finish());
    }
    after(&inside, removed, "removed").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_member_leaves_behind_is_told_in_numbers() {
        let left = |tokens, apps, leads| {
            let left = LeftBehind { tokens, apps, leads };
            (refused_with(&left), left_leads(&left))
        };
        let (refused, leads) = left(0, 0, 0);
        assert!(refused.starts_with("No API token that they made and no app acts"), "{refused}");
        assert_eq!(leads, "No lead is assigned to them.");
        let (refused, leads) = left(2, 0, 1);
        assert!(
            refused.starts_with("2 API tokens that they made, and no app that they let act"),
            "{refused}"
        );
        assert_eq!(leads, "1 lead is assigned to them, and keeps naming them.");
        let (refused, leads) = left(0, 1, 1_001);
        assert!(refused.starts_with("No API token that they made, and 1 app that they let act"), "{refused}");
        assert_eq!(leads, "More than 1,000 leads are assigned to them, and keep naming them.");
        assert!(left(0, 1, 1_000).1.starts_with("1,000 leads are"));
    }
}

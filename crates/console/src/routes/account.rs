use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_credentials::Password;
use leadkeep_domain::{GrantId, SessionId};
use leadkeep_service::{
    gate::Refusal,
    people::{ChangePassword, ChangePasswordError},
};
use leadkeep_storage::GrantedApp;

use super::{Route, get, id, post, sign_in::SIGN_IN_ANEW};
use crate::{
    Notice,
    account::Account,
    pages::{
        account::{self, AppAccess, Session, View},
        confirm,
    },
    posted::Posted,
    respond::{page_with, see},
    trouble::Trouble,
    words,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/account", || web::to(page)),
    post("/console/account/password", || web::to(change_password)),
    post("/console/account/sessions/end-others", || web::to(end_other_sessions)),
    post("/console/account/sessions/{session}/end", || web::to(end_session)),
    get("/console/account/apps/{grant}/withdraw", || web::to(confirm_withdrawal)),
    post("/console/account/apps/{grant}/withdraw", || web::to(withdraw)),
];

const HERE: &str = "/console/account";

/// What has been done, as the address says it: nothing of it is kept anywhere.
const DONE: [(&str, &str); 4] = [
    ("password", "Your password is changed. You are signed out everywhere else."),
    ("session", "The session is ended."),
    ("sessions", "All other sessions are ended."),
    ("withdrawn", "The app has no access any more: its next call is refused."),
];

fn done(what: &str) -> HttpResponse {
    see(&format!("{HERE}?done={what}")).finish()
}

/// GET /console/account
pub(super) async fn page(account: Account, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let said = DONE.iter().find(|(what, _)| request.query_string() == format!("done={what}"));
    drawn(&account, View::default(), said.map(|(_, text)| Notice::Done(text)), StatusCode::OK).await
}

async fn drawn(
    account: &Account,
    faults: View,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let (visitor, session) = (account.visitor(), account.session()?);
    let sessions = visitor.state.people.sessions(session.user.id).await?;
    let access = visitor.state.consents.granted_by(session.user.id).await?;
    let sessions = sessions.into_iter().map(|one| Session {
        id: one.id.to_string(),
        user_agent: one.user_agent,
        address: one.address,
        signed_in_at: one.created_at,
        last_seen_at: one.last_seen_at,
        this_one: one.id == session.id,
    });
    let access = access.into_iter().map(|one| AppAccess {
        grant: one.grant.to_string(),
        app: one.app.to_string(),
        workspace: one.workspace_name,
        scopes: one.scopes,
        since: one.granted_at,
        last_used_at: one.last_used_at,
    });
    let view = View { sessions: sessions.collect(), access: access.collect(), ..faults };
    account.framed(notice, |frame| page_with(status, account::page(frame, &view)))
}

/// POST /console/account/password
pub(super) async fn change_password(account: Account, posted: Posted) -> Result<HttpResponse, Trouble> {
    let (visitor, session) = (account.visitor(), account.session()?);
    let change = ChangePassword {
        current: Password::presented(posted.get("current").to_owned()),
        new: posted.get("password").to_owned(),
    };
    let people = &visitor.state.people;
    let faults = match people.change_password(session, change, visitor.browser(), &visitor.origin).await {
        Ok(Some(signed_in)) => {
            return Ok(visitor.signed_in(signed_in, &format!("{HERE}?done=password")).await);
        }
        Ok(None) => return Ok(see(SIGN_IN_ANEW).finish()),
        Err(ChangePasswordError::Wrong) => {
            visitor.note_refusal(Refusal::WrongPassword);
            let current_fault = Some("This is not your current password.".to_owned());
            View { current_fault, ..View::default() }
        }
        Err(ChangePasswordError::Unsuitable(reason)) => {
            View { password_fault: Some(format!("It {reason}.")), ..View::default() }
        }
        Err(ChangePasswordError::TooMany(too_many)) => {
            visitor.note_refusal(Refusal::TooManyAttempts);
            return Err(too_many.into());
        }
        Err(ChangePasswordError::SessionEnded) => return Err(Trouble::SessionEnded),
        Err(ChangePasswordError::Storage(error)) => return Err(error.into()),
        Err(ChangePasswordError::Random(error)) => return Err(error.into()),
    };
    drawn(&account, faults, None, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// POST /console/account/sessions/{session}/end
pub(super) async fn end_session(
    account: Account,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let session: SessionId = id(&request, "session")?;
    let user = account.session()?.user.id;
    if account.visitor().state.people.end_session(user, session).await? {
        Ok(done("session"))
    } else {
        Err(Trouble::NotFound)
    }
}

/// POST /console/account/sessions/end-others
pub(super) async fn end_other_sessions(account: Account, _: Posted) -> Result<HttpResponse, Trouble> {
    account.visitor().state.people.end_other_sessions(account.session()?).await?;
    Ok(done("sessions"))
}

/// GET /console/account/apps/{grant}/withdraw
pub(super) async fn confirm_withdrawal(
    account: Account,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let app = granted(&account, id(&request, "grant")?).await?;
    let may: Vec<&str> = app.scopes.iter().map(words::scope).collect();
    let view = confirm::View {
        title: format!("Withdraw the access of {}?", app.app),
        sentences: vec![
            format!(
                "Its next call in {} is refused, and what it has running there is cancelled.",
                app.workspace_name
            ),
            format!("It may do this now: {}.", may.join("; ")),
            "It can ask you again; nothing is given until you allow it.".to_owned(),
        ],
        button: "Withdraw access".to_owned(),
        action: format!("{HERE}/apps/{}/withdraw", app.grant),
        cancel: HERE.to_owned(),
        section: None,
    };
    account.framed(None, |frame| crate::respond::page(confirm::page(frame, &view)))
}

async fn granted(account: &Account, grant: GrantId) -> Result<GrantedApp, Trouble> {
    let all = account.visitor().state.consents.granted_by(account.session()?.user.id).await?;
    all.into_iter().find(|app| app.grant == grant).ok_or(Trouble::NotFound)
}

/// POST /console/account/apps/{grant}/withdraw
pub(super) async fn withdraw(
    account: Account,
    _: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    let (visitor, grant) = (account.visitor(), id(&request, "grant")?);
    let user = &account.session()?.user;
    let withdrawn = visitor.state.consents.withdraw(user, grant, &visitor.origin).await?;
    withdrawn.map(|_| done("withdrawn")).ok_or(Trouble::NotFound)
}

use actix_web::{HttpResponse, http::StatusCode, http::header, web};
use leadkeep_credentials::Password;
use leadkeep_service::{
    gate::Refusal,
    people::{SignIn, SignInError},
};

use super::{Route, authorize::scheme_of_app, get, post};
use crate::{
    local_path::LocalPath,
    pages::sign_in::{self, Trouble as Wrong, View},
    posted::Posted,
    respond::{page, page_leading_to, page_with, see},
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/sign-in", || web::to(form)),
    post("/console/sign-in", || web::to(sign_in)),
    post("/console/sign-out", || web::to(sign_out)),
];

/// Where somebody goes whose password is changed, and who is not signed in for it.
pub(super) const SIGN_IN_ANEW: &str = "/console/sign-in?changed=1";

/// GET /console/sign-in
pub(super) async fn form(visitor: SharedVisitor) -> Result<HttpResponse, Trouble> {
    let query = visitor.request.query_string();
    let asked = |name: &str| {
        url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value)
    };
    let next = asked("next").and_then(|next| LocalPath::parse(&next));
    if visitor.session.is_some() {
        return Ok(see(next.unwrap_or_else(LocalPath::home).as_str()).finish());
    }
    let ended = asked("ended").map(|_| Wrong::Ended);
    let trouble = asked("changed").map(|_| Wrong::PasswordChanged).or(ended);
    let leads_to = Onward::of(&visitor, next.as_ref()).await?;
    let view = View {
        purpose: purpose(next.as_ref()),
        next: next.map(|next| next.to_string()),
        trouble,
        ..View::default()
    };
    Ok(leads_to.allowed_by(page(sign_in::page(&visitor.plain(), &view))))
}

/// Where signing in leads on to beside the console: to the app that asks, with an error, if it asks for what it can't have.
struct Onward {
    schemes: Vec<String>,
}

impl Onward {
    async fn of(visitor: &Visitor, next: Option<&LocalPath>) -> Result<Self, Trouble> {
        let Some(next) = next.filter(|next| is_for_an_app(next)) else {
            return Ok(Self { schemes: Vec::new() });
        };
        let query = next.as_str().split_once('?').map_or("", |(_, query)| query);
        let mut schemes = vec!["https:".to_owned(), "http:".to_owned()];
        schemes.extend(scheme_of_app(visitor, query).await?.filter(|scheme| !schemes.contains(scheme)));
        Ok(Self { schemes })
    }

    fn allowed_by(&self, page: HttpResponse) -> HttpResponse {
        if self.schemes.is_empty() { page } else { page_leading_to(&self.schemes, page) }
    }
}

fn is_for_an_app(next: &LocalPath) -> bool {
    next.as_str().starts_with("/oauth/authorize")
}

/// Why somebody has to sign in, where it is not the console itself that they want.
fn purpose(next: Option<&LocalPath>) -> Option<String> {
    let is_for_an_app = next.is_some_and(is_for_an_app);
    is_for_an_app.then(|| "An app asks to use Leadkeep for you. Sign in to say whether it may.".to_owned())
}

/// POST /console/sign-in
pub(super) async fn sign_in(visitor: SharedVisitor, posted: Posted) -> Result<HttpResponse, Trouble> {
    let (email, next) = (posted.get("email"), LocalPath::parse(posted.get("next")));
    let browser = visitor.browser();
    let attempt = SignIn {
        email,
        password: Password::presented(posted.get("password").to_owned()),
        device: browser.device,
        address: browser.address,
        user_agent: browser.user_agent,
    };
    let leads_to = Onward::of(&visitor, next.as_ref()).await?;
    let again = |status: StatusCode, wrong| {
        let (next, purpose) = (next.as_ref().map(ToString::to_string), purpose(next.as_ref()));
        let view = View { email: email.to_owned(), next, purpose, trouble: Some(wrong) };
        leads_to.allowed_by(page_with(status, sign_in::page(&visitor.plain(), &view)))
    };
    match visitor.state.people.sign_in(attempt).await {
        Ok(signed_in) => {
            Ok(visitor.signed_in(signed_in, next.unwrap_or_else(LocalPath::home).as_str()).await)
        }
        Err(SignInError::Wrong) => {
            visitor.note_refusal(Refusal::WrongPassword);
            Ok(again(StatusCode::UNAUTHORIZED, Wrong::Wrong))
        }
        Err(SignInError::TooMany { retry_after }) => {
            visitor.note_refusal(Refusal::TooManyAttempts);
            let wait_seconds = retry_after.as_secs() + 1;
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, Wrong::TooMany { wait_seconds });
            response.headers_mut().insert(header::RETRY_AFTER, wait_seconds.into());
            Ok(response)
        }
        Err(SignInError::Storage(error)) => Err(error.into()),
        Err(SignInError::Random(error)) => Err(error.into()),
    }
}

/// POST /console/sign-out
pub(super) async fn sign_out(visitor: SharedVisitor, posted: Posted) -> Result<HttpResponse, Trouble> {
    if let Some(session) = &visitor.session {
        visitor.state.people.sign_out(session).await?;
    }
    let next = LocalPath::parse(posted.get("next")).unwrap_or_else(LocalPath::home);
    Ok(visitor.signed_out(&next))
}

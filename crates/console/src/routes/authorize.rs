//! GET and POST /oauth/authorize: people are asked whether an app may act for them (RFC 6749 §4.1).

use actix_web::{HttpResponse, http::StatusCode, web};
use leadkeep_domain::WorkspaceId;
use leadkeep_service::{
    oauth::{Asked, AuthorizationRequest, AuthorizeError, ConsentError, Unanswerable},
    people::Acting,
};

use super::{Route, get, post};
use crate::{
    Place,
    account::Account,
    local_path::LONGEST_QUERY,
    pages::{
        authorization_error::{self, Fault},
        consent::{self, Destination},
    },
    posted::Posted,
    respond::{page, page_leading_to, page_with, see},
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

pub(super) const ROUTES: &[Route] =
    &[get("/oauth/authorize", || web::to(ask)), post("/oauth/authorize", || web::to(answer))];

/// GET /oauth/authorize
pub(super) async fn ask(visitor: SharedVisitor) -> Result<HttpResponse, Trouble> {
    let query = visitor.request.query_string().to_owned();
    let answer = match check(&visitor, &query).await? {
        // Nobody is sent on who has not signed in: an app's registration alone makes this server no signpost (RFC 9700 §4.11.2).
        Ok(_) | Err(Stop::SendBack(_)) if visitor.session.is_none() => {
            return Err(Trouble::SignIn { next: visitor.request.uri().to_string() });
        }
        answer => answer,
    };
    let asked = match answer {
        Ok(asked) => asked,
        Err(stop) => return Ok(stop.response()),
    };
    let account = Account::of(visitor).await?;
    Ok(drawn(&account, &asked, &query, None, None))
}

/// What is answered instead of being asked.
enum Stop {
    /// The app is told.
    SendBack(String),
    /// The person is told, and sent nowhere.
    Told(HttpResponse),
}

impl Stop {
    fn response(self) -> HttpResponse {
        match self {
            Self::SendBack(address) => see(&address).finish(),
            Self::Told(response) => response,
        }
    }
}

/// What is asked, or what is answered instead.
async fn check(visitor: &Visitor, query: &str) -> Result<Result<Asked, Stop>, Trouble> {
    let malformed = |developer| Ok(Err(Stop::Told(unanswerable(visitor, Fault::Malformed, developer))));
    if query.len() > LONGEST_QUERY {
        return malformed("the request is longer than 6000 bytes");
    }
    if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
        return malformed("the request is not UTF-8, percent-encoded");
    }
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let request = AuthorizationRequest::from_pairs(pairs);
    match visitor.state.consents.check(&request, visitor.state.issuer()).await {
        Ok(asked) => Ok(Ok(asked)),
        Err(AuthorizeError::SendBack(address)) => Ok(Err(Stop::SendBack(address))),
        Err(AuthorizeError::Unanswerable(reason)) => {
            Ok(Err(Stop::Told(unanswerable(visitor, fault(reason), &reason.to_string()))))
        }
        Err(AuthorizeError::Storage(error)) => Err(error.into()),
    }
}

const fn fault(reason: Unanswerable) -> Fault {
    match reason {
        Unanswerable::UnknownApp => Fault::UnknownApp,
        Unanswerable::RevokedApp => Fault::RevokedApp,
        Unanswerable::NoRedirectUri => Fault::Malformed,
        Unanswerable::UnregisteredRedirectUri => Fault::Destination,
    }
}

/// The scheme of where a request's people are sent back to, as [`page_leading_to`] takes it; none where they are sent nowhere.
pub(super) async fn scheme_of_app(visitor: &Visitor, query: &str) -> Result<Option<String>, Trouble> {
    let uri = match check(visitor, query).await? {
        Ok(asked) => asked.redirect_uri.to_string(),
        Err(Stop::SendBack(address)) => address,
        Err(Stop::Told(_)) => return Ok(None),
    };
    Ok(uri.split_once(':').map(|(scheme, _)| format!("{scheme}:")))
}

/// Whom nobody can be sent back to, nobody is sent to.
fn unanswerable(visitor: &Visitor, fault: Fault, developer: &str) -> HttpResponse {
    let request_id = visitor.request_id.as_str();
    let view = authorization_error::View { fault, developer, request_id };
    page_with(StatusCode::BAD_REQUEST, authorization_error::page(&visitor.plain(), &view))
}

fn drawn(
    account: &Account,
    asked: &Asked,
    query: &str,
    chosen: Option<WorkspaceId>,
    fault: Option<&str>,
) -> HttpResponse {
    let (visitor, places) = (account.visitor(), account.places());
    let (Ok(person), [_, ..]) = (account.person(), places.as_slice()) else {
        return unanswerable(visitor, Fault::NoWorkspace, "the person is in no workspace");
    };
    let view = consent::View {
        app: asked.app.app.client.name.as_str(),
        made_by: &asked.app.workspace_name,
        person,
        workspaces: &places,
        chosen: chosen.or_else(|| only(&places)),
        scopes: asked.scopes,
        destination: destination(asked),
        request: query,
        again: &format!("/oauth/authorize?{query}"),
        fault,
    };
    page_leading_to(&[asked.redirect_uri.scheme_source()], page(consent::page(&visitor.plain(), &view)))
}

fn only(places: &[Place<'_>]) -> Option<WorkspaceId> {
    match places {
        [only] => Some(only.id),
        _ => None,
    }
}

fn destination(asked: &Asked) -> Destination<'_> {
    let uri = &asked.redirect_uri;
    match uri.as_str().split_once(':') {
        Some(("https", _)) => Destination::Site(uri.place()),
        Some(("http", _)) => Destination::Loopback(uri.place()),
        _ => Destination::App(uri.place()),
    }
}

/// POST /oauth/authorize: what the person says. The request is read again: nothing of it was kept.
pub(super) async fn answer(account: Account, posted: Posted) -> Result<HttpResponse, Trouble> {
    let (visitor, query) = (account.visitor(), posted.get("request"));
    let asked = match check(visitor, query).await? {
        Ok(asked) => asked,
        Err(stop) => return Ok(stop.response()),
    };
    let state = &visitor.state;
    match posted.get("decision") {
        "deny" => return Ok(see(&state.consents.deny(&asked, state.issuer())).finish()),
        "allow" => {}
        _ => return Err(Trouble::Unreadable("the answer is neither to allow nor not to")),
    }
    let workspace = posted.get("workspace").parse::<WorkspaceId>().ok();
    let chosen = account.memberships.iter().find(|one| Some(one.workspace) == workspace);
    let Some(membership) = chosen else {
        return Ok(drawn(&account, &asked, query, None, Some("Choose the workspace that the app may use.")));
    };
    let user = &account.session()?.user;
    let acting = Acting { user, membership, origin: &visitor.origin };
    match state.consents.allow(&asked, acting, state.issuer()).await {
        Ok(address) => Ok(see(&address).finish()),
        Err(ConsentError::Storage(error)) => Err(error.into()),
        Err(ConsentError::Random(error)) => Err(error.into()),
        Err(ConsentError::RevokedApp) => {
            Ok(unanswerable(visitor, Fault::RevokedApp, "this OAuth app was switched off"))
        }
        Err(error @ (ConsentError::NotAMember | ConsentError::Suspended)) => {
            Ok(drawn(&account, &asked, query, None, Some(&error.to_string())))
        }
    }
}

mod end;
mod found;
mod list;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_credentials::RedirectUri;
use leadkeep_domain::{Act, ClientKey, ClientKind, Id, Name, Scope, ScopeSet};
use leadkeep_service::{Management, ManagementError, NewOauthApp};

use self::found::one;
use super::{Route, get, id, post};
use crate::{
    Notice, Section, Typed,
    account::Inside,
    pages::{
        already_sent,
        oauth_apps::{self, App, Detail, Endpoints, Issued, Kind, New, Overlap, Rotate},
    },
    posted::Posted,
    respond::{page, page_with, see},
    trouble::Trouble,
    words::capital,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/settings/oauth-apps", || web::to(list::list)),
    post("/console/w/{workspace}/settings/oauth-apps", || web::to(create)),
    get("/console/w/{workspace}/settings/oauth-apps/new", || web::to(new)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}", || web::to(detail)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/redirect-uris", || web::to(set_redirect_uris)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}/rotate", || web::to(confirm_rotation)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/rotate", || web::to(rotate)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}/revoke", || web::to(end::ask_revoke)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/revoke", || web::to(end::revoke)),
];

/// What has been done, as the address says it.
const DONE: [(&str, &str); 2] = [
    ("redirect-uris", "The redirect URIs are changed."),
    ("revoked", "The app is revoked: its next call is refused, whoever let it act."),
];

fn above(inside: &Inside) -> String {
    format!("/console/w/{}/settings/oauth-apps", inside.workspace())
}

fn here(inside: &Inside, app: impl std::fmt::Display) -> String {
    format!("{}/{app}", above(inside))
}

fn notice(request: &HttpRequest) -> Option<Notice<'static>> {
    let said = DONE.iter().find(|(what, _)| request.query_string() == format!("done={what}"));
    said.map(|(_, text)| Notice::Done(text))
}

/// GET …/oauth-apps/new
pub(super) async fn new(inside: Inside) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let view = New::empty(inside.workspace());
    inside.framed(None, |frame| page(oauth_apps::new(frame, &view)))
}

/// POST …/oauth-apps: the secret is in the answer, and nowhere else.
pub(super) async fn create(inside: Inside, posted: Posted) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let new = match read(&inside, &posted) {
        Ok(new) => new,
        Err(faulty) => {
            let drawn = |frame: &crate::Frame<'_>| {
                page_with(StatusCode::UNPROCESSABLE_ENTITY, oauth_apps::new(frame, &faulty))
            };
            return inside.framed(None, drawn);
        }
    };
    let management = inside.management()?.once(posted.form_id());
    let made = match management.create_app(inside.workspace(), new).await {
        Err(ManagementError::AlreadySent) => return sent_before(&inside, None),
        Err(error @ ManagementError::TooManyApps) => return too_many(&inside, &posted, &error),
        made => made?,
    };
    let issued = made.secret.map(|secret| issued(&inside, &made.app, &secret, false));
    let told = Notice::Done("The OAuth app is registered.");
    drawn(&inside, made.app.client.id, None, issued, Some(told), StatusCode::OK).await
}

/// What was typed, or the form again with all of its faults.
fn read(inside: &Inside, posted: &Posted) -> Result<NewOauthApp, Box<New>> {
    let name = Name::parse(posted.get("name").trim());
    let kind = Kind::parse(posted.get("kind"));
    let is_confidential = kind == Some(Kind::Confidential);
    let redirect_uris = read_redirect_uris(posted.get("redirect_uris"), is_confidential);
    let scopes: Result<Vec<Scope>, _> = posted.all("scope").map(str::parse).collect();
    let scopes = scopes.map(|scopes| ScopeSet::of(&scopes)).ok().filter(|scopes| !scopes.is_empty());
    match (name, kind, redirect_uris, scopes) {
        (Ok(name), Some(_), Ok(redirect_uris), Some(scopes)) => {
            Ok(NewOauthApp { name, is_confidential, redirect_uris, scopes })
        }
        (name, kind, redirect_uris, scopes) => {
            let mut faulty = typed(inside, posted);
            faulty.name.fault = name.err().map(|reason| format!("It {reason}."));
            faulty.kind_fault = kind.is_none().then(|| "Choose where the app runs.".to_owned());
            faulty.redirect_uris.fault = redirect_uris.err();
            faulty.scope_fault = scopes.is_none().then(|| "Choose at least one.".to_owned());
            Err(Box::new(faulty))
        }
    }
}

/// The form with what was typed and chosen.
fn typed(inside: &Inside, posted: &Posted) -> New {
    let scopes: Vec<Scope> = posted.all("scope").filter_map(|scope| scope.parse().ok()).collect();
    New {
        name: Typed::new(posted.get("name")),
        kind: Kind::parse(posted.get("kind")),
        redirect_uris: Typed::new(posted.get("redirect_uris")),
        scopes: ScopeSet::of(&scopes),
        ..New::empty(inside.workspace())
    }
}

/// Nothing that was typed is wrong: the form stays as it is, for when there is room.
fn too_many(inside: &Inside, posted: &Posted, error: &ManagementError) -> Result<HttpResponse, Trouble> {
    let (view, request) = (typed(inside, posted), inside.account.visitor().request_id.as_str());
    let told = format!("{}. Nothing was changed. Request {request}", capital(&error.to_string()));
    let drawn = |frame: &crate::Frame<'_>| page_with(StatusCode::CONFLICT, oauth_apps::new(frame, &view));
    inside.framed(Some(Notice::Failed(&told)), drawn)
}

/// One address a line. All faults are told.
fn read_redirect_uris(text: &str, is_confidential: bool) -> Result<Vec<RedirectUri>, String> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let (mut uris, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        match RedirectUri::parse(line) {
            // Whoever has the app installed has its secret.
            Ok(uri) if is_confidential && uri.is_of_installed_app() => {
                faults.push(format!(
                    "Line {} is of an app on people's devices, which is a public one.",
                    at + 1
                ));
            }
            Ok(uri) if uris.contains(&uri) => faults.push(format!("Line {} is there already.", at + 1)),
            Ok(uri) => uris.push(uri),
            Err(reason) => faults.push(format!("Line {} {reason}.", at + 1)),
        }
    }
    if uris.is_empty() && faults.is_empty() {
        faults.push("Give at least one address, each on a line of its own.".to_owned());
    }
    if uris.len() > Management::REDIRECT_URIS {
        faults.push(format!("There can be {} at most.", Management::REDIRECT_URIS));
    }
    if faults.is_empty() { Ok(uris) } else { Err(faults.join(" ")) }
}

/// GET …/oauth-apps/{app}
pub(super) async fn detail(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    drawn(&inside, id(&request, "app")?, None, None, notice(&request), StatusCode::OK).await
}

async fn drawn(
    inside: &Inside,
    app: Id<ClientKey>,
    redirect_uris: Option<Typed>,
    issued: Option<Issued>,
    notice: Option<Notice<'_>>,
    status: StatusCode,
) -> Result<HttpResponse, Trouble> {
    let view = Detail {
        workspace: inside.workspace(),
        app: one(inside, app).await?,
        redirect_uris,
        endpoints: endpoints(issuer(inside)),
        issued,
    };
    inside.framed(notice, |frame| page_with(status, oauth_apps::detail(frame, &view)))
}

fn issuer(inside: &Inside) -> &str {
    inside.account.visitor().state.issuer()
}

/// The secret as the page shows it, this once, and what a shell does with it. An address may have any sign of a URI in it: it is quoted.
fn issued(
    inside: &Inside,
    app: &leadkeep_storage::App,
    secret: &leadkeep_credentials::Secret,
    rotated: bool,
) -> Issued {
    let (token, secret) = (endpoints(issuer(inside)).token, secret.expose().to_owned());
    let back = app.redirect_uris.first().map(ToString::to_string).unwrap_or_default().replace('\'', "'\\''");
    let command = format!(
        "curl -s {token} -d grant_type=authorization_code -d client_id={} -d client_secret={secret} -d code=CODE \
         --data-urlencode 'redirect_uri={back}'",
        app.client.client_id
    );
    Issued { secret, command, rotated }
}

/// What an app's developer configures: what the discovery document says.
fn endpoints(issuer: &str) -> Endpoints {
    Endpoints {
        authorization: format!("{issuer}/oauth/authorize"),
        token: format!("{issuer}/v1/oauth/token"),
        revocation: format!("{issuer}/oauth/revoke"),
        introspection: format!("{issuer}/oauth/introspect"),
        discovery: format!("{issuer}/.well-known/oauth-authorization-server"),
    }
}

/// POST …/oauth-apps/{app}/redirect-uris
pub(super) async fn set_redirect_uris(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let app = id(&request, "app")?;
    let text = posted.get("redirect_uris");
    let kind = inside.management()?.app(inside.workspace(), app).await?.app.client.kind;
    let uris = match read_redirect_uris(text, kind == ClientKind::ConfidentialApp) {
        Ok(uris) => uris,
        Err(fault) => {
            let faulty = Some(Typed::faulty(text, fault));
            return drawn(&inside, app, faulty, None, None, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    inside.management()?.set_redirect_uris(inside.workspace(), app, uris).await?;
    Ok(see(&format!("{}?done=redirect-uris", here(&inside, app))).finish())
}

/// GET …/oauth-apps/{app}/rotate
pub(super) async fn confirm_rotation(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    asked_to_rotate(&inside, id(&request, "app")?, None).await
}

async fn asked_to_rotate(
    inside: &Inside,
    app: Id<ClientKey>,
    fault: Option<String>,
) -> Result<HttpResponse, Trouble> {
    let App { id, name, secrets, revoked_at, .. } = one(inside, app).await?;
    // A public app has no secret, and a revoked one gets no other.
    let newest = secrets.into_iter().next().filter(|_| revoked_at.is_none());
    let secret_preview = newest.ok_or(Trouble::NotFound)?.preview;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (workspace, overlap) = (inside.workspace(), Overlap::default());
    let recent = inside.account.visitor().state.activity.recent_use_of_app(workspace, app).await?;
    let view = Rotate { workspace, app: id, name, secret_preview, recent, overlap, fault };
    inside.framed(None, |frame| page_with(status, oauth_apps::rotate(frame, &view)))
}

/// POST …/oauth-apps/{app}/rotate: the new secret is in the answer, and nowhere else.
pub(super) async fn rotate(
    inside: Inside,
    posted: Posted,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let app = id(&request, "app")?;
    let Some(overlap) = Overlap::parse(posted.get("overlap")) else {
        return asked_to_rotate(&inside, app, Some("Choose how long the old secret goes on.".to_owned()))
            .await;
    };
    let management = inside.management()?.once(posted.form_id());
    let made = match management.rotate_app(inside.workspace(), app, overlap.length()).await {
        Err(ManagementError::AlreadySent) => return sent_before(&inside, Some(app)),
        // Or it is a public app, which has no secret.
        Err(ManagementError::ClientRevoked) => return Err(Trouble::NotFound),
        made => made?,
    };
    let issued = made.secret.map(|secret| issued(&inside, &made.app, &secret, true));
    drawn(&inside, app, None, issued, None, StatusCode::OK).await
}

/// What is said to a form that registered an app before, or gave one a new secret.
fn sent_before(inside: &Inside, rotated: Option<Id<ClientKey>>) -> Result<HttpResponse, Trouble> {
    let view = match rotated {
        None => already_sent::View {
            done:
                "It registered an OAuth app then. If the app has a client secret, the answer showed it, once."
                    .to_owned(),
            lost: "If nobody has copied the client secret: open the app from the list, and rotate it.",
            list: above(inside),
            list_name: "OAuth apps",
            section: Section::OAuthApps,
        },
        Some(app) => already_sent::View {
            done: "It gave the app a new client secret then, and the answer showed it, once.".to_owned(),
            lost: "If nobody has copied the new client secret: rotate it again, from the app's page.",
            list: here(inside, app),
            list_name: "the OAuth app",
            section: Section::OAuthApps,
        },
    };
    inside.framed(None, |frame| page_with(StatusCode::CONFLICT, already_sent::page(frame, &view)))
}

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_credentials::RedirectUri;
use leadkeep_domain::{Act, ClientKey, ClientKind, Id, Name, Scope, ScopeSet};
use leadkeep_service::{Management, ManagementError, NewOauthApp};
use leadkeep_storage::ListedApp;

use super::{Route, get, id, post};
use crate::{
    Notice, Section, Typed,
    account::Inside,
    pages::{
        already_sent, confirm,
        oauth_apps::{self, App, Detail, Endpoints, Issued, Kind, List, New, Overlap, Rotate, Secret},
    },
    posted::Posted,
    respond::{page, page_with, see},
    trouble::Trouble,
    when::relative,
};

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/settings/oauth-apps", || web::to(list)),
    post("/console/w/{workspace}/settings/oauth-apps", || web::to(create)),
    get("/console/w/{workspace}/settings/oauth-apps/new", || web::to(new)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}", || web::to(detail)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/redirect-uris", || web::to(set_redirect_uris)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}/rotate", || web::to(confirm_rotation)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/rotate", || web::to(rotate)),
    get("/console/w/{workspace}/settings/oauth-apps/{app}/revoke", || web::to(confirm_revocation)),
    post("/console/w/{workspace}/settings/oauth-apps/{app}/revoke", || web::to(revoke)),
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

fn shown(listed: &ListedApp) -> App {
    let (app, client) = (&listed.app, &listed.app.client);
    App {
        id: client.id.to_string(),
        name: client.name.to_string(),
        client_id: client.client_id.to_string(),
        kind: if client.kind == ClientKind::PublicApp { Kind::Public } else { Kind::Confidential },
        redirect_uris: app.redirect_uris.iter().map(ToString::to_string).collect(),
        scopes: client.scopes,
        created_by: app.created_by_name.clone(),
        created_at: client.created_at,
        secret_preview: listed.secrets.first().map(|secret| secret.preview.clone()),
        people: listed.grants,
        last_used_at: listed.last_used_at,
        revoked_at: client.revoked_at,
    }
}

/// GET …/oauth-apps
pub(super) async fn list(inside: Inside, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let apps = inside.management()?.apps(inside.workspace()).await?;
    let view = List { workspace: inside.workspace(), apps: apps.iter().rev().map(shown).collect() };
    inside.framed(notice(&request), |frame| page(oauth_apps::list(frame, &view)))
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
        Err(error @ ManagementError::TooManyApps) => {
            let mut faulty = New::empty(inside.workspace());
            faulty.name = Typed::faulty(posted.get("name"), format!("There are too many: {error}."));
            let drawn =
                |frame: &crate::Frame<'_>| page_with(StatusCode::CONFLICT, oauth_apps::new(frame, &faulty));
            return inside.framed(None, drawn);
        }
        made => made?,
    };
    let issued = made.secret.map(|secret| Issued { secret: secret.expose().to_owned(), rotated: false });
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
        (name, kind, redirect_uris, scopes) => Err(Box::new(New {
            workspace: inside.workspace(),
            name: typed(posted.get("name"), name.err().map(|reason| format!("It {reason}."))),
            kind,
            kind_fault: kind.is_none().then(|| "Choose where the app runs.".to_owned()),
            redirect_uris: typed(posted.get("redirect_uris"), redirect_uris.err()),
            scopes: scopes.unwrap_or(ScopeSet::EMPTY),
            scope_fault: scopes.is_none().then(|| "Choose at least one.".to_owned()),
        })),
    }
}

fn typed(value: &str, fault: Option<String>) -> Typed {
    Typed { value: value.to_owned(), fault }
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
    let listed = inside.management()?.app(inside.workspace(), app).await?;
    let secrets = listed.secrets.iter().map(|secret| Secret {
        preview: secret.preview.clone(),
        created_at: secret.created_at,
        last_used_at: secret.last_used_at,
        expires_at: secret.expires_at,
    });
    let view = Detail {
        workspace: inside.workspace(),
        app: shown(&listed),
        secrets: secrets.collect(),
        redirect_uris,
        endpoints: endpoints(inside.account.visitor().state.issuer()),
        issued,
    };
    inside.framed(notice, |frame| page_with(status, oauth_apps::detail(frame, &view)))
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
    let listed = inside.management()?.app(inside.workspace(), app).await?;
    let App { id, name, secret_preview, revoked_at, .. } = shown(&listed);
    // A public app has no secret, and a revoked one gets no other.
    let secret_preview = secret_preview.filter(|_| revoked_at.is_none()).ok_or(Trouble::NotFound)?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (workspace, overlap) = (inside.workspace(), Overlap::default());
    let view = Rotate { workspace, app: id, name, secret_preview, overlap, fault };
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
    let issued = made.secret.map(|secret| Issued { secret: secret.expose().to_owned(), rotated: true });
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

/// GET …/oauth-apps/{app}/revoke
pub(super) async fn confirm_revocation(
    inside: Inside,
    request: HttpRequest,
) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    let listed = inside.management()?.app(inside.workspace(), id(&request, "app")?).await?;
    let App { id, name, people, last_used_at, revoked_at, .. } = shown(&listed);
    if revoked_at.is_some() {
        return Err(Trouble::NotFound);
    }
    let people = match people {
        0 => "Nobody lets it act for them now.".to_owned(),
        1 => {
            "One person lets it act for them: its calls for them are refused from the next one on.".to_owned()
        }
        many => {
            format!("{many} people let it act for them: its calls for them are refused from the next one on.")
        }
    };
    let now = inside.account.visitor().state.clock.now();
    let used = last_used_at.map_or_else(
        || "It was never used.".to_owned(),
        |at| format!("It was last used {}.", relative(at, now)),
    );
    let view = confirm::View {
        title: format!("Revoke {name}?"),
        sentences: vec![
            people,
            used,
            "A revoked app stays revoked. You can register another one.".to_owned(),
        ],
        button: format!("Revoke {name}"),
        action: request.path().to_owned(),
        cancel: here(&inside, id),
        section: Some(Section::OAuthApps),
    };
    inside.framed(None, |frame| page(confirm::page(frame, &view)))
}

/// POST …/oauth-apps/{app}/revoke
pub(super) async fn revoke(inside: Inside, _: Posted, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    inside.require(Act::ManageCredentials)?;
    inside.management()?.revoke_app(inside.workspace(), id(&request, "app")?).await?;
    Ok(see(&format!("{}?done=revoked", above(&inside))).finish())
}

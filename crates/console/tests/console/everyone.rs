//! Every page as everybody: what each is answered is in `golden/routes.txt`. `UPDATE_GOLDEN=1` writes it anew.

use std::{fmt::Write as _, path::PathBuf};

use leadkeep_console::{ROUTES, Route};
use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{AddressRanges, Email, Role, ScopeSet};
use leadkeep_service::{NewApiKey, NewApiToken, UserRef, oauth::AuthorizationRequest, people::Acting};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::{
    browser::{Answer, Browser, encoded},
    conversations::conversation,
    leads_transfer::import,
    server::{ISSUER, OauthApp, REDIRECT_URI, Server, Somebody, origin},
};

on_both_databases![
    every_page_answers_everybody_as_was_read_before_it_was_committed,
    things_of_another_workspace_are_not_found_by_way_of_ones_own,
];

/// Who comes.
const EVERYBODY: [&str; 6] = ["nobody", "another workspace's owner", "viewer", "member", "admin", "owner"];

/// Somebody who comes with a browser.
struct Caller {
    browser: Browser,
    somebody: Option<Somebody>,
}

async fn caller(server: &Server, who: &str) -> Caller {
    let somebody = match who {
        "nobody" => return Caller { browser: server.browser(), somebody: None },
        "another workspace's owner" => {
            let other = server.workspace("Other").await;
            server.somebody_in(other, Role::Owner).await
        }
        role => server.somebody(role.parse().unwrap()).await,
    };
    Caller { browser: server.signed_in_as(&somebody).await, somebody: Some(somebody) }
}

/// Things of the workspace that nobody has touched yet, for one visit.
struct Things {
    member: Somebody,
    invitation: String,
    link: String,
    reset: String,
    app: OauthApp,
    key: String,
    token: String,
    client: String,
    /// The caller's own; somebody's where nobody comes.
    session: String,
    grant: String,
    conversation: String,
    lead: String,
    update: String,
    run: String,
}

/// A lead, a smart update of it, and a run, where the route is of one.
async fn work(server: &Server, route: &Route) -> [String; 3] {
    let nothing = || Uuid::now_v7().to_string();
    let id = |made: &serde_json::Value, name: &str| made[name].as_str().unwrap().to_owned();
    let (mut lead, mut update, mut run) = (nothing(), nothing(), nothing());
    if route.path.contains("{lead}") {
        let new = json!({"email": format!("{}@acme.com", Uuid::now_v7()), "name": "John"});
        lead = id(&server.call("/leads", &new).await, "id");
    }
    if route.path.contains("{update}") {
        let text = json!({"text": "John works at Globex Corporation now."});
        update = id(&server.call(&format!("/leads/{lead}/ai-update"), &text).await, "update_id");
    }
    if route.path.contains("{run}") {
        run = id(&server.call("/leads/export", &json!({"format": "csv"})).await, "id");
    }
    if route.path.ends_with("/failed-rows") {
        let (mut member, _) = server.signed_in(Role::Member).await;
        let path = import(&mut member, server, &[], "leads.csv", "email\r\nnone\r\n").await;
        path.rsplit('/').next().unwrap().clone_into(&mut run);
    }
    if route.path.ends_with("/result") || route.path.ends_with("/failed-rows") {
        server.do_runs().await;
    }
    [lead, update, run]
}

impl Things {
    async fn make(server: &Server, caller: &Caller, route: &Route) -> Self {
        let member = server.member(Role::Viewer).await;
        let email = |name: &str| Email::parse(format!("{name}@acme.com")).unwrap();
        let invited = server.management.invite(server.workspace, Some(email("invited")), Role::Viewer);
        let link = server.management.invite(server.workspace, None, Role::Viewer);
        let reset = server.management.new_reset_link(UserRef::Id(member.member.user.id)).await.unwrap();
        let app = server.oauth_app(true).await;
        let owner = caller.somebody.clone().unwrap_or_else(|| member.clone());
        // Passwords take time: another session is begun only where it is ended.
        if route.path.contains("{session}") && caller.somebody.is_some() {
            server.signed_in_as(&owner).await;
        }
        let [lead, update, run] = work(server, route).await;
        let sessions = server.people.sessions(owner.member.user.id).await.unwrap();
        Self {
            invitation: invited.await.unwrap().invitation.id.to_string(),
            link: link.await.unwrap().secret.expose().to_owned(),
            reset: reset.secret.expose().to_owned(),
            session: sessions
                .first()
                .map_or_else(|| Uuid::now_v7().to_string(), |session| session.id.to_string()),
            grant: granted(server, &app, &owner).await,
            key: key(server).await,
            token: token(server).await,
            client: client(server).await,
            conversation: conversation(server).await.id.to_string(),
            member,
            app,
            lead,
            update,
            run,
        }
    }

    fn path(&self, server: &Server, route: &Route) -> String {
        let link = if route.path.contains("/reset/") { &self.reset } else { &self.link };
        route
            .path
            .replace("{workspace}", &server.workspace.to_string())
            .replace("{member}", &self.member.member.id.to_string())
            .replace("{invitation}", &self.invitation)
            .replace("{link}", link)
            .replace("{app}", &self.app.id.to_string())
            .replace("{key}", &self.key)
            .replace("{token}", &self.token)
            .replace("{client}", &self.client)
            .replace("{session}", &self.session)
            .replace("{grant}", &self.grant)
            .replace("{lead}", &self.lead)
            .replace("{update}", &self.update)
            .replace("{run}", &self.run)
            .replace("{conversation}", &self.conversation)
            .replace("{plan}", "pro")
    }

    fn request(&self) -> String {
        encoded(&[
            ("response_type", "code"),
            ("client_id", &self.app.client_id),
            ("redirect_uri", REDIRECT_URI),
            ("state", "x"),
        ])
    }
}

async fn key(server: &Server) -> String {
    let new = NewApiKey {
        label: "Key".parse().unwrap(),
        scopes: ScopeSet::ALL,
        expiry: ExpiryChoice::Never,
        limit_per_minute: None,
        allowed_addresses: AddressRanges::default(),
        creator: None,
    };
    server.management.create_key(server.workspace, new).await.unwrap().credential.id.to_string()
}

async fn token(server: &Server) -> String {
    let new = NewApiToken { name: "Token".parse().unwrap(), expiry: ExpiryChoice::Never, acting_as: None };
    server.management.create_token(server.workspace, new).await.unwrap().credential.id.to_string()
}

async fn client(server: &Server) -> String {
    let name = "Client".parse().unwrap();
    let made = server.management.create_client(server.workspace, name, ScopeSet::ALL, None).await;
    made.unwrap().client.id.to_string()
}

pub(crate) async fn granted(server: &Server, app: &OauthApp, owner: &Somebody) -> String {
    let request = AuthorizationRequest {
        client_id: Some(app.client_id.clone()),
        redirect_uri: Some(REDIRECT_URI.to_owned()),
        response_type: Some("code".to_owned()),
        state: Some("x".to_owned()),
        ..AuthorizationRequest::default()
    };
    let asked = server.consents.check(&request, ISSUER).await.unwrap();
    let user = &owner.member.user;
    let membership = server.people.membership(user.id, owner.member.workspace).await.unwrap().unwrap();
    let acting = Acting { user, membership: &membership, origin: &origin("req-1") };
    server.consents.allow(&asked, acting, ISSUER).await.unwrap();
    let all = server.consents.granted_by(user.id).await.unwrap();
    all.last().unwrap().grant.to_string()
}

/// What a page was asked, in one word: its status, and for a redirect where to.
fn told(answer: &Answer) -> String {
    let place = answer.location();
    let place = match place {
        "" => return answer.status.to_string(),
        place if place.starts_with("/console/sign-in") => "sign in",
        place if place.starts_with("https://app.example/") => "the app",
        place if place.starts_with("/console/account") => "account",
        place if place.contains("/settings/") => "settings",
        place if place.contains("/integrations/") => "integrations",
        place if place.starts_with("/console/w/") => "workspace",
        "/console" => "console",
        other => panic!("{other}"),
    };
    format!("to {place}")
}

/// What every form takes, and more.
fn fields<'a>(email: &'a str, workspace: &'a str, request: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("email", email),
        ("name", "New"),
        ("role", "member"),
        ("password", "another horse battery"),
        ("current", "correct horse battery"),
        ("kind", "confidential"),
        ("redirect_uris", REDIRECT_URI),
        ("scope", "leads.read"),
        ("overlap", "none"),
        ("expiry", "30d"),
        ("decision", "allow"),
        ("workspace", workspace),
        ("request", request),
        ("version", "1"),
        ("text", "John is the CTO of Globex."),
        ("format", "csv"),
        ("channel", "chat"),
        ("text", "Hello"),
        ("currency", "EUR"),
        ("provider", "off"),
        ("field", "name"),
        ("budget", "100"),
    ]
}

async fn visit(server: &Server, route: &Route, who: &str) -> String {
    // Nobody's attempts are counted against another's.
    server.clock.advance(time::Duration::MINUTE);
    let mut caller = caller(server, who).await;
    let things = Things::make(server, &caller, route).await;
    let mut path = things.path(server, route);
    let request = things.request();
    if route.method == "GET" {
        if route.path == "/oauth/authorize" {
            path = format!("{path}?{request}");
        }
        return told(&caller.browser.get(&path).await);
    }
    let workspace = match &caller.somebody {
        Some(somebody) => somebody.member.workspace.to_string(),
        None => server.workspace.to_string(),
    };
    let (email, request) = (format!("{}@acme.com", things.app.id), things.request());
    let fields = fields(&email, &workspace, &request);
    // A form that is right in every way but for its token changes nothing for anybody.
    let bare = caller.browser.send(Method::POST, &path, Some(encoded(&fields))).await;
    assert_eq!(bare.status, 403, "{} {path} as {who}: {}", route.method, bare.text);
    told(&caller.browser.post(&path, &fields).await)
}

async fn every_page_answers_everybody_as_was_read_before_it_was_committed(database: TestDatabase) {
    let mut server = Server::start(database).await;
    let mut found = String::new();
    for route in ROUTES.iter().copied().flatten() {
        // A workspace has only so many apps and invitations.
        server.workspace = server.workspace("Acme").await;
        writeln!(found, "{} {}", route.method, route.path).unwrap();
        for who in EVERYBODY {
            writeln!(found, "    {who}: {}", visit(&server, route, who).await).unwrap();
        }
    }
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/console/golden/routes.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, found).unwrap();
    } else {
        assert_eq!(found, std::fs::read_to_string(golden).unwrap());
    }
}

async fn things_of_another_workspace_are_not_found_by_way_of_ones_own(database: TestDatabase) {
    let mut server = Server::start(database).await;
    let mut owner = caller(&server, "another workspace's owner").await;
    let own = owner.somebody.as_ref().unwrap().member.workspace.to_string();
    let mut visited = 0;
    for route in ROUTES.iter().copied().flatten() {
        let below = route.path.strip_prefix("/console/w/{workspace}").unwrap_or_default();
        if !below.contains('{') || below.contains("{plan}") {
            continue;
        }
        server.clock.advance(time::Duration::MINUTE);
        server.workspace = server.workspace("Acme").await;
        let nobody = Caller { browser: server.browser(), somebody: None };
        let things = Things::make(&server, &nobody, route).await;
        let path = things.path(&server, route).replace(&server.workspace.to_string(), &own);
        let answer = if route.method == "GET" {
            owner.browser.get(&path).await
        } else {
            let email = format!("{}@acme.com", things.app.id);
            owner.browser.post(&path, &fields(&email, &own, &things.request())).await
        };
        assert_eq!(answer.status, 404, "{} {path}: {} {}", route.method, answer.location(), answer.text);
        visited += 1;
    }
    assert!(visited > 40, "{visited}");
}

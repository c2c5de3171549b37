//! The oauth2 crate, as others use it, against the server over https. scripts/oauth-clients does it with other libraries.

use leadkeep_testkit::TestDatabase;
use oauth2::{
    HttpRequest, HttpResponse, PkceCodeVerifier, TokenResponse,
    basic::{BasicErrorResponseType, BasicRequestTokenError, BasicTokenResponse},
    http::{HeaderName, HeaderValue, Response},
};
use serde_json::Value;
use url::Url;

use crate::{
    oauth_app::{App, Login, Server as Metadata},
    person::{Person, value_of},
    process::{Place, Server, text},
    tls_client::Authority,
};

const REDIRECT_URI: &str = "https://app.example/callback";

/// A server at `https://localhost`, and who may be sure that it is.
struct Https {
    authority: Authority,
    place: Place,
    workspace: String,
    server: Server,
}

impl Https {
    fn start() -> Self {
        let authority = Authority::new();
        let place = Place::migrated(TestDatabase::sqlite());
        authority.issue().write(place.folder.path());
        let workspace = place.new_workspace();
        let mut command = place.command(&["serve", "--public-url", "https://localhost"]);
        command.env("LEADKEEP_TLS_CERT", "cert.pem").env("LEADKEEP_TLS_KEY", "key.pem");
        let server = Server::spawn(command);
        Self { authority, place, workspace, server }
    }

    /// What the library makes its requests with.
    fn call(&self, request: &HttpRequest) -> std::io::Result<HttpResponse> {
        assert_eq!(request.uri().host(), Some("localhost"));
        let line = format!("{} {}", request.method(), request.uri().path());
        let header =
            |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}\r\n", value.to_str().unwrap());
        let headers: String = request.headers().iter().map(header).collect();
        let body = str::from_utf8(request.body()).unwrap();
        let answer = self.authority.connect(&self.server.address)?.request(&line, &headers, body);
        let mut response = Response::builder().status(answer.status);
        for kind in answer.header("content-type") {
            response = response.header("content-type", kind);
        }
        Ok(response.body(answer.body.into_bytes()).unwrap())
    }

    fn http(&self) -> impl Fn(HttpRequest) -> std::io::Result<HttpResponse> {
        |request| self.call(&request)
    }

    fn metadata(&self) -> Metadata {
        let mut connection = self.authority.connect(&self.server.address).unwrap();
        let answer = connection.request("GET /.well-known/oauth-authorization-server", "", "");
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    fn app(&self, client_id: &str, client_secret: Option<&str>) -> App {
        App::new(self.metadata(), client_id, client_secret).with_redirect_uri(REDIRECT_URI).unwrap()
    }

    /// What the API says to a token.
    fn status(&self, tokens: &BasicTokenResponse) -> u16 {
        let bearer = format!("Authorization: Bearer {}\r\n", tokens.access_token().secret());
        let mut connection = self.authority.connect(&self.server.address).unwrap();
        connection.request("GET /api/v1/leads", &bearer, "").status
    }

    /// An owner of the workspace, signed in.
    fn person(&self) -> Person<'_> {
        let invite = ["member", "invite", "--workspace", &self.workspace, "--role", "owner"];
        let made = self.place.json(&invite);
        let path = Url::parse(text(&made, "link")).unwrap().path().to_owned();
        let mut person = Person::new(&self.authority, &self.server.address);
        let page = person.open(&path);
        let typed = [("name", "Ann"), ("email", "ann@acme.com"), ("password", "several words in a row")];
        let joined = person.fill_in(&page, &path, &typed);
        assert_eq!(joined.status, 303, "{}", joined.body);
        person
    }

    /// A new app, as the console registers it.
    fn register(&self, person: &mut Person, kind: &str) -> App {
        let path = format!("/console/w/{}/settings/oauth-apps", self.workspace);
        let page = person.open(&format!("{path}/new"));
        let scopes = [("scope", "leads.read"), ("scope", "leads.write")];
        let typed =
            [[("name", "Zapier"), ("kind", kind)], [("redirect_uris", REDIRECT_URI), scopes[0]]].concat();
        let shown = person.fill_in(&page, &path, &[typed, scopes[1..].to_vec()].concat());
        let id =
            value_of(&shown.body, "client-id").unwrap_or_else(|| panic!("{}: {}", shown.status, shown.body));
        self.app(&id, value_of(&shown.body, "client-secret").as_deref())
    }
}

/// Where the person is sent to when they have answered.
fn answer(person: &mut Person, url: &Url, decision: &str) -> Url {
    let page = person.open(&url[url::Position::BeforePath..]);
    assert_eq!(page.status, 200, "{}", page.body);
    let sent = person.fill_in(&page, "/oauth/authorize", &[("decision", decision)]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    Url::parse(sent.header("location").next().unwrap()).unwrap()
}

/// What the server says in the library's error.
#[track_caller]
fn assert_refused<T>(result: anyhow::Result<T>, expect: &BasicErrorResponseType) {
    let error = result.err().expect("it worked");
    match error.downcast_ref::<BasicRequestTokenError<std::io::Error>>() {
        Some(BasicRequestTokenError::ServerResponse(told)) => assert_eq!(told.error(), expect),
        _ => panic!("{error:?}"),
    }
}

#[test]
fn a_client_of_the_oauth2_crate_acts_for_itself() {
    let https = Https::start();
    let http = https.http();
    let create = ["client", "create", "--workspace", &https.workspace, "--name", "CRM"];
    let made = https.place.json(&create);
    let (id, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
    let client = https.app(id, Some(secret));
    let tokens = client.for_itself(&http).unwrap();
    assert_eq!((https.status(&tokens), tokens.refresh_token().is_none()), (200, true));
    let told = client.introspect(&http, tokens.access_token()).unwrap();
    assert_eq!(serde_json::to_value(told).unwrap()["client_id"], id);
    client.revoke(&http, tokens.access_token().clone().into()).unwrap();
    assert_eq!(https.status(&tokens), 401);
    let wrong = https.app(id, Some("wrong"));
    assert_refused(wrong.for_itself(&http), &BasicErrorResponseType::InvalidClient);
}

#[test]
fn an_app_of_the_oauth2_crate_acts_for_a_person() {
    let https = Https::start();
    let mut person = https.person();
    for kind in ["confidential", "public"] {
        let app = https.register(&mut person, kind);
        acts_for_a_person(&https, &mut person, &app, kind == "confidential");
        is_refused(&https, &mut person, &app);
    }
}

fn acts_for_a_person(https: &Https, person: &mut Person, app: &App, has_secret: bool) {
    let http = https.http();
    let login = app.begin_login();
    let address = answer(person, &login.url, "allow");
    let first = app.finish_login(&http, login, &address).unwrap();
    assert_eq!((https.status(&first), first.expires_in().unwrap().as_secs()), (200, 3600));
    let second = app.refresh(&http, first.refresh_token().unwrap()).unwrap();
    assert_eq!(https.status(&second), 200);
    if has_secret {
        let told = app.introspect(&http, second.access_token()).unwrap();
        assert_eq!(serde_json::to_value(told).unwrap()["active"], Value::Bool(true));
    }
    app.revoke(&http, second.refresh_token().unwrap().clone().into()).unwrap();
    assert_eq!((https.status(&first), https.status(&second)), (401, 401));
    let ended = app.refresh(&http, second.refresh_token().unwrap());
    assert_refused(ended, &BasicErrorResponseType::InvalidGrant);
}

fn is_refused(https: &Https, person: &mut Person, app: &App) {
    let http = https.http();
    let denied = app.begin_login();
    let address = answer(person, &denied.url, "deny");
    let error = app.finish_login(&http, denied, &address).unwrap_err();
    assert_eq!(error.to_string(), "access_denied");
    let login = app.begin_login();
    let address = answer(person, &login.url, "allow");
    let with_verifier = |verifier: &str| Login {
        verifier: PkceCodeVerifier::new(verifier.to_owned()),
        state: login.state.clone(),
        url: login.url.clone(),
    };
    let (wrong, again) = (with_verifier(&"x".repeat(43)), with_verifier(login.verifier.secret()));
    assert_refused(app.finish_login(&http, wrong, &address), &BasicErrorResponseType::InvalidGrant);
    let tokens = app.finish_login(&http, login, &address).unwrap();
    assert_eq!(https.status(&tokens), 200);
    // A code is good once; whoever brings it again ends what it led to.
    assert_refused(app.finish_login(&http, again, &address), &BasicErrorResponseType::InvalidGrant);
    assert_eq!(https.status(&tokens), 401);
    let elsewhere = app.begin_login().url.as_str().replace("app.example", "evil.example");
    let page = person.open(&Url::parse(&elsewhere).unwrap()[url::Position::BeforePath..]);
    assert_eq!((page.status, page.header("location").next()), (400, None), "{}", page.body);
}

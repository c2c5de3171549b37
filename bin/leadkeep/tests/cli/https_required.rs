//! Where https is required, credentials that come in the clear are refused, and named in the log.

use leadkeep_credentials::{Secret, SecretKind};
use leadkeep_testkit::TestDatabase;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    process::{Place, Server, text},
    tls_client::Authority,
};

const SLATE: &str = "/workflow-service/api/public/v1";

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

const MESSAGE: &str =
    "The credential was sent over plain HTTP and is exposed: use https, and replace the secret";

/// A server behind these proxies.
fn serve(place: &Place, proxies: &str) -> Server {
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_REQUIRE_HTTPS", "true").env("LEADKEEP_TRUSTED_PROXIES", proxies);
    command.env("LEADKEEP_LOG_FORMAT", "json");
    Server::spawn(command)
}

/// A request to any path.
fn request(server: &Server, method: Method, path: &str) -> RequestBuilder {
    server.request(method, &format!("/../..{path}"))
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// The exposures in a log: kind, preview, address and how often.
fn exposures(log: &str) -> Vec<(String, String, u64)> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let exposed = lines.filter(|line| line["message"] == "a secret was exposed: it came over plain HTTP");
    let exposed = exposed.map(|line| {
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["address"], "127.0.0.1");
        let preview = line["preview"].as_str().unwrap_or_default().to_owned();
        (text(&line, "kind").to_owned(), preview, line["count"].as_u64().unwrap())
    });
    let mut all: Vec<_> = exposed.collect();
    all.sort();
    all
}

/// What was exposed, whether in one report or in several.
fn told(log: &str) -> Vec<(String, String)> {
    let mut told: Vec<_> = exposures(log).into_iter().map(|(kind, preview, _)| (kind, preview)).collect();
    told.dedup();
    told
}

fn preview(secret: &str) -> String {
    format!("{}…{}", &secret[..12], &secret[secret.len() - 4..])
}

#[tokio::test]
async fn require_https_refuses_a_plain_credential_in_every_dialect_and_names_it_in_the_log() {
    let place = Place::migrated(TestDatabase::sqlite());
    let workspace = place.new_workspace();
    let (key, token) = (place.new_key(&workspace, &[]), place.new_token(&workspace, &["--expires", "7d"]));
    let (key, token) = (text(&key, "key"), text(&token, "token"));
    let server = serve(&place, "");
    for (prefix, secret, code) in [
        ("/api/v1", key, "https_required"),
        (SLATE, token, "https_required"),
        ("/v1/public", key, "HTTPS_REQUIRED"),
        ("/v1", key, "https_required"),
    ] {
        for (method, path) in
            [(Method::GET, "/leads"), (Method::DELETE, "/me/credential"), (Method::GET, "/nothing")]
        {
            let path = format!("{prefix}{path}");
            let (status, body) = answer(request(&server, method.clone(), &path).bearer_auth(secret)).await;
            let error = if prefix == "/v1" { &body } else { &body["error"] };
            let named = if prefix == "/v1" { &body["error"] } else { &body["error"]["code"] };
            assert_eq!((status, named), (403, &json!(code)), "{path}: {body}");
            assert_eq!(error["message"], MESSAGE, "{body}");
            assert!(error["request_id"].is_string(), "{body}");
            // Who presents nothing exposes nothing.
            assert_eq!(request(&server, method, &path).send().await.unwrap().status(), 401, "{path}");
        }
    }
    // Whatever else is sent, and wherever.
    for value in ["Bearer nonsense", "Basic aWQ6c2VjcmV0", key] {
        let (status, _) = answer(server.request(Method::GET, "/me").header("authorization", value)).await;
        assert_eq!(status, 403, "{value}");
    }
    let (status, body) = answer(request(&server, Method::GET, "/elsewhere").bearer_auth(key)).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("https_required")));
    assert_eq!(request(&server, Method::GET, "/elsewhere").send().await.unwrap().status(), 404);
    for path in ["/healthz", "/readyz"] {
        let answer = request(&server, Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(!answer.headers().contains_key("strict-transport-security"));
    }
    let (_, _, log) = server.stop();
    let expected = [
        ("api key".to_owned(), preview(key), 11),
        ("api token".to_owned(), preview(token), 3),
        ("credential".to_owned(), String::new(), 2),
    ];
    let mut counted = exposures(&log);
    // A report every few seconds: some may come in two.
    counted.dedup_by(|next, one| {
        next.0 == one.0 && next.1 == one.1 && {
            one.2 += next.2;
            true
        }
    });
    assert_eq!(counted, expected, "{log}");
    for secret in [key, token, "nonsense", "aWQ6c2VjcmV0"] {
        assert!(!log.contains(&secret[secret.len() / 2..]), "{log}");
    }
    assert!(log.contains("every call with a credential is refused"), "{log}");
    let requests = log.lines().filter(|line| line.contains(r#""message":"request""#)).count();
    assert_eq!(requests, 3, "refused credentials have no line of their own: {log}");
    // Nothing was looked up, nothing counted, nothing revoked.
    assert_eq!(place.json(&["key", "list", "--workspace", &workspace])[0]["last_used_at"], Value::Null);
    assert_eq!(place.database.query("SELECT count(*) FROM usage_hours"), ["0"]);
}

#[tokio::test]
async fn require_https_believes_trusted_proxies_only() {
    let place = Place::migrated(TestDatabase::sqlite());
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    for (proxies, said, expected) in [
        ("", &["https"] as &[_], 403),
        ("192.0.2.0/24", &["https"], 403),
        ("127.0.0.1", &[], 403),
        ("127.0.0.1", &["http"], 403),
        ("127.0.0.1", &["https, http"], 403),
        ("127.0.0.1", &["https", "http"], 403),
        ("127.0.0.1", &["https"], 200),
        ("192.0.2.0/24,127.0.0.0/8", &["https"], 200),
    ] {
        let server = serve(&place, proxies);
        let mut request = server.request(Method::GET, "/me").bearer_auth(text(&key, "key"));
        for value in said {
            request = request.header("x-forwarded-proto", *value);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected, "{said:?} behind {proxies:?}");
        let hsts = answer.headers().get("strict-transport-security");
        assert_eq!(
            hsts.map(|value| value.to_str().unwrap()),
            (expected == 200).then_some("max-age=31536000")
        );
        let (_, _, log) = server.stop();
        assert_eq!(exposures(&log).len(), usize::from(expected == 403), "{log}");
        assert_eq!(log.contains("every call with a credential is refused"), proxies.is_empty(), "{log}");
    }
}

#[tokio::test]
async fn require_https_refuses_log_ins_in_the_clear() {
    let place = Place::migrated(TestDatabase::sqlite());
    let client = place.client();
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
    let server = serve(&place, "127.0.0.1");
    let log_in = json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret});
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let post = |path: &str| request(&server, Method::POST, path);
    for path in ["/api/v1/oauth/token", "/v1/oauth/token"] {
        let asked = [
            post(path).json(&log_in),
            post(path).header(FORM.0, FORM.1).body(form.clone()),
            post(path)
                .header(FORM.0, FORM.1)
                .body("grant_type=client_credentials")
                .basic_auth(id, Some(secret)),
            post(path).body(form.clone()),
            post(&format!("{path}?scope=x")).json(&log_in),
            request(&server, Method::GET, path).basic_auth(id, Some(secret)),
        ];
        for (at, request) in asked.into_iter().enumerate() {
            let secured = request.try_clone().unwrap().header("x-forwarded-proto", "https");
            let (status, body) = answer(request).await;
            assert_eq!(status, 403, "{at} at {path}: {body}");
            let code = if body["error"].is_object() { &body["error"]["code"] } else { &body["error"] };
            assert_eq!(code, "https_required", "{at} at {path}");
            assert!(body.to_string().contains(MESSAGE), "{at} at {path}: {body}");
            let expected = [200, 200, 200, 415, 400, 405][at];
            let answer = secured.send().await.unwrap();
            assert_eq!(answer.status(), expected, "{at} at {path}");
            assert!(answer.headers().contains_key("strict-transport-security"));
        }
        for (body, expected) in [
            ("grant_type=refresh_token&refresh_token=r", 403),
            ("grant_type=authorization_code&code=c", 403),
            ("client_secret=guess", 403),
            ("grant_type=client_credentials", 401),
            ("client_secret=", 400),
        ] {
            let (status, answer) = answer(post(path).header(FORM.0, FORM.1).body(body)).await;
            assert_eq!(status, expected, "{body} at {path}: {answer}");
        }
    }
    let (_, _, log) = server.stop();
    let expected = [
        ("authorization code", String::new()),
        ("client secret", String::new()),
        ("client secret", preview(secret)),
        ("refresh token", String::new()),
    ];
    assert_eq!(told(&log), expected.map(|(kind, preview)| (kind.to_owned(), preview)), "{log}");
    assert!(!log.contains(&secret[secret.len() / 2..]), "{log}");
}

#[tokio::test]
async fn require_https_refuses_tokens_to_be_revoked_or_introspected_in_the_clear() {
    let place = Place::migrated(TestDatabase::sqlite());
    let client = place.client();
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
    let token = Secret::generate(SecretKind::AccessToken).unwrap();
    let server = serve(&place, "127.0.0.1");
    let form = format!("token={}&client_id={id}&client_secret={secret}", token.expose());
    for prefix in ["", "/api/v1", "/v1"] {
        for name in ["revoke", "introspect"] {
            let path = format!("{prefix}/oauth/{name}");
            let asked = request(&server, Method::POST, &path).header(FORM.0, FORM.1).body(form.clone());
            let secured = asked.try_clone().unwrap().header("x-forwarded-proto", "https");
            let (status, body) = answer(asked).await;
            assert_eq!((status, &body["error"]), (403, &json!("https_required")), "{path}: {body}");
            assert_eq!(answer(secured).await.0, 200, "{path}");
        }
    }
    let (_, _, log) = server.stop();
    // The first that comes is named.
    assert_eq!(told(&log), [("access token".to_owned(), token.preview())], "{log}");
}

#[tokio::test]
async fn require_https_names_what_the_console_was_shown_in_the_clear() {
    let place = Place::migrated(TestDatabase::sqlite());
    let made = |kind| Secret::generate(kind).unwrap();
    let (session, link) = (made(SecretKind::Session), made(SecretKind::Link));
    let server = serve(&place, "127.0.0.1");
    let page = |method, path: &str| request(&server, method, path);
    let cookie = |value: &str| ("cookie", format!("leadkeep_session={value}"));
    let (ours, foreign) = (cookie(session.expose()), cookie("nonsense"));
    for (asked, expected) in [
        (page(Method::GET, "/console/account").header(ours.0, ours.1), 403),
        (page(Method::GET, "/console/account").header(foreign.0, foreign.1), 403),
        (page(Method::GET, &format!("/console/join/{}", link.expose())), 403),
        (page(Method::POST, "/console/sign-in").header(FORM.0, FORM.1).body("email=a&password=b"), 403),
        // Who shows nothing exposes nothing.
        (page(Method::GET, "/console/sign-in"), 403),
    ] {
        assert_eq!(asked.send().await.unwrap().status(), expected);
    }
    let (_, _, log) = server.stop();
    let expected = [
        ("form", String::new()),
        (SecretKind::Link.name(), link.preview()),
        ("session", String::new()),
        (SecretKind::Session.name(), session.preview()),
    ];
    let mut expected = expected.map(|(kind, preview)| (kind.to_owned(), preview));
    expected.sort();
    assert_eq!(told(&log), expected, "{log}");
    for secret in [session, link] {
        assert!(!log.contains(&secret.expose()[20..40]), "{log}");
    }
}

#[tokio::test]
async fn require_https_is_off_by_default_and_a_flag_without_a_value_means_true() {
    let place = Place::migrated(TestDatabase::sqlite());
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let settings = place.folder.path().join("leadkeep.toml");
    for (file, args, expected) in [
        ("", &["serve"] as &[_], 200),
        ("", &["serve", "--require-https"], 403),
        ("", &["serve", "--require-https=true"], 403),
        ("require_https = true\n", &["serve"], 403),
        ("require_https = true\n", &["serve", "--require-https=false"], 200),
    ] {
        std::fs::write(&settings, file).unwrap();
        let server = Server::spawn(place.command(args));
        assert_eq!(server.status(text(&key, "key"), "/me").await, expected, "{file}{args:?}");
    }
}

#[test]
fn require_https_refuses_nothing_that_comes_over_tls() {
    let place = Place::migrated(TestDatabase::sqlite());
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let authority = Authority::new();
    authority.issue().write(place.folder.path());
    let args = ["serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--require-https"];
    let server = Server::spawn(place.command(&args));
    let bearer = format!("Authorization: Bearer {}\r\n", text(&key, "key"));
    let answer = authority.connect(&server.address).unwrap().request("GET /v1/me", &bearer, "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (_, _, log) = server.stop();
    assert!(!log.contains("WARN"), "{log}");
}

use std::num::NonZeroU32;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use time::Duration;

use crate::app::{Answer, TestApp, send};

on_both_databases![
    a_json_request_is_answered_in_data,
    a_form_request_is_answered_as_the_rfc_says,
    a_basic_header_authenticates_a_form,
    a_narrower_scope_is_granted_and_no_wider_one,
    a_wrong_request_is_refused_in_its_own_style,
    an_unknown_client_and_a_wrong_secret_look_the_same,
    failures_are_limited_by_address_and_the_right_secret_always_passes,
    failures_are_limited_by_client,
    a_rotated_secret_goes_on_for_its_overlap,
    a_revoked_client_gets_no_token_and_its_tokens_die,
    a_token_expires_after_an_hour_and_is_purged,
    under_v1_json_is_answered_as_the_rfc_says,
];

fn json_body(app: &TestApp) -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": app.client.client_id.as_str(),
        "client_secret": app.secret,
    })
}

fn form(app: &TestApp, pairs: &[(&str, &str)]) -> RequestBuilder {
    app.anonymous(Method::POST, "/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
}

#[track_caller]
fn check_oauth_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, &answer.body["error"]), (status, &json!(code)), "{}", answer.body);
    assert!(answer.body["error_description"].is_string());
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn a_json_request_is_answered_in_data(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let answer = app.ask_token(&json_body(&app)).await;
    assert_eq!(answer.status, 200);
    let data = &answer.body["data"];
    assert!(data["access_token"].as_str().unwrap().starts_with("slk_at_"));
    assert_eq!(data["token_type"], "Bearer");
    assert_eq!(data["expires_in"], 3600);
    assert_eq!(data["scope"], "leads.read leads.write");
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn a_form_request_is_answered_as_the_rfc_says(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (id, secret) = (app.client.client_id.as_str(), app.secret.as_str());
    let pairs = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    // RFC 6749 §3.2: unknown parameters are passed over, empty ones are as good as absent.
    let answer = send(form(&app, &[pairs.as_slice(), &[("audience", "x"), ("scope", "")]].concat())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body["access_token"].as_str().unwrap().starts_with("slk_at_"));
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 3600);
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn a_basic_header_authenticates_a_form(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (id, secret) = (app.client.client_id.as_str(), app.secret.clone());
    let grant = [("grant_type", "client_credentials")];
    let answer = send(form(&app, &grant).basic_auth(id, Some(&secret))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // RFC 6749 §2.3.1: id and secret are form-urlencoded before they are put together.
    let encoded = secret.replace('_', "%5F");
    assert_eq!(send(form(&app, &grant).basic_auth(id.replace('_', "%5f"), Some(&encoded))).await.status, 200);
    let wrong = send(form(&app, &grant).basic_auth(id, Some("wrong"))).await;
    assert_eq!((wrong.status, &wrong.body["error"]), (401, &json!("invalid_client")));
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
    // RFC 6749 §2.3: one way to authenticate a request.
    let both = [grant.as_slice(), &[("client_id", id), ("client_secret", &secret)]].concat();
    let twice = send(form(&app, &both).basic_auth(id, Some(&secret))).await;
    assert_eq!((twice.status, &twice.body["error"]), (400, &json!("invalid_request")));
}

async fn a_narrower_scope_is_granted_and_no_wider_one(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let with_scope = |scope: &str| {
        let mut body = json_body(&app);
        body["scope"] = scope.into();
        body
    };
    let narrow = app.ask_token(&with_scope("leads.read")).await;
    assert_eq!(narrow.body["data"]["scope"], "leads.read");
    for scope in ["runs.read", "leads.read everything", ""] {
        app.ask_token(&with_scope(scope)).await.assert_error(400, "invalid_scope");
    }
}

async fn a_wrong_request_is_refused_in_its_own_style(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let change = |name: &str, value: Value| {
        let mut body = json_body(&app);
        body[name] = value;
        body
    };
    app.ask_token(&change("grant_type", json!("password"))).await.assert_error(400, "unsupported_grant_type");
    app.ask_token(&change("grant_type", Value::Null)).await.assert_error(400, "invalid_request");
    app.ask_token(&change("client_id", json!(7))).await.assert_error(422, "validation_error");
    app.ask_token(&change("extra", json!(7))).await.assert_error(422, "validation_error");
    let broken = app.anonymous(Method::POST, "/oauth/token").header("content-type", "application/json");
    send(broken.body("{")).await.assert_error(400, "invalid_request");
    send(app.anonymous(Method::POST, "/oauth/token").body("{}"))
        .await
        .assert_error(415, "unsupported_media_type");
    send(app.anonymous(Method::GET, "/oauth/token")).await.assert_error(405, "method_not_allowed");

    let id = app.client.client_id.as_str();
    let grant = ("grant_type", "client_credentials");
    check_oauth_error(
        &send(form(&app, &[("grant_type", "password"), ("client_id", id), ("client_secret", "x")])).await,
        400,
        "unsupported_grant_type",
    );
    // RFC 6749 §5.2: "no client authentication included, or unsupported authentication method" is invalid_client.
    check_oauth_error(&send(form(&app, &[grant])).await, 401, "invalid_client");
    check_oauth_error(&send(form(&app, &[grant, ("client_id", id)])).await, 401, "invalid_client");
    for value in ["Bearer x", "Basic !!!", "Digest x", "Basic"] {
        let other = send(form(&app, &[grant]).header("authorization", value)).await;
        check_oauth_error(&other, 401, "invalid_client");
        assert!(other.header("www-authenticate").starts_with("Basic "));
    }
    let twice = form(&app, &[grant]).basic_auth(id, Some(&app.secret)).basic_auth(id, Some(&app.secret));
    check_oauth_error(&send(twice).await, 401, "invalid_client");
    check_oauth_error(&send(form(&app, &[grant, grant])).await, 400, "invalid_request");
    check_oauth_error(&send(form(&app, &[grant, ("client_id", "%ff")])).await, 400, "invalid_request");
    let (id, secret) = (app.client.client_id.as_str(), app.secret.as_str());
    let pairs = [grant, ("client_id", id), ("client_secret", secret), ("scope", "runs.read")];
    check_oauth_error(&send(form(&app, &pairs)).await, 400, "invalid_scope");
}

async fn an_unknown_client_and_a_wrong_secret_look_the_same(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let unknown = leadkeep_credentials::ClientId::generate().unwrap();
    let other =
        leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::ClientSecret).unwrap();
    let attempt = |id: &str, secret: &str| {
        let body = json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret});
        let app = &app;
        async move {
            let mut answer = app.ask_token(&body).await;
            answer.assert_error(401, "unauthorized");
            answer.body["error"]["request_id"] = Value::Null;
            answer.body
        }
    };
    let id = app.client.client_id.as_str();
    let wrong = attempt(id, other.expose()).await;
    assert_eq!(attempt(unknown.as_str(), other.expose()).await, wrong);
    assert_eq!(attempt("slk_ci_nonsense", other.expose()).await, wrong);
    assert_eq!(attempt(id, "nonsense").await, wrong);
    // A token is no client secret.
    assert_eq!(attempt(id, &app.token).await, wrong);
}

async fn failures_are_limited_by_address_and_the_right_secret_always_passes(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, NonZeroU32::new(5)).await;
    let body = json!({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"});
    for _ in 0..5 {
        app.ask_token(&body).await.assert_error(401, "unauthorized");
    }
    let limited = app.ask_token(&body).await;
    limited.assert_error(429, "rate_limited");
    assert_eq!(limited.header("retry-after"), "60");
    for _ in 0..10 {
        assert_eq!(app.ask_token(&json_body(&app)).await.status, 200);
    }
    app.clock.advance(Duration::MINUTE);
    app.ask_token(&body).await.assert_error(401, "unauthorized");
}

async fn failures_are_limited_by_client(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, NonZeroU32::new(5)).await;
    let mut body = json_body(&app);
    body["client_secret"] = "wrong".into();
    for _ in 0..5 {
        app.ask_token(&body).await.assert_error(401, "unauthorized");
    }
    app.ask_token(&body).await.assert_error(429, "rate_limited");
    assert_eq!(app.ask_token(&json_body(&app)).await.status, 200);
}

async fn a_rotated_secret_goes_on_for_its_overlap(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let made = app.management.rotate_client(app.client_ref(), Duration::HOUR).await.unwrap();
    let mut new = json_body(&app);
    new["client_secret"] = made.secret.expose().into();
    assert_eq!(app.ask_token(&new).await.status, 200);
    assert_eq!(app.ask_token(&json_body(&app)).await.status, 200);
    app.clock.advance(Duration::HOUR);
    app.ask_token(&json_body(&app)).await.assert_error(401, "unauthorized");
    assert_eq!(app.ask_token(&new).await.status, 200);
    app.management.rotate_client(app.client_ref(), Duration::ZERO).await.unwrap();
    app.ask_token(&new).await.assert_error(401, "unauthorized");
}

async fn a_revoked_client_gets_no_token_and_its_tokens_die(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let second = app.new_token(None).await;
    assert_eq!(app.get("/leads").await.status, 200);
    app.management.revoke_client(app.client_ref()).await.unwrap();
    app.get("/leads").await.assert_error(401, "unauthorized");
    send(app.anonymous(Method::GET, "/leads").bearer_auth(second)).await.assert_error(401, "unauthorized");
    app.ask_token(&json_body(&app)).await.assert_error(401, "unauthorized");
}

async fn a_token_expires_after_an_hour_and_is_purged(database: TestDatabase) {
    let app = TestApp::start(database).await;
    app.clock.advance(Duration::HOUR - Duration::MICROSECOND);
    assert_eq!(app.get("/me").await.status, 200);
    let fresh = app.new_token(None).await;
    app.clock.advance(Duration::MICROSECOND);
    app.get("/me").await.assert_error(401, "unauthorized");
    assert_eq!(send(app.anonymous(Method::GET, "/me").bearer_auth(fresh)).await.status, 200);
    // For a day it is known to have been one, and no guess.
    assert_eq!(app.housekeeping.purge_ended_tokens().await.unwrap(), 0);
    app.clock.advance(Duration::DAY);
    assert_eq!(app.housekeeping.purge_ended_tokens().await.unwrap(), 1);
    assert_eq!(app.database.query("SELECT count(*) FROM access_tokens"), ["1"]);
}

async fn under_v1_json_is_answered_as_the_rfc_says(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let ask = |body: Value| send(app.at_root(Method::POST, "/v1/oauth/token").json(&body));
    let mut body = json_body(&app);
    // Unknown parameters are passed over (RFC 6749 §3.2).
    body["audience"] = "leads".into();
    let issued = ask(body.clone()).await;
    assert_eq!((issued.status, &issued.body["token_type"]), (200, &json!("Bearer")));
    assert!(issued.body["access_token"].as_str().unwrap().starts_with("slk_at_"));
    let wrong = |name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        ask(body)
    };
    let cases = [
        (wrong("client_secret", "wrong".into()).await, 401, "invalid_client"),
        (wrong("grant_type", "password".into()).await, 400, "unsupported_grant_type"),
        (wrong("scope", "everything".into()).await, 400, "invalid_scope"),
        (wrong("scope", 7.into()).await, 400, "invalid_request"),
        (wrong("client_id", Value::Null).await, 401, "invalid_client"),
    ];
    for (answer, status, code) in cases {
        check_oauth_error(&answer, status, code);
        assert_eq!(answer.body["message"], answer.body["error_description"]);
    }
}

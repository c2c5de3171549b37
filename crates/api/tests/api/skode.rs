//! Skode's document, request by request and error by error.

use leadkeep_domain::{Plan, Scope, ScopeSet};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{Answer, Held, TestApp, send};

on_both_databases![
    the_printed_request_works,
    a_key_works_for_everything_that_its_scopes_allow,
    every_error_that_the_document_names_has_the_flat_body,
    other_errors_are_flat_too,
    what_is_no_key_is_refused,
    every_response_has_the_budget_of_the_plan,
    the_token_endpoint_answers_as_the_rfc_says_with_a_message_in_errors,
];

fn request(app: &TestApp, method: Method, path: &str, key: &Held) -> RequestBuilder {
    app.at_root(method, &format!("/v1{path}")).bearer_auth(&key.secret)
}

/// "Error responses include a JSON body with error (machine-readable code) and message (human-readable description)."
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, &answer.body["error"]), (status, &json!(code)), "{}", answer.body);
    assert!(answer.body["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", answer.body);
    assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
    assert_eq!(answer.body["code"], Value::Null);
}

async fn the_printed_request_works(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (lead, key) = (app.lead("john@acme.com").await, app.key().await);
    // curl -X GET https://api.skodeai.com/v1/leads \
    //   -H "Authorization: Bearer sk_live_your_api_key_here" \
    //   -H "Content-Type: application/json"
    let printed = request(&app, Method::GET, "/leads", &key).header("content-type", "application/json");
    let answer = send(printed).await;
    assert_eq!((answer.status, &answer.body["data"][0]["id"]), (200, &json!(lead)));
    assert_eq!(answer.body["meta"], json!({"next_cursor": null, "has_more": false}));
}

async fn a_key_works_for_everything_that_its_scopes_allow(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = app.key().await;
    let body = json!({"email": "john@acme.com"});
    let created = send(request(&app, Method::POST, "/leads", &key).json(&body)).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let lead = format!("/leads/{}", created.body["data"]["id"].as_str().unwrap());
    let changed = send(request(&app, Method::PATCH, &lead, &key).json(&json!({"name": "John"}))).await;
    assert_eq!((changed.status, &changed.body["data"]["name"]), (200, &json!("John")));
    assert_eq!(send(request(&app, Method::DELETE, &lead, &key)).await.status, 200);
    assert_eq!(send(request(&app, Method::POST, &format!("{lead}/restore"), &key)).await.status, 200);
    let history = send(request(&app, Method::GET, &format!("{lead}/history"), &key)).await;
    let actor = json!({"type": "api_key", "id": key.id.to_string(), "name": "HubSpot integration"});
    assert_eq!(history.body["data"].as_array().unwrap().len(), 4);
    assert!(history.body["data"].as_array().unwrap().iter().all(|entry| entry["actor"] == actor));
}

async fn every_error_that_the_document_names_has_the_flat_body(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = app.key_with(|new| new.limit_per_minute = std::num::NonZeroU32::new(2)).await;
    let reader = app.key_with(|new| new.scopes = ScopeSet::of(&[Scope::LeadsRead])).await;
    // "Common errors: 401 Unauthorized, …"
    check(&send(app.at_root(Method::GET, "/v1/leads")).await, 401, "unauthorized");
    // "… 403 Forbidden, …"
    let write = request(&app, Method::POST, "/leads", &reader).json(&json!({"email": "a@b.cc"}));
    let forbidden = send(write).await;
    check(&forbidden, 403, "forbidden");
    assert_eq!(forbidden.body["details"], json!({"required_scope": "leads.write"}));
    assert!(forbidden.body["message"].as_str().unwrap().contains("leads.write"));
    // "… 404 Not Found, …"
    let path = "/leads/550e8400-e29b-41d4-a716-446655440000";
    check(&send(request(&app, Method::GET, path, &key)).await, 404, "not_found");
    // "… 422 Unprocessable Entity, …"
    let invalid = send(request(&app, Method::POST, "/leads", &key).json(&json!({"email": "john"}))).await;
    check(&invalid, 422, "validation_error");
    assert_eq!(invalid.body["details"][0]["field"], "email");
    // "… and 429 Too Many Requests." "… a 429 Too Many Requests response with a Retry-After header."
    let limited = send(request(&app, Method::GET, "/leads", &key)).await;
    check(&limited, 429, "rate_limited");
    assert_eq!(limited.header("retry-after"), "60");
}

async fn other_errors_are_flat_too(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (lead, key) = (app.lead("john@acme.com").await, app.key().await);
    let send = |method, path: &str| send(request(&app, method, path, &key));
    check(&send(Method::GET, "/nothing").await, 404, "not_found");
    check(&send(Method::GET, "/leads/nonsense").await, 404, "not_found");
    check(&send(Method::PUT, "/leads").await, 405, "method_not_allowed");
    check(&send(Method::POST, "/leads").await, 415, "unsupported_media_type");
    check(&send(Method::GET, "/leads?cursor=x").await, 400, "invalid_request");
    let posted = |body| crate::app::send(request(&app, Method::POST, "/leads", &key).json(&body));
    let duplicate = posted(json!({"email": "john@acme.com"})).await;
    check(&duplicate, 409, "duplicate_lead");
    assert_eq!(duplicate.body["details"], json!({"email": "john@acme.com", "lead_id": lead}));
    check(
        &posted(json!({"email": "x@acme.com", "name": "a".repeat(300_000)})).await,
        413,
        "payload_too_large",
    );
    // A lead of another workspace, be it of the same organization, is not there.
    let sister = app.key_of(app.sister().await, |_| ()).await;
    let elsewhere = crate::app::send(request(&app, Method::GET, &format!("/leads/{lead}"), &sister)).await;
    check(&elsewhere, 404, "not_found");
}

async fn what_is_no_key_is_refused(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    // "The Skode API uses API keys for server-to-server communication"; a client's tokens and API tokens are others'.
    for secret in [&app.token, &token.secret, &key.secret[..50], "sk_live_your_api_key_here"] {
        let answer = app.call(Method::GET, "/v1/leads", secret).await;
        check(&answer, 401, "unauthorized");
        assert_eq!(answer.header("x-ratelimit-limit"), "");
    }
}

async fn every_response_has_the_budget_of_the_plan(database: TestDatabase) {
    let app = TestApp::start(database).await;
    // "Free plan — 100 requests per minute", "Pro plan — 1,000 …", "Enterprise plan — 10,000 …"
    for (plan, limit) in [(Plan::Free, 100), (Plan::Pro, 1_000), (Plan::Enterprise, 10_000)] {
        app.management.set_plan(app.workspace, plan).await.unwrap();
        let key = app.key().await;
        // "Rate limit headers are included in every response: X-RateLimit-Limit, X-RateLimit-Remaining, and
        // X-RateLimit-Reset."
        for (call, path) in (1..).zip(["/leads", "/nothing", "/leads?limit=0", "/members"]) {
            let answer = send(request(&app, Method::GET, path, &key)).await;
            assert_eq!(answer.number("x-ratelimit-limit"), limit, "{path}");
            assert_eq!(answer.number("x-ratelimit-remaining"), limit - call);
            assert_eq!(answer.number("x-ratelimit-reset"), 1_767_225_660);
        }
    }
}

/// The exchange of an authorization code that the document prints begins in a browser.
async fn the_token_endpoint_answers_as_the_rfc_says_with_a_message_in_errors(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let ask = |secret: &str| {
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": app.client.client_id.as_str(),
            "client_secret": secret,
        });
        send(app.at_root(Method::POST, "/v1/oauth/token").json(&body))
    };
    let issued = ask(&app.secret).await;
    assert_eq!((issued.status, &issued.body["token_type"]), (200, &json!("Bearer")), "{}", issued.body);
    assert_eq!(issued.body["expires_in"], 3600);
    assert_eq!(issued.header("cache-control"), "no-store");
    let token = issued.body["access_token"].as_str().unwrap();
    assert_eq!(app.call(Method::GET, "/api/v1/leads", token).await.status, 200);
    let refused = ask("wrong").await;
    check(&refused, 401, "invalid_client");
    assert_eq!(refused.body["error_description"], refused.body["message"]);
    let form = app
        .at_root(Method::POST, "/v1/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded");
    check(
        &send(form.body("grant_type=password&client_id=x&client_secret=y")).await,
        400,
        "unsupported_grant_type",
    );
    check(&send(app.at_root(Method::GET, "/v1/oauth/token")).await, 405, "method_not_allowed");
}

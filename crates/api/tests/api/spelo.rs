//! Spelo's document, request by request and row by row.

use leadkeep_domain::{Scope, ScopeSet};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use time::Duration;

use crate::app::{Held, TestApp, send};

on_both_databases![
    the_printed_request_works,
    a_key_is_43_characters_of_base64url,
    a_revoked_key_is_refused_on_the_next_request,
    every_row_of_the_error_table,
    the_printed_answer_to_too_many_requests,
    other_codes_are_upper_case_too,
    a_lead_on_another_site_is_forbidden_whatever_is_done_with_it,
    a_lead_of_another_organization_is_not_found_whatever_is_done_with_it,
];

fn request(app: &TestApp, method: Method, path: &str, key: &Held) -> RequestBuilder {
    app.at_root(method, &format!("/v1/public{path}")).bearer_auth(&key.secret)
}

async fn the_printed_request_works(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = app.key().await;
    for n in 0..11 {
        app.lead(&format!("lead{n}@acme.com")).await;
    }
    // GET /v1/public/leads?limit=10 HTTP/1.1
    // Authorization: Bearer sk_live_abc123...
    let answer = send(request(&app, Method::GET, "/leads?limit=10", &key)).await;
    assert_eq!((answer.status, answer.body["data"].as_array().unwrap().len()), (200, 10));
    assert_eq!(answer.body["meta"]["has_more"], true);
}

/// "Format: `sk_live_<43-char base64url>` — 32 bytes (256 bits) of CSPRNG entropy." The example printed before it is longer;
/// the contract: "the text wins".
async fn a_key_is_43_characters_of_base64url(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for _ in 0..20 {
        let key = app.key().await;
        let random = key.secret.strip_prefix("sk_live_").unwrap();
        assert_eq!(random.len(), 43);
        assert!(random.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
        // "the last 4 characters in the dashboard list"
        let preview = app.listed(&key).await.secret().unwrap().preview.clone();
        assert_eq!(preview, format!("{}…{}", &key.secret[..12], &key.secret[key.secret.len() - 4..]));
    }
    let printed = "sk_live_abc123def456ghi789jkl012mno345pqr678stu9-vwxyz0123A";
    app.call(Method::GET, "/v1/public/leads", printed).await.assert_error(401, "UNAUTHENTICATED");
}

/// "A revoked key returns 401 UNAUTHENTICATED on the very next request. There is no grace period."
async fn a_revoked_key_is_refused_on_the_next_request(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, other) = (app.key().await, app.key().await);
    assert_eq!(send(request(&app, Method::GET, "/leads", &key)).await.status, 200);
    app.revoke(&key).await;
    send(request(&app, Method::GET, "/leads", &key)).await.assert_error(401, "UNAUTHENTICATED");
    assert_eq!(send(request(&app, Method::GET, "/leads", &other)).await.status, 200);
}

async fn every_row_of_the_error_table(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, revoked, token) = (app.key().await, app.key().await, app.api_token().await);
    app.revoke(&revoked).await;
    let lead = app.lead("john@acme.com").await;
    // | 401 | UNAUTHENTICATED | missing, invalid, or revoked key |
    send(app.at_root(Method::GET, "/v1/public/leads")).await.assert_error(401, "UNAUTHENTICATED");
    for secret in ["sk_live_x", &revoked.secret, &token.secret, &app.token] {
        let answer = app.call(Method::GET, "/v1/public/leads", secret).await;
        answer.assert_error(401, "UNAUTHENTICATED");
        assert_eq!(answer.header("x-ratelimit-limit"), "");
    }
    // | 403 | FORBIDDEN | key valid but the requested resource isn’t on its site |
    let sister = app.key_of(app.sister().await, |_| ()).await;
    let forbidden = send(request(&app, Method::GET, &format!("/leads/{lead}"), &sister)).await;
    forbidden.assert_error(403, "FORBIDDEN");
    // | 404 | LEAD_NOT_FOUND / CONVERSATION_NOT_FOUND | no row for the given id on this key’s site |
    for id in ["550e8400-e29b-41d4-a716-446655440000", "nonsense"] {
        let missing = send(request(&app, Method::GET, &format!("/leads/{id}"), &key)).await;
        missing.assert_error(404, "LEAD_NOT_FOUND");
    }
    for id in ["550e8400-e29b-41d4-a716-446655440000", "nonsense"] {
        let missing = send(request(&app, Method::GET, &format!("/conversations/{id}"), &key)).await;
        missing.assert_error(404, "CONVERSATION_NOT_FOUND");
    }
    // | 429 | RATE_LIMITED | per-site budget exhausted |
    while send(request(&app, Method::GET, "/leads", &key)).await.status == 200 {}
    send(request(&app, Method::GET, "/leads", &key)).await.assert_error(429, "RATE_LIMITED");
}

async fn the_printed_answer_to_too_many_requests(database: TestDatabase) {
    let app = TestApp::start(database).await;
    // "API keys share the per-site rate limit budget (60 req/min)."
    let keys = [app.key().await, app.key().await];
    for key in keys.iter().cycle().take(60) {
        let answer = send(request(&app, Method::GET, "/leads", key)).await;
        assert_eq!((answer.status, answer.number("x-ratelimit-reset")), (200, 60));
    }
    app.clock.advance(Duration::seconds(48));
    // HTTP/1.1 429 Too Many Requests
    // Retry-After: 12
    // X-RateLimit-Limit: 60
    // X-RateLimit-Remaining: 0
    // X-RateLimit-Reset: 12
    for key in &keys {
        let limited = send(request(&app, Method::GET, "/leads", key)).await;
        limited.assert_error(429, "RATE_LIMITED");
        assert_eq!(limited.header("retry-after"), "12");
        assert_eq!(limited.header("x-ratelimit-limit"), "60");
        assert_eq!(limited.header("x-ratelimit-remaining"), "0");
        assert_eq!(limited.header("x-ratelimit-reset"), "12");
    }
    app.clock.advance(Duration::milliseconds(11_001));
    let limited = send(request(&app, Method::GET, "/leads", &keys[0])).await;
    assert_eq!(
        (limited.header("retry-after"), limited.header("x-ratelimit-reset")),
        ("1", "1"),
        "rounded up"
    );
    app.clock.advance(Duration::milliseconds(999));
    assert_eq!(send(request(&app, Method::GET, "/leads", &keys[0])).await.status, 200);
}

async fn other_codes_are_upper_case_too(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = app.key().await;
    let reader = app.key_with(|new| new.scopes = ScopeSet::of(&[Scope::LeadsRead])).await;
    let lead = format!("/leads/{}", app.lead("john@acme.com").await);
    app.lead("jane@acme.com").await;
    let at = |method, path: &str| request(&app, method, path, &key);
    let post = |body: Value| at(Method::POST, "/leads").json(&body);
    let json = "application/json";
    let cases = [
        (at(Method::GET, "/nothing"), 404, "NOT_FOUND"),
        (at(Method::GET, ""), 404, "NOT_FOUND"),
        (at(Method::PUT, "/leads"), 405, "METHOD_NOT_ALLOWED"),
        (post(json!({"email": "john"})), 422, "VALIDATION_ERROR"),
        (at(Method::GET, "/leads?limit=0"), 422, "VALIDATION_ERROR"),
        (at(Method::POST, "/leads").header("content-type", json).body("{"), 400, "INVALID_REQUEST"),
        (at(Method::POST, "/leads").body("{}"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (post(json!({"email": "x@b.cc", "name": "a".repeat(300_000)})), 413, "PAYLOAD_TOO_LARGE"),
        (post(json!({"email": "jane@acme.com"})), 409, "DUPLICATE_LEAD"),
        (at(Method::DELETE, &lead).header("if-match", "\"9\""), 412, "PRECONDITION_FAILED"),
        (at(Method::GET, "/members"), 403, "FORBIDDEN"),
        (at(Method::GET, "/leads").header("x-workspace-id", "other"), 403, "FORBIDDEN"),
        (at(Method::GET, "/leads").header("x-organization-id", "other"), 403, "FORBIDDEN"),
        (request(&app, Method::DELETE, &lead, &reader), 403, "FORBIDDEN"),
    ];
    for (request, status, code) in cases {
        let answer = send(request).await;
        answer.assert_error(status, code);
        assert!(answer.number("x-ratelimit-remaining") >= 0, "{code}");
    }
    assert_eq!(send(at(Method::DELETE, &lead)).await.status, 200);
    let archived = at(Method::PATCH, &lead).json(&json!({"name": "John"}));
    send(archived).await.assert_error(409, "LEAD_ARCHIVED");
}

/// Everything that can be done with one lead, with a body that is right.
fn verbs(app: &TestApp, prefix: &str, lead: &str, secret: &str) -> [RequestBuilder; 6] {
    let at = |method, end: &str| {
        app.at_root(method, &format!("{prefix}/leads/{lead}{end}")).bearer_auth(secret.to_owned())
    };
    [
        at(Method::GET, ""),
        at(Method::PATCH, "").json(&json!({"name": "Mallory"})),
        at(Method::PATCH, "").json(&json!({})),
        at(Method::DELETE, ""),
        at(Method::POST, "/restore"),
        at(Method::GET, "/history"),
    ]
}

async fn a_lead_on_another_site_is_forbidden_whatever_is_done_with_it(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let sister = app.key_of(app.sister().await, |_| ()).await;
    let (active, archived) = (app.lead("john@acme.com").await, app.lead("jane@acme.com").await);
    app.delete(&format!("/leads/{archived}")).await;
    let before = app.get("/leads?status=all").await.body;
    for lead in [&active, &archived] {
        for request in verbs(&app, "/v1/public", lead, &sister.secret) {
            let answer = send(request).await;
            answer.assert_error(403, "FORBIDDEN");
            assert!(answer.number("x-ratelimit-remaining") > 0);
            assert!(!answer.body.to_string().contains("acme.com"));
        }
        // Under every other prefix an id outside the workspace is 404, so nothing leaks.
        for request in verbs(&app, "/api/v1", lead, &sister.secret) {
            send(request).await.assert_error(404, "not_found");
        }
    }
    assert_eq!(app.get("/leads?status=all").await.body, before);
    // Whoever may not even read hears of the scope, and of nothing else.
    let blind = app.key_of(app.sister().await, |new| new.scopes = ScopeSet::of(&[Scope::RunsRead])).await;
    let answer = send(request(&app, Method::GET, &format!("/leads/{active}"), &blind)).await;
    assert_eq!(answer.body["error"]["details"], json!({"required_scope": "leads.read"}));
}

async fn a_lead_of_another_organization_is_not_found_whatever_is_done_with_it(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (stranger, _) = app.neighbour().await;
    let stranger = app.key_of(stranger, |_| ()).await;
    let lead = app.lead("john@acme.com").await;
    for request in verbs(&app, "/v1/public", &lead, &stranger.secret) {
        send(request).await.assert_error(404, "LEAD_NOT_FOUND");
    }
}

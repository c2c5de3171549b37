//! DELETE /me/credential: whoever finds a leaked secret can end it.

use leadkeep_domain::{AddressRanges, Scope, ScopeSet};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, TestApp, send};

on_both_databases![
    an_access_token_ends_and_others_of_its_client_go_on,
    a_key_or_token_ends_with_all_its_secrets,
    it_works_when_nothing_else_does,
    it_is_not_for_credentials_that_are_not_accepted,
    a_request_that_is_meant_for_another_tenant_ends_nothing,
    it_is_in_the_audit_log_once,
];

const PATH: &str = "/me/credential";

async fn revoke(app: &TestApp, prefix: &str, secret: &str) -> Answer {
    app.call(Method::DELETE, &format!("{prefix}{PATH}"), secret).await
}

async fn status(app: &TestApp, secret: &str) -> u16 {
    app.call(Method::GET, "/api/v1/me", secret).await.status
}

async fn an_access_token_ends_and_others_of_its_client_go_on(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let other = app.new_token(None).await;
    let answer = revoke(&app, "/api/v1", &app.token).await;
    assert_eq!(answer.status, 200);
    let expected = json!({"data": {
        "type": "client",
        "id": app.client.id.to_string(),
        "name": "CRM Sync",
        "revoked_at": "2026-01-01T00:00:00.000000Z",
    }});
    assert_eq!(answer.body, expected);
    app.get("/me").await.assert_error(401, "unauthorized");
    revoke(&app, "/api/v1", &app.token).await.assert_error(401, "unauthorized");
    assert_eq!(status(&app, &other).await, 200);
    // The client itself goes on, too.
    let fresh = app.new_token(None).await;
    assert_eq!(status(&app, &fresh).await, 200);
}

async fn a_key_or_token_ends_with_all_its_secrets(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let slate = "/workflow-service/api/public/v1";
    for (prefix, kind) in [("/api/v1", "key"), ("/v1", "key"), ("/v1/public", "key"), (slate, "token")] {
        let old = if kind == "key" { app.key().await } else { app.api_token().await };
        let new = app.rotate(&old, time::Duration::HOUR).await;
        let bystander = if kind == "key" { app.key().await } else { app.api_token().await };
        // The old one was found in a leak, and is still accepted.
        let answer = revoke(&app, prefix, &old.secret).await;
        assert_eq!((answer.status, &answer.body["data"]["type"]), (200, &json!(format!("api_{kind}"))));
        assert_eq!(answer.body["data"]["id"], old.id.to_string());
        let statuses = [&old, &new, &bystander].map(|held| status(&app, &held.secret));
        assert_eq!(futures_util::future::join_all(statuses).await, [401, 401, 200]);
        assert!(app.listed(&new).await.lifetime.revoked_at.is_some());
    }
}

async fn it_works_when_nothing_else_does(database: TestDatabase) {
    let app = TestApp::start(database).await;
    // The thief has used up the budget, in the dialect with the most buckets.
    let leaked = app.key().await;
    let leads = || app.call(Method::GET, "/v1/public/leads", &leaked.secret);
    while leads().await.status == 200 {}
    leads().await.assert_error(429, "RATE_LIMITED");
    assert_eq!(revoke(&app, "/v1/public", &leaked.secret).await.status, 200);
    leads().await.assert_error(401, "UNAUTHENTICATED");
    // So has the thief of an access token.
    app.set_client_limit(1).await;
    assert_eq!(app.get("/me").await.status, 200);
    app.get("/me").await.assert_error(429, "rate_limited");
    assert_eq!(revoke(&app, "/api/v1", &app.token).await.status, 200);
    app.get("/me").await.assert_error(401, "unauthorized");
    // The finder is not where the owner is.
    let bound = app.key_with(|new| new.allowed_addresses = AddressRanges::parse("10.0.0.0/8").unwrap()).await;
    app.call(Method::GET, "/v1/me", &bound.secret).await;
    assert_eq!(status(&app, &bound.secret).await, 403);
    assert_eq!(revoke(&app, "/v1", &bound.secret).await.status, 200);
    assert_eq!(status(&app, &bound.secret).await, 401);
    // And it asks for no scope.
    let blind = app.key_with(|new| new.scopes = ScopeSet::of(&[Scope::RunsRead])).await;
    assert_eq!(revoke(&app, "/v1", &blind.secret).await.status, 200);
}

async fn it_is_not_for_credentials_that_are_not_accepted(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    send(app.anonymous(Method::DELETE, PATH)).await.assert_error(401, "unauthorized");
    revoke(&app, "/workflow-service/api/public/v1", &key.secret).await.assert_error(401, "unauthorized");
    revoke(&app, "/v1/public", &token.secret).await.assert_error(401, "UNAUTHENTICATED");
    app.set_disabled(&key, true).await;
    revoke(&app, "/api/v1", &key.secret).await.assert_error(401, "unauthorized");
    app.set_disabled(&key, false).await;
    // Nothing half done.
    for held in [&key, &token] {
        let strange = app.call(Method::DELETE, "/api/v1/me/credential?colour=red", &held.secret).await;
        strange.assert_error(422, "validation_error");
        let other = app.call(Method::GET, "/api/v1/me/credential", &held.secret).await;
        other.assert_error(405, "method_not_allowed");
        assert_eq!(other.header("allow"), "DELETE");
        assert_eq!(status(&app, &held.secret).await, 200);
    }
}

async fn a_request_that_is_meant_for_another_tenant_ends_nothing(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (token, sister) = (app.api_token().await, app.sister().await.to_string());
    let slate = "/workflow-service/api/public/v1";
    for (prefix, header, status, code) in [
        ("/api/v1", "x-workspace-id", 403, "forbidden"),
        ("/api/v1", "x-organization-id", 403, "forbidden"),
        (slate, "x-workspace-id", 403, "forbidden"),
        (slate, "x-organization-id", 401, "unauthorized"),
    ] {
        let request = app.at_root(Method::DELETE, &format!("{prefix}{PATH}")).bearer_auth(&token.secret);
        send(request.header(header, &sister)).await.assert_error(status, code);
    }
    assert_eq!(status(&app, &token.secret).await, 200);
}

async fn it_is_in_the_audit_log_once(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    for (name, secret) in [("key", &key.secret), ("token", &token.secret), ("access-token", &app.token)] {
        let revoke = || {
            let request = app.anonymous(Method::DELETE, PATH).bearer_auth(secret.clone());
            send(request.header("x-request-id", format!("leak-{name}")))
        };
        // Several at once are one.
        let (one, two) = tokio::join!(revoke(), revoke());
        assert!(matches!((one.status, two.status), (200, 200 | 401) | (401, 200)));
    }
    let entries = app.database.query(
        "SELECT action, actor_kind, request_id FROM audit_log WHERE action LIKE '%.revoke' ORDER BY id",
    );
    let expected = [
        "key.revoke|api_key|leak-key",
        "token.revoke|api_token|leak-token",
        "access-token.revoke|client|leak-access-token",
    ];
    assert_eq!(entries, expected);
}

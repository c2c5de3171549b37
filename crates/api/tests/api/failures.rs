//! Failed attempts are limited by address, and never to the harm of whoever has a secret of ours.

use std::num::NonZeroU32;

use leadkeep_credentials::{ExpiryChoice, Secret, SecretKind};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;
use time::Duration;

use crate::app::{Answer, TestApp};

on_both_databases![
    a_known_secret_is_never_told_of_its_neighbours_failures,
    unknown_keys_and_tokens_are_counted_under_every_prefix,
    a_credential_of_another_kind_is_refused_and_not_counted,
    a_client_that_is_refused_with_its_right_secret_is_not_counted,
];

async fn app(database: TestDatabase) -> TestApp {
    TestApp::with_limits(database, NonZeroU32::new(1_000), NonZeroU32::new(5)).await
}

fn unknown(kind: SecretKind) -> String {
    Secret::generate(kind).unwrap().expose().to_owned()
}

async fn me(app: &TestApp, prefix: &str, secret: &str) -> Answer {
    app.call(Method::GET, &format!("{prefix}/me"), secret).await
}

/// Uses up what an address may fail.
async fn fail_until_limited(app: &TestApp) {
    for _ in 0..5 {
        me(app, "/api/v1", &unknown(SecretKind::ApiKey)).await.assert_error(401, "unauthorized");
    }
    me(app, "/api/v1", &unknown(SecretKind::ApiKey)).await.assert_error(429, "rate_limited");
}

async fn a_known_secret_is_never_told_of_its_neighbours_failures(database: TestDatabase) {
    let app = app(database).await;
    let (valid, revoked, disabled, rotated) =
        (app.key().await, app.api_token().await, app.key().await, app.key().await);
    let expired = app.key_with(|new| new.expiry = ExpiryChoice::Days7).await;
    let orphan = app.member(leadkeep_domain::Role::Admin).await;
    let orphaned = app.api_token_for(ExpiryChoice::Never, Some(&orphan)).await;
    app.clock.advance(Duration::days(7));
    app.revoke(&revoked).await;
    app.set_disabled(&disabled, true).await;
    app.rotate(&rotated, Duration::ZERO).await;
    app.management.remove_member(app.workspace, orphan.id).await.unwrap();
    fail_until_limited(&app).await;
    for _ in 0..10 {
        assert_eq!(me(&app, "/api/v1", &valid.secret).await.status, 200);
        for known in [&revoked, &disabled, &rotated, &expired, &orphaned] {
            me(&app, "/api/v1", &known.secret).await.assert_error(401, "unauthorized");
        }
    }
    app.management.set_suspended(app.workspace, true).await.unwrap();
    me(&app, "/api/v1", &valid.secret).await.assert_error(401, "unauthorized");
    // Nor do they count as failures themselves.
    app.clock.advance(Duration::MINUTE);
    for _ in 0..10 {
        for known in [&valid, &revoked, &disabled, &rotated, &expired, &orphaned] {
            me(&app, "/api/v1", &known.secret).await.assert_error(401, "unauthorized");
        }
    }
    fail_until_limited(&app).await;
}

async fn unknown_keys_and_tokens_are_counted_under_every_prefix(database: TestDatabase) {
    let app = app(database).await;
    let slate = "/workflow-service/api/public/v1";
    for (prefix, kind) in [
        ("/api/v1", SecretKind::ApiToken),
        ("/v1", SecretKind::ApiKey),
        ("/v1/public", SecretKind::ApiKey),
        (slate, SecretKind::ApiToken),
    ] {
        assert_eq!(me(&app, prefix, &unknown(kind)).await.status, 401);
    }
    assert_eq!(me(&app, "/v1", "nonsense").await.status, 401);
    // One count for all of them; each says so in its own way, and none has a budget to tell of.
    let limited = me(&app, "/v1/public", &unknown(SecretKind::ApiKey)).await;
    limited.assert_error(429, "RATE_LIMITED");
    assert_eq!((limited.header("retry-after"), limited.header("x-ratelimit-limit")), ("60", ""));
    let flat = me(&app, "/v1", &unknown(SecretKind::ApiKey)).await;
    assert_eq!((flat.status, &flat.body["error"]), (429, &json!("rate_limited")));
    me(&app, slate, &unknown(SecretKind::ApiToken)).await.assert_error(429, "rate_limited");
    // Whoever presents nothing guesses nothing.
    assert_eq!(crate::app::send(app.at_root(Method::GET, "/v1/me")).await.status, 401);
}

/// One that is known, that is: an unknown one is a guess wherever it is tried.
async fn a_credential_of_another_kind_is_refused_and_not_counted(database: TestDatabase) {
    let app = app(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    let slate = "/workflow-service/api/public/v1";
    for _ in 0..10 {
        for prefix in ["/v1", "/v1/public"] {
            for secret in [&token.secret, &app.token] {
                assert_eq!(me(&app, prefix, secret).await.status, 401, "{prefix}");
            }
        }
        for secret in [&key.secret, &app.token] {
            assert_eq!(me(&app, slate, secret).await.status, 401);
        }
    }
    fail_until_limited(&app).await;
}

async fn a_client_that_is_refused_with_its_right_secret_is_not_counted(database: TestDatabase) {
    let app = app(database).await;
    let old = app.secret.clone();
    let rotated = app.management.rotate_client(app.client_ref(), Duration::ZERO).await.unwrap();
    let new = rotated.secret.expose().to_owned();
    let ask = async |secret: &str| {
        app.ask_token(&json!({
            "grant_type": "client_credentials",
            "client_id": app.client.client_id.as_str(),
            "client_secret": secret,
        }))
        .await
    };
    assert_eq!(ask(&new).await.status, 200);
    for _ in 0..10 {
        ask(&old).await.assert_error(401, "unauthorized");
    }
    app.management.set_suspended(app.workspace, true).await.unwrap();
    for _ in 0..10 {
        ask(&new).await.assert_error(401, "unauthorized");
    }
    app.management.set_suspended(app.workspace, false).await.unwrap();
    app.management.revoke_client(app.client_ref()).await.unwrap();
    for _ in 0..10 {
        ask(&new).await.assert_error(401, "unauthorized");
        ask(&old).await.assert_error(401, "unauthorized");
    }
    for _ in 0..5 {
        ask(&unknown(SecretKind::ClientSecret)).await.assert_error(401, "unauthorized");
    }
    ask(&unknown(SecretKind::ClientSecret)).await.assert_error(429, "rate_limited");
    // Not even then is the right one told of it.
    ask(&new).await.assert_error(401, "unauthorized");
}

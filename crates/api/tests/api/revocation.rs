//! Each way to end a credential while it is in use on several connections: a request that begins after the change has returned
//! is never accepted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{Held, TestApp, send};

on_both_databases![
    a_key_that_is_revoked_under_load,
    a_token_that_is_revoked_under_load,
    a_key_that_is_disabled_under_load,
    a_key_that_is_rotated_at_once_under_load,
    a_key_that_ends_itself_under_load,
    an_access_token_that_ends_itself_under_load,
    a_client_that_is_revoked_under_load,
    a_token_whose_creator_is_demoted_under_load,
    a_token_whose_creator_is_removed_under_load,
    a_workspace_that_is_suspended_under_load,
];

/// What callers do: a write, whose every precondition is asked at each call.
async fn write(app: &TestApp, secret: &str, caller: u32, n: u32) -> u16 {
    let request = app.at_root(Method::POST, "/api/v1/leads").bearer_auth(secret.to_owned());
    send(request.json(&json!({"email": format!("lead-{caller}-{n}@acme.com")}))).await.status
}

/// Four callers write all the time. After some writes `change` is made; whatever begins once that has returned gets `expect`.
async fn refused_from_then_on(
    app: &Arc<TestApp>,
    secret: &str,
    expect: u16,
    change: impl Future<Output = ()>,
) {
    let (accepted, changed) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let (app, secret) = (app.clone(), secret.to_owned());
            let (accepted, changed) = (accepted.clone(), changed.clone());
            tokio::spawn(async move {
                let mut refused = 0;
                for n in 0.. {
                    // Asked before the request begins.
                    let after = changed.load(Ordering::SeqCst);
                    let status = write(&app, &secret, caller, n).await;
                    match (after, status) {
                        (false, 201) => drop(accepted.fetch_add(1, Ordering::SeqCst)),
                        // The change is in force before whoever makes it hears of it.
                        (false, status) => assert_eq!(status, expect),
                        (true, status) => {
                            assert_eq!(status, expect, "accepted after the change");
                            refused += 1;
                        }
                    }
                    if refused == 5 {
                        return;
                    }
                }
            })
        })
        .collect();
    while accepted.load(Ordering::SeqCst) < 40 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    change.await;
    changed.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap();
    }
    let written = app.database.query("SELECT count(*) FROM leads");
    assert_eq!(written, [accepted.load(Ordering::SeqCst).to_string()], "every lead was acknowledged");
}

/// Whose calls are not limited here.
async fn unlimited(app: &TestApp, held: Held) -> Held {
    app.set_limit(&held, 1_000_000).await;
    held
}

async fn start(database: TestDatabase) -> Arc<TestApp> {
    Arc::new(TestApp::start(database).await)
}

async fn a_key_that_is_revoked_under_load(database: TestDatabase) {
    let app = start(database).await;
    let key = unlimited(&app, app.key().await).await;
    refused_from_then_on(&app, &key.secret, 401, app.revoke(&key)).await;
}

async fn a_token_that_is_revoked_under_load(database: TestDatabase) {
    let app = start(database).await;
    let token = unlimited(&app, app.api_token().await).await;
    refused_from_then_on(&app, &token.secret, 401, app.revoke(&token)).await;
}

async fn a_key_that_is_disabled_under_load(database: TestDatabase) {
    let app = start(database).await;
    let key = unlimited(&app, app.key().await).await;
    refused_from_then_on(&app, &key.secret, 401, app.set_disabled(&key, true)).await;
}

async fn a_key_that_is_rotated_at_once_under_load(database: TestDatabase) {
    let app = start(database).await;
    let key = unlimited(&app, app.key().await).await;
    let rotate = async || drop(app.rotate(&key, time::Duration::ZERO).await);
    refused_from_then_on(&app, &key.secret, 401, rotate()).await;
}

async fn a_key_that_ends_itself_under_load(database: TestDatabase) {
    let app = start(database).await;
    let key = unlimited(&app, app.key().await).await;
    refused_from_then_on(&app, &key.secret, 401, end_itself(&app, &key.secret)).await;
}

async fn an_access_token_that_ends_itself_under_load(database: TestDatabase) {
    let app = start(database).await;
    let token = app.new_token(None).await;
    refused_from_then_on(&app, &token, 401, end_itself(&app, &token)).await;
    assert_eq!(app.get("/me").await.status, 200, "another of the same client goes on");
}

async fn end_itself(app: &TestApp, secret: &str) {
    assert_eq!(app.call(Method::DELETE, "/api/v1/me/credential", secret).await.status, 200);
}

async fn a_client_that_is_revoked_under_load(database: TestDatabase) {
    let app = start(database).await;
    let revoke = async || drop(app.management.revoke_client(app.client_ref()).await.unwrap());
    refused_from_then_on(&app, &app.token, 401, revoke()).await;
}

async fn a_token_whose_creator_is_demoted_under_load(database: TestDatabase) {
    let app = start(database).await;
    let ann = app.member(Role::Admin).await;
    let token = unlimited(&app, app.api_token_for(ExpiryChoice::Days7, Some(&ann)).await).await;
    let demote = async || drop(app.management.set_role(app.workspace, ann.id, Role::Viewer).await.unwrap());
    refused_from_then_on(&app, &token.secret, 403, demote()).await;
}

async fn a_token_whose_creator_is_removed_under_load(database: TestDatabase) {
    let app = start(database).await;
    let ann = app.member(Role::Admin).await;
    let token = unlimited(&app, app.api_token_for(ExpiryChoice::Days7, Some(&ann)).await).await;
    let remove = async || drop(app.management.remove_member(app.workspace, ann.id).await.unwrap());
    refused_from_then_on(&app, &token.secret, 401, remove()).await;
}

async fn a_workspace_that_is_suspended_under_load(database: TestDatabase) {
    let app = start(database).await;
    let key = unlimited(&app, app.key().await).await;
    let suspend = async || drop(app.management.set_suspended(app.workspace, true).await.unwrap());
    refused_from_then_on(&app, &key.secret, 401, suspend()).await;
}

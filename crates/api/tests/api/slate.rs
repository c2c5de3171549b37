//! Slate's document, request by request and row by row.

use leadkeep_credentials::ExpiryChoice;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use time::Duration;

use crate::app::{TestApp, send};

on_both_databases![
    a_token_authenticates_every_request,
    a_token_looks_as_printed_and_is_listed_with_a_preview,
    a_token_lives_as_long_as_was_chosen,
    every_row_of_the_error_table,
    a_revoked_token_is_refused_on_the_next_request,
];

const PREFIX: &str = "/workflow-service/api/public/v1";

fn at(app: &TestApp, path: &str) -> RequestBuilder {
    app.at_root(Method::GET, &format!("{PREFIX}{path}"))
}

async fn a_token_authenticates_every_request(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (lead, token) = (app.lead("john@acme.com").await, app.api_token().await);
    // "Include the token in the Authorization header of every API request: Authorization: Bearer slat_<your-token>"
    let leads = send(at(&app, "/leads").bearer_auth(&token.secret)).await;
    assert_eq!((leads.status, &leads.body["data"][0]["id"]), (200, &json!(lead)));
    // curl -s "https://api.slatehq.ai/workflow-service/api/public/v1/workflow-runs/run_x7k9m2p4" \
    //   -H "Authorization: Bearer slat_YOUR_TOKEN"
    let asked = app.at_root(Method::POST, &format!("{PREFIX}/leads/export")).bearer_auth(&token.secret);
    let made = send(asked.json(&json!({"format": "csv"}))).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = format!("/workflow-runs/{}", made.body["data"]["id"].as_str().unwrap());
    let run = send(at(&app, &path).bearer_auth(&token.secret)).await;
    assert_eq!((run.status, &run.body["data"]["id"]), (200, &made.body["data"]["id"]));
    let printed = at(&app, "/workflow-runs/run_x7k9m2p4").bearer_auth(&token.secret);
    send(printed).await.assert_error(404, "not_found");
    let me = send(at(&app, "/me").bearer_auth(&token.secret)).await;
    assert_eq!(me.body["data"]["credential"]["type"], "api_token");
    // "Each token is scoped to a single workspace"
    assert_eq!(me.body["data"]["workspace"]["id"], app.workspace.to_string());
    let named = at(&app, "/leads").header("x-workspace-id", app.workspace.to_string());
    let named = named.header("x-organization-id", app.organization.to_string());
    assert_eq!(send(named.bearer_auth(&token.secret)).await.status, 200);
}

async fn a_token_looks_as_printed_and_is_listed_with_a_preview(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let token = app.api_token_for(ExpiryChoice::Days7, None).await;
    // "The token starts with the slat_ prefix (for example, slat_K3x9m2...)."
    let random = token.secret.strip_prefix("slat_").unwrap();
    assert_eq!(random.len(), 46);
    assert!(random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let listed = app.listed(&token).await;
    // "Token name"
    assert_eq!(listed.name.as_str(), "nightly export");
    // "Token preview (first 12 characters + last 4 characters)"
    let (first, last) = (&token.secret[..12], &token.secret[token.secret.len() - 4..]);
    assert_eq!(listed.secret().unwrap().preview, format!("{first}…{last}"));
    // "Created date and creator"
    assert_eq!(
        (listed.created_at.unix_timestamp(), listed.creator.name.as_str()),
        (1_767_225_600, "operator")
    );
    // "Expiration date"
    assert_eq!(listed.lifetime.expires_at, Some(listed.created_at + Duration::days(7)));
    // "Last used date"
    assert_eq!(listed.last_use(), None);
    app.clock.advance(Duration::MINUTE);
    send(at(&app, "/me").bearer_auth(&token.secret)).await;
    let used = app.listed(&token).await.last_use().unwrap().last_used_at;
    assert_eq!(used, Some(listed.created_at + Duration::MINUTE));
}

/// "Choose an expiration period: 7 days, 30 days, 90 days, or No expiration."
async fn a_token_lives_as_long_as_was_chosen(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for (choice, days) in [(ExpiryChoice::Days7, 7), (ExpiryChoice::Days30, 30), (ExpiryChoice::Days90, 90)] {
        let token = app.api_token_for(choice, None).await;
        let status = async || send(at(&app, "/me").bearer_auth(&token.secret)).await.status;
        app.clock.advance(Duration::days(days) - Duration::MICROSECOND);
        assert_eq!(status().await, 200, "to the last microsecond of {choice}");
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(status().await, 401, "at the moment of expiry of {choice}");
        app.clock.advance(Duration::SECOND);
        assert_eq!(status().await, 401, "a second later");
    }
    let forever = app.api_token_for(ExpiryChoice::Never, None).await;
    app.clock.advance(Duration::days(10_000));
    assert_eq!(send(at(&app, "/me").bearer_auth(&forever.secret)).await.status, 200);
}

async fn every_row_of_the_error_table(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (token, key) = (app.api_token().await, app.key().await);
    let live = || at(&app, "/leads").bearer_auth(&token.secret);
    // | 401 | unauthorized | No Authorization header, missing Bearer prefix, or token does not start with slat_. |
    let no_bearer = at(&app, "/leads").header("authorization", &token.secret);
    let basic = at(&app, "/leads").header("authorization", format!("Basic {}", token.secret));
    let others = [&key.secret, &app.token, "K3x9m2"].map(|secret| at(&app, "/leads").bearer_auth(secret));
    for request in [at(&app, "/leads"), no_bearer, basic].into_iter().chain(others) {
        send(request).await.assert_error(401, "unauthorized");
    }
    // | 401 | unauthorized | Token not found, has been revoked, or has expired. |
    let (revoked, expired) = (app.api_token().await, app.api_token_for(ExpiryChoice::Days7, None).await);
    app.revoke(&revoked).await;
    app.clock.advance(Duration::days(7));
    let unknown = leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::ApiToken).unwrap();
    for secret in [unknown.expose(), &revoked.secret, &expired.secret] {
        send(at(&app, "/leads").bearer_auth(secret)).await.assert_error(401, "unauthorized");
    }
    // | 401 | unauthorized | Token validation returned an invalid workspace. |
    app.management.set_suspended(app.workspace, true).await.unwrap();
    send(live()).await.assert_error(401, "unauthorized");
    app.management.set_suspended(app.workspace, false).await.unwrap();
    // | 401 | unauthorized | X-Workspace-Id header does not match the token’s workspace. |
    // The document's prose: "A mismatch returns a 403 error." And the contract: "403 wins (the credential is valid)".
    let (sister, (stranger, _)) = (app.sister().await, app.neighbour().await);
    for workspace in [sister.to_string(), stranger.to_string(), "demo".to_owned()] {
        let answer = send(live().header("x-workspace-id", workspace)).await;
        answer.assert_error(403, "forbidden");
        assert!(answer.number("x-ratelimit-remaining") > 0);
    }
    // | 401 | unauthorized | X-Organization-Id header does not match the token’s organization. |
    // The contract: "401 in the slate dialect, as its table says; 403 elsewhere."
    for organization in [app.workspace.to_string(), "acme".to_owned(), String::new()] {
        let answer = send(live().header("x-organization-id", &organization)).await;
        answer.assert_error(401, "unauthorized");
        assert_eq!(answer.header("x-ratelimit-limit"), "", "a 401 has no budget");
        let canonical = app.at_root(Method::GET, "/api/v1/leads").bearer_auth(&token.secret);
        send(canonical.header("x-organization-id", organization)).await.assert_error(403, "forbidden");
    }
    // Both wrong: the credential is valid, and meant for another workspace.
    let both = live().header("x-workspace-id", "demo").header("x-organization-id", "acme");
    send(both).await.assert_error(403, "forbidden");
    // | 403 | forbidden | The requested endpoint is not available for API token access. |
    for path in ["/api-tokens", "/api-keys", "/oauth-clients", "/members", "/members/x/y", "/workspace"] {
        let answer = send(at(&app, path).bearer_auth(&token.secret)).await;
        answer.assert_error(403, "forbidden");
        let message = "The requested endpoint is not available for API token access";
        assert_eq!(answer.body["error"]["message"], message);
        send(at(&app, path)).await.assert_error(401, "unauthorized");
    }
}

/// "Revocation takes effect immediately. Any system using the revoked token receives a 401 error on the next request."
async fn a_revoked_token_is_refused_on_the_next_request(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (token, other) = (app.api_token().await, app.api_token().await);
    assert_eq!(send(at(&app, "/me").bearer_auth(&token.secret)).await.status, 200);
    app.revoke(&token).await;
    send(at(&app, "/me").bearer_auth(&token.secret)).await.assert_error(401, "unauthorized");
    // "… revoke access for a single system without affecting others."
    assert_eq!(send(at(&app, "/me").bearer_auth(&other.secret)).await.status, 200);
}

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, send};

on_both_databases![a_credential_is_told_what_it_is_and_may];

async fn a_credential_is_told_what_it_is_and_may(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, None).await;
    let reader = app.new_token(Some("leads.read")).await;
    let answer = send(app.anonymous(Method::GET, "/me").bearer_auth(reader)).await;
    let organization = answer.body["data"]["organization"]["id"].clone();
    assert_eq!(
        answer.body,
        json!({"data": {
            "credential": {
                "type": "client",
                "id": app.client.id.to_string(),
                "name": "CRM Sync",
                "expires_at": "2026-01-01T01:00:00.000000Z",
            },
            "workspace": {"id": app.workspace.to_string(), "name": "Demo", "currency": "USD"},
            "organization": {"id": organization},
            "plan": "free",
            "scopes": ["leads.read"],
            "limits": [
                {"bucket": "credential", "limit": 60, "remaining": 59, "reset": 1_767_225_660, "window_seconds": 60}
            ],
        }})
    );
}

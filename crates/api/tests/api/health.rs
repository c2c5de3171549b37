use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, send};

on_both_databases![health_needs_no_credential];

async fn health_needs_no_credential(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for (path, body) in
        [("/healthz", json!({"status": "ok"})), ("/readyz", json!({"status": "ok", "limits": "node"}))]
    {
        let answer = send(app.at_root(Method::GET, path)).await;
        assert_eq!((answer.status, answer.body), (200, body));
        send(app.at_root(Method::POST, path)).await.assert_error(405, "method_not_allowed");
    }
}

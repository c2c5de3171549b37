use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::app::TestApp;

on_both_databases![archiving_and_restoring_are_idempotent, a_restore_meets_a_taken_email];

async fn archiving_and_restoring_are_idempotent(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let archived = app.delete(&path).await;
    assert_eq!((archived.status, &archived.body["data"]["status"]), (200, &json!("archived")));
    assert_eq!(archived.header("etag"), "\"2\"");
    assert_eq!(app.delete(&path).await.body, archived.body);
    assert_eq!(app.get(&path).await.body, archived.body);

    let restore = format!("{path}/restore");
    let restored = app.post(&restore, &Value::Null).await;
    assert_eq!((restored.status, &restored.body["data"]["status"]), (200, &json!("active")));
    assert_eq!(restored.body["data"]["version"], 3);
    assert_eq!(app.post(&restore, &Value::Null).await.body, restored.body);
    app.delete("/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c").await.assert_error(404, "not_found");
}

async fn a_restore_meets_a_taken_email(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    app.delete(&path).await;
    let holder = app.lead("john@acme.com").await;
    let answer = app.post(&format!("{path}/restore"), &Value::Null).await;
    answer.assert_error(409, "duplicate_lead");
    assert_eq!(answer.body["error"]["details"], json!({"email": "john@acme.com", "lead_id": holder}));
}

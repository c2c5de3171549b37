use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::app::TestApp;

on_both_databases![every_change_is_kept_with_who_and_when, the_history_pages];

async fn every_change_is_kept_with_who_and_when(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    app.clock.advance(time::Duration::SECOND);
    let changed = app.patch(&path, &json!({"name": "John", "tags": ["b", "a"]})).await;
    app.delete(&path).await;
    let history = app.get(&format!("{path}/history")).await;
    let entries = history.body["data"].as_array().unwrap();
    let changes: Vec<_> =
        entries.iter().map(|entry| json!([entry["field"], entry["from"], entry["to"]])).collect();
    let expected = [
        json!(["status", "active", "archived"]),
        json!(["tags", [], ["a", "b"]]),
        json!(["name", null, "John"]),
        json!(["status", null, "active"]),
    ];
    assert_eq!(changes, expected);
    let name = &entries[2];
    assert_eq!(name["at"], "2026-01-01T00:00:01.000000Z");
    assert_eq!(name["request_id"], changed.header("x-request-id"));
    let actor = json!({"type": "client", "id": app.client.id.to_string(), "name": "CRM Sync"});
    assert_eq!(name["actor"], actor);
    app.get("/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c/history").await.assert_error(404, "not_found");
}

async fn the_history_pages(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    for n in 0..4 {
        app.patch(&path, &json!({"name": n.to_string()})).await;
    }
    let first = app.get(&format!("{path}/history?limit=3")).await;
    assert_eq!(first.body["meta"]["has_more"], true);
    let cursor = first.body["meta"]["next_cursor"].as_str().unwrap();
    let second = app.get(&format!("{path}/history?limit=3&cursor={cursor}")).await;
    assert_eq!(second.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(second.body["meta"], json!({"next_cursor": null, "has_more": false}));
    // Another lead's history is another list.
    let other = format!("/leads/{}/history?cursor={cursor}", app.lead("jane@acme.com").await);
    app.get(&other).await.assert_error(400, "invalid_request");
}

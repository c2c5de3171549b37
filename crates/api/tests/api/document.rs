//! Slokoto's document, request by request and row by row.

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, send};

on_both_databases![the_quick_start_works_as_printed, every_row_of_the_error_table];

async fn the_quick_start_works_as_printed(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let lead = json!({
        "email": "john@acme.com",
        "name": "John Smith",
        "company": "Acme Corp",
        "deal_value": 5_000_000,
        "tags": ["enterprise", "inbound"],
    });
    let created = app.post("/leads", &lead).await;
    assert_eq!(created.status, 201);
    let id = created.body["data"]["id"].as_str().unwrap();
    let list = app.get("/leads?status=active&limit=20").await;
    assert_eq!(list.body["data"], json!([created.body["data"]]));
    let updated = app
        .patch(&format!("/leads/{id}"), &json!({"deal_value": 7_500_000, "deal_stage": "negotiation"}))
        .await;
    assert_eq!(updated.body["data"]["deal_value"], 7_500_000);
    // "This is a soft delete — the lead is set to archived status and can be restored later."
    let archived = app.delete(&format!("/leads/{id}")).await;
    assert_eq!(archived.body["data"]["status"], "archived");
    assert_eq!(send(app.request(Method::POST, &format!("/leads/{id}/restore"))).await.status, 200);
}

async fn every_row_of_the_error_table(database: TestDatabase) {
    let app = TestApp::with_limits(database, std::num::NonZeroU32::new(7), None).await;
    // | 400 | invalid_request | Malformed request body |
    let malformed = app.request(Method::POST, "/leads").header("content-type", "application/json").body("{");
    send(malformed).await.assert_error(400, "invalid_request");
    // | 401 | unauthorized | Invalid or expired token |
    send(app.anonymous(Method::GET, "/leads").bearer_auth("slk_at_x"))
        .await
        .assert_error(401, "unauthorized");
    // | 403 | forbidden | Token lacks required scope |
    let reader = app.new_token(Some("leads.read")).await;
    let write = app.anonymous(Method::POST, "/leads").bearer_auth(reader).json(&json!({"email": "a@b.cc"}));
    send(write).await.assert_error(403, "forbidden");
    // | 404 | not_found | Lead not found in your workspace |
    let missing = app.get("/leads/550e8400-e29b-41d4-a716-446655440000").await;
    missing.assert_error(404, "not_found");
    // The document's own example of an error.
    assert_eq!(missing.body["error"]["message"], "Lead not found");
    // | 409 | duplicate_lead | Email already exists in workspace |
    app.lead("john@acme.com").await;
    app.post("/leads", &json!({"email": "john@acme.com"})).await.assert_error(409, "duplicate_lead");
    // | 422 | validation_error | Invalid field values |
    app.post("/leads", &json!({"email": "john"})).await.assert_error(422, "validation_error");
    // | 429 | rate_limited | Too many requests |
    app.get("/leads").await;
    app.get("/leads").await.assert_error(429, "rate_limited");
}

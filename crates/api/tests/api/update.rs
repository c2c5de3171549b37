use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, send};

on_both_databases![
    only_what_is_sent_changes,
    null_empties_a_field_or_brings_its_default_back,
    nothing_changed_is_200_and_leaves_no_trace,
    a_stale_if_match_is_412_and_changes_nothing,
    an_archived_lead_is_restored_or_left_alone,
    a_taken_email_is_a_conflict,
    what_is_wrong_is_told_and_nothing_is_half_written,
];

async fn only_what_is_sent_changes(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let created = app.post("/leads", &json!({"email": "john@acme.com", "name": "John", "tags": ["a"]})).await;
    let path = format!("/leads/{}", created.body["data"]["id"].as_str().unwrap());
    app.clock.advance(time::Duration::SECOND);
    let answer = app.patch(&path, &json!({"deal_value": 7_500_000, "deal_stage": "negotiation"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut expected = created.body;
    expected["data"]["deal_value"] = json!(7_500_000);
    expected["data"]["deal_stage"] = json!("negotiation");
    expected["data"]["updated_at"] = json!("2026-01-01T00:00:01.000000Z");
    expected["data"]["version"] = json!(2);
    assert_eq!(answer.body, expected);
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(app.get(&path).await.body, expected);
}

async fn null_empties_a_field_or_brings_its_default_back(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let full = json!({
        "email": "john@acme.com", "name": "John", "title": "VP", "company": "Acme", "phone": "1", "website": "a.b",
        "source": "web", "deal_value": 1, "deal_currency": "EUR", "deal_stage": "won", "deal_close_date": "2026-01-31",
        "tags": ["a"], "custom_fields": {"a": 1},
    });
    let created = app.post("/leads", &full).await;
    let path = format!("/leads/{}", created.body["data"]["id"].as_str().unwrap());
    for name in full.as_object().unwrap().keys().filter(|name| *name != "email") {
        let answer = app.patch(&path, &json!({name: null})).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        let expected = match name.as_str() {
            "deal_currency" => json!("USD"),
            "tags" => json!([]),
            "custom_fields" => json!({}),
            _ => Value::Null,
        };
        assert_eq!(answer.body["data"][name], expected, "{name}");
    }
    for name in ["email", "status"] {
        let answer = app.patch(&path, &json!({name: null})).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), [name]);
    }
}

async fn nothing_changed_is_200_and_leaves_no_trace(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let before = app.get(&path).await.body;
    app.clock.advance(time::Duration::SECOND);
    for body in [json!({}), json!({"email": "john@acme.com", "name": null, "tags": [], "status": "active"})] {
        let answer = app.patch(&path, &body).await;
        assert_eq!((answer.status, &answer.body), (200, &before));
    }
    assert_eq!(app.get(&format!("{path}/history")).await.body["data"].as_array().unwrap().len(), 1);
}

async fn a_stale_if_match_is_412_and_changes_nothing(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let attempt = |method: Method, path: &str, tag: &str| {
        send(app.request(method, path).header("if-match", tag).json(&json!({"name": tag})))
    };
    let patch = |tag| attempt(Method::PATCH, &path, tag);
    assert_eq!(patch("\"1\"").await.status, 200);
    patch("\"1\"").await.assert_error(412, "precondition_failed");
    patch("W/\"2\"").await.assert_error(412, "precondition_failed");
    patch("2").await.assert_error(400, "invalid_request");
    assert_eq!(patch("\"9\", \"2\"").await.status, 200);
    assert_eq!(patch("*").await.status, 200);
    assert_eq!(app.get(&path).await.body["data"]["version"], 4);
    attempt(Method::DELETE, &path, "\"3\"").await.assert_error(412, "precondition_failed");
    assert_eq!(attempt(Method::DELETE, &path, "\"4\"").await.status, 200);
    attempt(Method::POST, &format!("{path}/restore"), "\"4\"").await.assert_error(412, "precondition_failed");
}

async fn an_archived_lead_is_restored_or_left_alone(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let archived = app.patch(&path, &json!({"status": "archived", "name": "John"})).await;
    assert_eq!(archived.body["data"]["status"], "archived");
    assert_eq!(archived.body["data"]["name"], "John");
    assert!(archived.body["data"]["archived_at"].is_string());
    app.patch(&path, &json!({"name": "Jane"})).await.assert_error(409, "lead_archived");
    app.patch(&path, &json!({"name": "Jane", "status": "archived"})).await.assert_error(409, "lead_archived");
    assert_eq!(app.patch(&path, &json!({"status": "archived"})).await.status, 200);
    let restored = app.patch(&path, &json!({"status": "active", "name": "Jane"})).await;
    assert_eq!(restored.body["data"]["name"], "Jane");
    assert_eq!(restored.body["data"]["archived_at"], Value::Null);
}

async fn a_taken_email_is_a_conflict(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let john = app.lead("john@acme.com").await;
    let jane = format!("/leads/{}", app.lead("jane@acme.com").await);
    let answer = app.patch(&jane, &json!({"email": "John@acme.com"})).await;
    answer.assert_error(409, "duplicate_lead");
    assert_eq!(answer.body["error"]["details"], json!({"email": "John@acme.com", "lead_id": john}));
}

async fn what_is_wrong_is_told_and_nothing_is_half_written(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let before = app.get(&path).await.body;
    let answer = app
        .patch(
            &path,
            &json!({"name": "Jane", "deal_value": -1, "deal_stage": "maybe", "id": "x", "colour": "red"}),
        )
        .await;
    answer.assert_error(422, "validation_error");
    assert_eq!(answer.fields(), ["deal_value", "deal_stage", "id", "colour"]);
    let stranger = json!({"name": "Jane", "assigned_to": "01a200d3-22a7-7331-8c13-73a6e3dce12c"});
    let answer = app.patch(&path, &stranger).await;
    answer.assert_error(422, "validation_error");
    assert_eq!(answer.fields(), ["assigned_to"]);
    assert_eq!(app.get(&path).await.body, before);
}

//! What nobody should send to conversations: always a 4xx, and nothing half written.

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{TestApp, send},
    conversations::{conversation, neighbour, start},
};

on_both_databases![
    a_new_conversation_that_is_wrong_is_422_and_names_the_field,
    a_change_that_is_wrong_is_422_and_names_the_field,
    a_message_that_is_wrong_is_422_and_names_the_field,
    all_faults_are_told_at_once,
    what_is_at_the_limit_is_accepted,
    what_is_not_there_is_not_found,
    other_methods_are_405_with_the_list,
    wrong_parameters_are_all_told,
    a_cursor_belongs_to_its_list_its_filters_and_its_workspace,
];

const NOBODY: &str = "01a200d3-22a7-7331-8c13-73a6e3dce12c";

/// Sends a body that is right but for one member at a time, and expects that member to be named.
async fn refuse_each(app: &TestApp, method: Method, path: &str, right: &Value, cases: &[(&str, Value)]) {
    for (field, value) in cases {
        let mut body = right.clone();
        body[field] = value.clone();
        let answer = send(app.request(method.clone(), path).json(&body)).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), [*field], "{body}: {}", answer.body);
    }
    for body in [json!([]), json!("text"), json!(null)] {
        send(app.request(method.clone(), path).json(&body)).await.assert_error(422, "validation_error");
    }
    send(app.request(method.clone(), path).header("content-type", "application/json").body("{"))
        .await
        .assert_error(400, "invalid_request");
    send(app.request(method, path).body("{}")).await.assert_error(415, "unsupported_media_type");
}

async fn a_new_conversation_that_is_wrong_is_422_and_names_the_field(database: TestDatabase) {
    let app = start(database).await;
    let cases = [
        ("channel", json!("sms")),
        ("channel", json!("Chat")),
        ("channel", json!("")),
        ("channel", json!(1)),
        ("channel", Value::Null),
        ("subject", json!("")),
        ("subject", json!("  ")),
        ("subject", json!("s".repeat(201))),
        ("subject", json!("line\nbreak")),
        ("subject", json!("nul \u{0}")),
        ("subject", json!(7)),
        ("lead_id", json!("me")),
        ("lead_id", json!(NOBODY)),
        ("lead_id", json!(1)),
        ("lead_id", json!("")),
        ("status", json!("open")),
        ("id", json!(NOBODY)),
        ("message_count", json!(0)),
        ("messages", json!([])),
        ("created_at", json!("2026-01-01T00:00:00Z")),
        ("updated_at", json!("2026-01-01T00:00:00Z")),
        ("colour", json!("red")),
        ("Channel", json!("chat")),
    ];
    refuse_each(&app, Method::POST, "/conversations", &json!({"channel": "chat"}), &cases).await;
    let answer = app.post("/conversations", &json!({})).await;
    answer.assert_error(422, "validation_error");
    assert_eq!(answer.fields(), ["channel"]);
    assert_eq!(app.get("/conversations").await.body["data"], json!([]));
}

async fn a_change_that_is_wrong_is_422_and_names_the_field(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let before = app.get(&path).await.body;
    let cases = [
        ("status", json!("archived")),
        ("status", json!(true)),
        ("status", Value::Null),
        ("subject", json!(" ")),
        ("subject", json!("s".repeat(201))),
        ("subject", json!([])),
        ("lead_id", Value::Null),
        ("channel", json!("chat")),
        ("id", json!(NOBODY)),
        ("messages", json!([])),
        ("colour", json!("red")),
    ];
    refuse_each(&app, Method::PATCH, &path, &json!({"subject": "Prices"}), &cases).await;
    assert_eq!(app.get(&path).await.body, before);
}

async fn a_message_that_is_wrong_is_422_and_names_the_field(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let before = app.get(&path).await.body;
    let cases = [
        ("author", json!("lead")),
        ("author", json!("Visitor")),
        ("author", json!(0)),
        ("author", Value::Null),
        ("text", json!("")),
        ("text", json!(" \n\t ")),
        ("text", json!("t".repeat(10_001))),
        ("text", json!("nul \u{0}")),
        ("text", json!("escape \u{1b}[2J")),
        ("text", json!(["Hello"])),
        ("text", Value::Null),
        ("id", json!(NOBODY)),
        ("created_at", json!("2026-01-01T00:00:00Z")),
        ("actor", json!({})),
    ];
    let right = json!({"author": "visitor", "text": "Hello"});
    refuse_each(&app, Method::POST, &format!("{path}/messages"), &right, &cases).await;
    assert_eq!(app.get(&path).await.body, before);
}

async fn all_faults_are_told_at_once(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let answer = app
        .post("/conversations", &json!({"lead_id": "x", "channel": "x", "subject": "", "id": 1, "x": 1}))
        .await;
    assert_eq!(answer.fields(), ["lead_id", "channel", "subject", "id", "x"]);
    let answer = app.patch(&path, &json!({"subject": "", "status": "x", "lead_id": null, "x": 1})).await;
    assert_eq!(answer.fields(), ["subject", "status", "lead_id", "x"]);
    let answer = app.post(&format!("{path}/messages"), &json!({"id": 1, "x": 1})).await;
    assert_eq!(answer.fields(), ["author", "text", "id", "x"]);
}

async fn what_is_at_the_limit_is_accepted(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat", "subject": "é".repeat(200)})).await;
    let text = "🚀".repeat(10_000);
    let said = app.post(&format!("{path}/messages"), &json!({"author": "agent", "text": text})).await;
    assert_eq!(said.status, 201);
    assert_eq!(app.get(&path).await.body["data"]["messages"], json!([said.body["data"]]));
}

async fn what_is_not_there_is_not_found(database: TestDatabase) {
    let app = start(database).await;
    let message = json!({"author": "visitor", "text": "Hello"});
    for id in [NOBODY, "550e8400-...", "x", "%00", "%ff", "..%2f..", "1 OR 1=1"] {
        let path = format!("/conversations/{id}");
        let messages = format!("{path}/messages");
        for answer in [
            app.get(&path).await,
            app.patch(&path, &json!({"status": "closed"})).await,
            app.get(&messages).await,
            app.post(&messages, &message).await,
        ] {
            answer.assert_error(404, "not_found");
            assert_eq!(answer.body["error"]["message"], "Conversation not found");
        }
    }
    // A body that is wrong is told first, as with leads.
    app.patch(&format!("/conversations/{NOBODY}"), &json!({"x": 1}))
        .await
        .assert_error(422, "validation_error");
}

async fn other_methods_are_405_with_the_list(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    for (method, path, allow) in [
        (Method::PUT, "/conversations", "GET, HEAD, POST"),
        (Method::DELETE, path.as_str(), "GET, HEAD, PATCH"),
        (Method::PATCH, &format!("{path}/messages"), "GET, HEAD, POST"),
    ] {
        let answer = send(app.request(method, path)).await;
        answer.assert_error(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

async fn wrong_parameters_are_all_told(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let query = "lead_id=me&status=all&updated_after=yesterday&limit=0&channel=chat&limit=1";
    let answer = app.get(&format!("/conversations?{query}")).await;
    answer.assert_error(422, "validation_error");
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["channel", "lead_id", "limit", "status", "updated_after"]);
    let message = json!({"author": "visitor", "text": "Hello"});
    for request in [
        app.request(Method::POST, "/conversations?limit=1").json(&json!({"channel": "chat"})),
        app.request(Method::GET, &format!("{path}?limit=101")),
        app.request(Method::GET, &format!("{path}/messages?limit=ten")),
        app.request(Method::PATCH, &format!("{path}?limit=1")).json(&json!({"status": "closed"})),
        app.request(Method::POST, &format!("{path}/messages?limit=1")).json(&message),
    ] {
        let answer = send(request).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), ["limit"]);
    }
}

async fn a_cursor_belongs_to_its_list_its_filters_and_its_workspace(database: TestDatabase) {
    let app = start(database).await;
    let lead = app.lead("john@acme.com").await;
    app.lead("jane@acme.com").await;
    let path = conversation(&app, json!({"channel": "chat", "lead_id": lead})).await;
    let other = conversation(&app, json!({"channel": "chat"})).await;
    for path in [&path, &path, &other] {
        app.post(&format!("{path}/messages"), &json!({"author": "visitor", "text": "Hello"})).await;
    }
    let cursor =
        async |path: &str| app.get(path).await.body["meta"]["next_cursor"].as_str().unwrap().to_owned();
    let (of_all, of_leads) = (cursor("/conversations?limit=1").await, cursor("/leads?limit=1").await);
    let of_messages = cursor(&format!("{path}/messages?limit=1")).await;
    assert_eq!(app.get(&format!("/conversations?limit=9&cursor={of_all}")).await.status, 200);
    for wrong in [
        format!("/conversations?status=open&cursor={of_all}"),
        format!("/conversations?lead_id={lead}&cursor={of_all}"),
        format!("/conversations?updated_after=2025-01-01T00:00:00Z&cursor={of_all}"),
        format!("/conversations?cursor={of_leads}"),
        format!("/conversations?cursor={of_messages}"),
        format!("/conversations?cursor={}", &of_all[1..]),
        format!("{path}/messages?cursor={of_all}"),
        format!("{path}?cursor=x"),
        format!("{other}/messages?cursor={of_messages}"),
        format!("{other}?cursor={of_messages}"),
        format!("/leads?cursor={of_all}"),
    ] {
        app.get(&wrong).await.assert_error(400, "invalid_request");
    }
    let token = neighbour(&app).await;
    let stolen = app.anonymous(Method::GET, &format!("/conversations?cursor={of_all}")).bearer_auth(token);
    send(stolen).await.assert_error(400, "invalid_request");
}

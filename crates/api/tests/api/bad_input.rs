//! What nobody should send: always a 4xx in the dialect's format, never a 5xx, and nothing half written.

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, send};

on_both_databases![
    a_body_that_is_no_json_is_400,
    a_body_that_is_wrong_is_422_and_names_the_field,
    a_body_of_another_kind_is_415,
    a_body_that_is_too_large_is_413,
    other_methods_are_405_with_the_list,
    what_is_at_the_limit_is_accepted,
    unknown_parameters_are_told_wherever_none_are_taken,
    an_answer_lists_no_more_than_a_hundred_faults,
];

async fn raw(app: &TestApp, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    send(app.request(Method::POST, "/leads").header("content-type", content_type).body(body)).await
}

async fn a_body_that_is_no_json_is_400(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let deep =
        format!("{{\"email\":\"a@b.cc\",\"custom_fields\":{}1{}}}", "{\"a\":".repeat(64), "}".repeat(64));
    let cases: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"email\":\"a@b.cc\"} x".to_vec(),
        b"{\"email\":\"a@b.cc\",}".to_vec(),
        b"{'email':'a@b.cc'}".to_vec(),
        b"{\"email\":\"a@b.cc\",\"email\":\"b@b.cc\"}".to_vec(),
        b"{\"email\":\"a@b.cc\",\"custom_fields\":{\"a\":1,\"a\":2}}".to_vec(),
        b"{\"email\":\"\xff\xfe@b.cc\"}".to_vec(),
        b"{\"email\":\"\\ud800@b.cc\"}".to_vec(),
        b"{\"email\":\"a@b.cc\",\"deal_value\":1e999}".to_vec(),
        b"{\"email\":\"a@b.cc\",\"deal_value\":NaN}".to_vec(),
        b"{\"email\":\"a@b.cc\",\"name\":\"raw\nbreak\"}".to_vec(),
        b"\xef\xbb\xbf{\"email\":\"a@b.cc\"}".to_vec(),
        deep.into_bytes(),
        "[".repeat(200_000).into_bytes(),
    ];
    for body in cases {
        raw(&app, "application/json", body).await.assert_error(400, "invalid_request");
    }
    assert_eq!(app.get("/leads?status=all").await.body["data"], json!([]));
}

async fn a_body_that_is_wrong_is_422_and_names_the_field(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let many_tags: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    let cases: Vec<(&str, Value)> = vec![
        ("email", json!("john")),
        ("email", json!("john@acme")),
        ("email", json!(7)),
        ("email", Value::Null),
        ("email", json!(format!("{}@acme.com", "a".repeat(300)))),
        ("email", json!("john@acme.com\u{0}")),
        ("email", json!("John <john@acme.com>")),
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!("a".repeat(201))),
        ("name", json!("nul \u{0}")),
        ("name", json!("line\nbreak")),
        ("name", json!({"first": "John"})),
        ("title", json!("a".repeat(201))),
        ("company", json!("bell\u{7}")),
        ("phone", json!("1".repeat(51))),
        ("website", json!("w".repeat(2001))),
        ("source", json!("s".repeat(101))),
        ("status", json!("deleted")),
        ("status", json!(true)),
        ("deal_value", json!(-1)),
        ("deal_value", json!(1.5)),
        ("deal_value", json!("5000000")),
        ("deal_value", json!(9_007_199_254_740_992_i64)),
        ("deal_value", json!(u64::MAX)),
        ("deal_value", json!(i64::MIN)),
        ("deal_value", json!(1e30)),
        ("deal_currency", json!("usd")),
        ("deal_currency", json!("XXXX")),
        ("deal_stage", json!("almost")),
        ("deal_close_date", json!("2026-02-30")),
        ("deal_close_date", json!("0001-01-01")),
        ("deal_close_date", json!("99999-01-01")),
        ("deal_close_date", json!("2026-01-01T00:00:00Z")),
        ("deal_close_date", json!(20_260_101)),
        ("tags", json!("enterprise")),
        ("tags", json!([1])),
        ("tags", json!([""])),
        ("tags", json!(["t".repeat(65)])),
        ("tags", json!(many_tags)),
        ("tags", json!(many_tags[..51])),
        ("tags", json!({"a": 1})),
        ("assigned_to", json!("me")),
        ("assigned_to", json!("01a200d3-22a7-7331-8c13-73a6e3dce12c")),
        ("custom_fields", json!([])),
        ("custom_fields", json!("{}")),
        ("custom_fields", json!({"a": "\u{0}"})),
        ("custom_fields", json!({"a\u{0}": 1})),
        ("custom_fields", json!({"a": "x".repeat(17_000)})),
        ("custom_fields", json!({"k".repeat(65): 1})),
        ("id", json!("01a200d3-22a7-7331-8c13-73a6e3dce12c")),
        ("created_at", json!("2026-01-01T00:00:00Z")),
        ("version", json!(1)),
        ("colour", json!("red")),
        ("Email", json!("john@acme.com")),
        ("__proto__", json!({})),
    ];
    for (field, value) in cases {
        let mut body = json!({"email": "john@acme.com"});
        body[field] = value;
        let answer = app.post("/leads", &body).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), [field], "{}", answer.body);
    }
    for body in [json!([]), json!("text"), json!(null), json!(7)] {
        app.post("/leads", &body).await.assert_error(422, "validation_error");
    }
    assert_eq!(app.get("/leads?status=all").await.body["data"], json!([]));
}

async fn a_body_of_another_kind_is_415(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let body = json!({"email": "john@acme.com"}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin1",
        "",
    ] {
        raw(&app, kind, body.clone()).await.assert_error(415, "unsupported_media_type");
    }
    send(app.request(Method::POST, "/leads").body(body.clone()))
        .await
        .assert_error(415, "unsupported_media_type");
    let packed = app
        .request(Method::POST, "/leads")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    send(packed.body(body.clone())).await.assert_error(415, "unsupported_media_type");
    assert_eq!(raw(&app, "Application/JSON; Charset=\"UTF-8\"", body).await.status, 201);
}

async fn a_body_that_is_too_large_is_413(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let body = format!("{{\"email\":\"john@acme.com\",\"name\":\"{}\"}}", "a".repeat(256 * 1024));
    raw(&app, "application/json", body.clone()).await.assert_error(413, "payload_too_large");
    // Without a length, it is counted as it comes.
    let stream = futures_util::stream::iter(
        body.into_bytes()
            .chunks(8192)
            .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
            .collect::<Vec<_>>(),
    );
    raw(&app, "application/json", reqwest::Body::wrap_stream(stream))
        .await
        .assert_error(413, "payload_too_large");
}

async fn other_methods_are_405_with_the_list(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    for (method, path, allow) in [
        (Method::PUT, "/leads", "GET, HEAD, POST"),
        (Method::DELETE, "/leads", "GET, HEAD, POST"),
        (Method::OPTIONS, "/leads", "GET, HEAD, POST"),
        (Method::POST, path.as_str(), "GET, HEAD, PATCH, DELETE"),
        (Method::GET, &format!("{path}/restore"), "POST"),
        (Method::POST, &format!("{path}/history"), "GET, HEAD"),
        (Method::POST, "/me", "GET, HEAD"),
    ] {
        let answer = send(app.request(method, path)).await;
        answer.assert_error(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

async fn what_is_at_the_limit_is_accepted(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let mut nested = json!(1);
    for _ in 0..62 {
        nested = json!([nested]);
    }
    let body = json!({
        "email": format!("{}@acme.com", "a".repeat(64)),
        "name": "é".repeat(200),
        "phone": "1".repeat(50),
        "website": "w".repeat(2000),
        "tags": (0..50).map(|n| format!("{n:064}")).collect::<Vec<_>>(),
        "deal_close_date": "2199-12-31",
        // The body and custom_fields are two levels, these are the other 62.
        "custom_fields": {"deep": nested},
    });
    let answer = app.post("/leads", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["data"]["custom_fields"], body["custom_fields"]);
}

async fn unknown_parameters_are_told_wherever_none_are_taken(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let requests = [
        app.request(Method::GET, "/me?colour=red"),
        app.request(Method::POST, "/leads?colour=red").json(&json!({"email": "jane@acme.com"})),
        app.request(Method::GET, &format!("{path}?colour=red")),
        app.request(Method::PATCH, &format!("{path}?colour=red")).json(&json!({"name": "John"})),
        app.request(Method::DELETE, &format!("{path}?colour=red")),
        app.request(Method::POST, &format!("{path}/restore?colour=red")),
        app.request(Method::GET, &format!("{path}/history?colour=red")),
    ];
    for request in requests {
        let answer = send(request).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), ["colour"]);
    }
}

async fn an_answer_lists_no_more_than_a_hundred_faults(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let body: serde_json::Map<_, _> = (0..5000).map(|n| (format!("unknown{n}"), json!(1))).collect();
    let answer = app.post("/leads", &Value::Object(body)).await;
    answer.assert_error(422, "validation_error");
    assert_eq!(answer.fields().len(), 100);
    assert!(answer.body["error"]["message"].as_str().unwrap().starts_with("5001 "));
}

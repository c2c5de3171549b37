//! Requests with one key at the same time.

use std::collections::HashSet;

use futures_util::future::join_all;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::{
    app::{Answer, TestApp, send},
    do_runs::CSV,
};

on_both_databases![
    twenty_creates_with_one_key_make_one_lead,
    twenty_imports_with_one_key_start_one_run,
    twenty_messages_with_one_key_are_said_once,
];

/// One is done; the others are told so, or to wait. All that are answered hear of the same thing.
#[track_caller]
fn assert_done_once(answers: &[Answer], status: u16) {
    let mut made = HashSet::new();
    let mut done = 0;
    for answer in answers {
        if answer.status == 409 {
            answer.assert_error(409, "idempotency_key_in_use");
            assert!(answer.number("retry-after") <= 60);
            continue;
        }
        assert_eq!(answer.status, status, "{}", answer.body);
        done += i32::from(answer.header("idempotent-replayed").is_empty());
        made.insert(answer.body["data"]["id"].as_str().unwrap());
    }
    assert_eq!((done, made.len()), (1, 1));
}

async fn twenty_creates_with_one_key_make_one_lead(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for round in 0..5 {
        // Archived leads may have one e-mail: nothing but the key stands in the way of twenty.
        let body = json!({"email": format!("lead{round}@acme.com"), "status": "archived"});
        let key = format!("round {round}");
        let answers = join_all((0..20).map(|_| app.post_once(&key, "/leads", &body))).await;
        assert_done_once(&answers, 201);
        assert_eq!(app.emails().len(), round + 1);
        let later = app.post_once(&key, "/leads", &body).await;
        assert_eq!((later.status, later.header("idempotent-replayed")), (201, "true"));
    }
}

async fn twenty_imports_with_one_key_start_one_run(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let import = || {
        let request = app.import_request("", CSV, "email\na@acme.com\n");
        send(request.header("idempotency-key", "k"))
    };
    assert_done_once(&join_all((0..20).map(|_| import())).await, 202);
    app.do_runs().await;
    assert_eq!(app.runs().await, 1);
    assert_eq!(app.emails(), ["a@acme.com"]);
    // The files of the others belong to no run; they go with time.
    app.clock.advance(time::Duration::DAY);
    app.housekeeping.purge_run_files().await.unwrap();
    assert_eq!(app.database.query("SELECT count(*) FROM run_inputs"), ["0"]);
}

async fn twenty_messages_with_one_key_are_said_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let conversation = app.post("/conversations", &json!({"channel": "chat"})).await;
    let path = format!("/conversations/{}/messages", conversation.body["data"]["id"].as_str().unwrap());
    let message = json!({"author": "visitor", "text": "Hello"});
    assert_done_once(&join_all((0..20).map(|_| app.post_once("k", &path, &message))).await, 201);
    let messages = send(app.request(Method::GET, &path)).await;
    assert_eq!(messages.body["data"].as_array().unwrap().len(), 1);
}

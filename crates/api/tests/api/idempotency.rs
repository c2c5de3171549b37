use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    app::{Answer, TestApp, send},
    do_runs::{CSV, NDJSON},
};

on_both_databases![
    a_repeated_create_is_answered_as_the_first_whatever_became_of_the_lead,
    every_post_that_creates_is_done_once,
    an_import_and_an_export_are_started_once,
    another_request_with_the_key_is_refused,
    the_same_request_under_another_prefix_is_the_same,
    a_credentials_keys_are_its_own,
    a_request_that_fails_frees_its_key,
    a_request_that_was_cut_off_is_done_after_a_minute,
    a_key_is_kept_for_a_day,
    wrong_keys_are_refused,
    without_a_key_nothing_is_kept,
];

fn keyed(request: RequestBuilder, key: &str) -> RequestBuilder {
    request.header("idempotency-key", key)
}

impl TestApp {
    pub(crate) async fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        send(keyed(self.request(Method::POST, path), key).json(body)).await
    }

    pub(crate) fn keys(&self) -> String {
        self.database.query("SELECT count(*) FROM idempotency_keys").remove(0)
    }
}

/// The answer is the first one again.
#[track_caller]
fn assert_replay(first: &Answer, again: &Answer) {
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert!(again.number("x-ratelimit-remaining") < first.number("x-ratelimit-remaining"));
}

async fn a_repeated_create_is_answered_as_the_first_whatever_became_of_the_lead(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let body = json!({"email": "a@acme.com", "name": "Jöhn 🚀"});
    let first = app.post_once("k", "/leads", &body).await;
    assert_eq!((first.status, first.header("etag")), (201, "\"1\""));
    assert_replay(&first, &app.post_once("k", "/leads", &body).await);
    let path = format!("/leads/{}", first.body["data"]["id"].as_str().unwrap());
    app.clock.advance(Duration::SECOND);
    assert_eq!(app.patch(&path, &json!({"name": "Jane"})).await.status, 200);
    assert_replay(&first, &app.post_once("k", "/leads", &body).await);
    assert_eq!(app.delete(&path).await.status, 200);
    assert_replay(&first, &app.post_once("k", "/leads", &body).await);
    assert_eq!(app.emails(), ["a@acme.com"]);
}

async fn every_post_that_creates_is_done_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let conversation = json!({"channel": "chat"});
    let first = app.post_once("c", "/conversations", &conversation).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_replay(&first, &app.post_once("c", "/conversations", &conversation).await);
    let messages = format!("/conversations/{}/messages", first.body["data"]["id"].as_str().unwrap());
    let message = json!({"author": "visitor", "text": "Hello"});
    let said = app.post_once("m", &messages, &message).await;
    assert_eq!(said.status, 201, "{}", said.body);
    assert_replay(&said, &app.post_once("m", &messages, &message).await);
    assert_eq!(app.get(&messages).await.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/conversations").await.body["data"].as_array().unwrap().len(), 1);
    // The key is the credential's, whatever the path.
    app.post_once("c", &messages, &message).await.assert_error(422, "validation_error");
}

async fn an_import_and_an_export_are_started_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let file = format!("email\na@acme.com\n{}", "b@acme.com\n".repeat(3_000));
    let import = |query: &str, file: &str| send(keyed(app.import_request(query, CSV, file), "i"));
    let first = import("", &file).await;
    assert_eq!(first.status, 202, "{}", first.body);
    assert!(first.header("location").starts_with("/api/v1/workflow-runs/run_"));
    assert_replay(&first, &import("", &file).await);
    app.do_runs().await;
    // As it was then: queued.
    assert_replay(&first, &import("", &file).await);
    assert_eq!(app.runs().await, 1);
    import("", &format!("{file}c@acme.com\n")).await.assert_error(422, "validation_error");
    import("?dry_run=true", &file).await.assert_error(422, "validation_error");
    let export = app.post_once("e", "/leads/export", &json!({"format": "csv"})).await;
    assert_eq!(export.status, 202);
    assert_replay(&export, &app.post_once("e", "/leads/export", &json!({"format": "csv"})).await);
    let other = app.post_once("e", "/leads/export", &json!({"format": "ndjson"})).await;
    other.assert_error(422, "validation_error");
    assert_eq!(app.runs().await, 2);
}

async fn another_request_with_the_key_is_refused(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.post_once("k", "/leads", &json!({"email": "a@acme.com"})).await;
    let other = app.post_once("k", "/leads", &json!({"email": "b@acme.com"})).await;
    other.assert_error(422, "validation_error");
    assert_eq!(other.fields(), ["Idempotency-Key"]);
    assert_eq!(other.header("idempotent-replayed"), "");
    // The body to the letter.
    let spaced = keyed(app.request(Method::POST, "/leads"), "k").header("content-type", "application/json");
    send(spaced.body("{\"email\": \"a@acme.com\"}")).await.assert_error(422, "validation_error");
    assert_eq!(app.emails(), ["a@acme.com"]);
}

async fn the_same_request_under_another_prefix_is_the_same(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (key, _) = app.runner_key().await;
    let post = |prefix: &str| {
        let request = app.at_root(Method::POST, &format!("{prefix}/leads")).bearer_auth(&key);
        send(keyed(request, "k").json(&json!({"email": "a@acme.com"})))
    };
    let first = post("/v1").await;
    assert_eq!(first.status, 201, "{}", first.body);
    let again = post("/api/v1").await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    let spelo = post("/v1/public").await;
    assert_eq!((spelo.header("idempotent-replayed"), &spelo.body), ("true", &first.body));
    let export = |prefix: &str| {
        let request =
            app.at_root(Method::POST, &format!("{prefix}/leads/export?format=csv")).bearer_auth(&key);
        send(keyed(request, "e"))
    };
    assert!(export("/v1").await.header("location").starts_with("/v1/workflow-runs/"));
    // Where it is found is said in the prefix that asks.
    assert!(export("/api/v1").await.header("location").starts_with("/api/v1/workflow-runs/"));
    assert_eq!(app.runs().await, 1);
}

async fn a_credentials_keys_are_its_own(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (key, _) = app.runner_key().await;
    let body = |email: &str| json!({"email": email});
    assert_eq!(app.post_once("k", "/leads", &body("a@acme.com")).await.status, 201);
    let theirs =
        keyed(app.anonymous(Method::POST, "/leads").bearer_auth(&key), "k").json(&body("b@acme.com"));
    let theirs = send(theirs).await;
    assert_eq!((theirs.status, theirs.header("idempotent-replayed")), (201, ""));
    let (_, token) = app.neighbour().await;
    let elsewhere = keyed(app.anonymous(Method::POST, "/leads").bearer_auth(token), "k");
    assert_eq!(send(elsewhere.json(&body("a@acme.com"))).await.status, 201);
    assert_eq!(app.emails(), ["a@acme.com", "a@acme.com", "b@acme.com"]);
}

async fn a_request_that_fails_frees_its_key(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let id = app.lead("a@acme.com").await;
    let body = json!({"email": "a@acme.com"});
    app.post_once("k", "/leads", &json!({"email": "wrong"})).await.assert_error(422, "validation_error");
    for _ in 0..2 {
        let taken = app.post_once("k", "/leads", &body).await;
        taken.assert_error(409, "duplicate_lead");
        assert_eq!(taken.header("idempotent-replayed"), "");
    }
    let nobody = json!({"email": "b@acme.com", "assigned_to": "01a200d3-22a7-7331-8c13-73a6e3dce12c"});
    app.post_once("k", "/leads", &nobody).await.assert_error(422, "validation_error");
    assert_eq!(app.keys(), "0");
    app.delete(&format!("/leads/{id}")).await;
    assert_eq!(app.post_once("k", "/leads", &body).await.status, 201);
    let import = |file: &'static str| send(keyed(app.import_request("", CSV, file), "i"));
    import("colour\n").await.assert_error(422, "validation_error");
    assert_eq!(import("email\n").await.status, 202);
    let messages = "/conversations/01a200d3-22a7-7331-8c13-73a6e3dce12c/messages";
    let message = json!({"author": "visitor", "text": "Hello"});
    app.post_once("m", messages, &message).await.assert_error(404, "not_found");
    assert_eq!(app.keys(), "2");
}

async fn a_request_that_was_cut_off_is_done_after_a_minute(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let body = json!({"email": "a@acme.com"});
    app.post_once("k", "/leads", &body).await;
    // As a crash leaves it: reserved, and nothing done.
    app.database.query("UPDATE idempotency_keys SET status = NULL, body = NULL, etag = NULL");
    app.database.query("UPDATE leads SET email = 'old@acme.com', email_key = 'old@acme.com'");
    let running = app.post_once("k", "/leads", &body).await;
    running.assert_error(409, "idempotency_key_in_use");
    assert_eq!(running.header("retry-after"), "60");
    app.clock.advance(Duration::MINUTE);
    let done = app.post_once("k", "/leads", &body).await;
    assert_eq!((done.status, done.header("idempotent-replayed")), (201, ""));
    assert_eq!(app.emails(), ["a@acme.com", "old@acme.com"]);
}

async fn a_key_is_kept_for_a_day(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (key, _) = app.runner_key().await;
    let post = || {
        let request = keyed(app.anonymous(Method::POST, "/conversations").bearer_auth(&key), "k");
        send(request.json(&json!({"channel": "chat"})))
    };
    let first = post().await;
    app.clock.advance(Duration::DAY - Duration::SECOND);
    app.housekeeping.purge_idempotency_keys().await.unwrap();
    let again = post().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    app.clock.advance(Duration::SECOND);
    let new = post().await;
    assert_eq!((new.status, new.header("idempotent-replayed")), (201, ""));
    assert_ne!(new.body["data"]["id"], first.body["data"]["id"]);
    app.clock.advance(Duration::DAY + Duration::SECOND);
    assert_eq!(app.housekeeping.purge_idempotency_keys().await.unwrap(), 1);
}

async fn wrong_keys_are_refused(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let body = json!({"email": "a@acme.com"});
    let long = "k".repeat(256);
    for key in [b"".as_slice(), long.as_bytes(), b"caf\xc3\xa9", b"\xff", b"tab\there"] {
        let request = app.request(Method::POST, "/leads").header("idempotency-key", key).json(&body);
        send(request).await.assert_error(400, "invalid_request");
    }
    let twice = keyed(keyed(app.request(Method::POST, "/leads"), "k"), "k").json(&body);
    send(twice).await.assert_error(400, "invalid_request");
    let import = app.import_request("", NDJSON, "").header("idempotency-key", b"\xff".as_slice());
    send(import).await.assert_error(400, "invalid_request");
    assert!(app.emails().is_empty());
    assert_eq!(app.runs().await, 0);
    let longest = "k".repeat(255);
    assert_eq!(app.post_once(&longest, "/leads", &body).await.status, 201);
    let quoted = json!({"email": "b@acme.com"});
    assert_eq!(app.post_once("\"a b\"; ~", "/leads", &quoted).await.status, 201);
}

async fn without_a_key_nothing_is_kept(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    app.lead("a@acme.com").await;
    app.post("/conversations", &json!({"channel": "chat"})).await;
    app.import("", CSV, "email\nb@acme.com\n").await;
    // Reads and changes have no use for one, and take no notice.
    let get = keyed(app.request(Method::GET, "/leads"), "k");
    assert_eq!(send(get).await.status, 200);
    assert_eq!(app.keys(), "0");
}

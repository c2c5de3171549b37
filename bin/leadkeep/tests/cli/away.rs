//! The database goes away and comes back.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use leadkeep_testkit::{PrivatePostgres, TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Place, Server};

/// A request to each kind of call: a read and a write.
async fn answers(server: &Server, token: &str, email: &str) -> Vec<(u16, Option<String>, Value, Duration)> {
    let requests = [
        server.request(Method::GET, "/leads").bearer_auth(token),
        server.request(Method::POST, "/leads").bearer_auth(token).json(&json!({"email": email})),
    ];
    let mut answers = Vec::new();
    for request in requests {
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        answers.push((status, wait, answer.json().await.unwrap(), began.elapsed()));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_away_calls_are_503_and_afterwards_they_work() {
    let postgres = PrivatePostgres::start();
    let place = Place::migrated(TestDatabase::on_server(postgres.url().to_owned()));
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    for round in 0..2 {
        for (status, ..) in answers(&server, &token, &format!("before{round}@acme.com")).await {
            assert!(matches!(status, 200 | 201), "{status}");
        }
        postgres.stop();
        for (status, wait, body, took) in answers(&server, &token, "away@acme.com").await {
            assert_eq!((status, &body["error"]["code"]), (503, &json!("service_unavailable")));
            assert!(wait.is_some());
            assert!(took < Duration::from_secs(3), "{took:?}");
        }
        let ready = server.request(Method::GET, "/../../readyz").send().await.unwrap();
        assert_eq!(ready.status(), 503);
        postgres.restart();
        // By itself, at once.
        for (status, _, body, _) in answers(&server, &token, &format!("after{round}@acme.com")).await {
            assert!(matches!(status, 200 | 201), "{body}");
        }
    }
    assert_eq!(place.database.query("SELECT count(*) FROM leads WHERE email LIKE 'away%'"), ["0"]);
}

/// A server that answers nothing at all, as behind a broken network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_hangs_calls_are_503_in_time() {
    let postgres = PrivatePostgres::start();
    let place = Place::migrated(TestDatabase::on_server(postgres.url().to_owned()));
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    assert_eq!(answers(&server, &token, "before@acme.com").await[0].0, 200);
    postgres.freeze();
    for (status, _, _, took) in answers(&server, &token, "hanging@acme.com").await {
        assert_eq!(status, 503);
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    postgres.thaw();
    for (status, _, body, _) in answers(&server, &token, "after@acme.com").await {
        assert!(matches!(status, 200 | 201), "{body}");
    }
}

/// Another process holds SQLite's write lock: reads go on, writes are 503 until it lets go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_sqlite_is_locked_writes_are_503_and_reads_go_on() {
    let place = Place::migrated(TestDatabase::sqlite());
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    let path = place.database.url().trim_start_matches("sqlite:").to_owned();
    let mut holder =
        Command::new("sqlite3").arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    holder.stdin.as_mut().unwrap().write_all(b"BEGIN IMMEDIATE;\n.print held\n").unwrap();
    let mut held = [0; 4];
    holder.stdout.as_mut().unwrap().read_exact(&mut held).unwrap();
    let answers_now = answers(&server, &token, "locked@acme.com").await;
    assert_eq!(answers_now[0].0, 200);
    assert_eq!(answers_now[1].0, 503);
    assert!(answers_now[1].3 < Duration::from_secs(3));
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(answers(&server, &token, "after@acme.com").await[1].0, 201);
    assert_eq!(place.database.query("SELECT count(*) FROM leads"), ["1"]);
}

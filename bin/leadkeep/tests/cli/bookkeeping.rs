//! What credentials are used for is gathered in memory: right within ten seconds, and whole when the server has stopped.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::Value;

use crate::process::{Place, Server, text};

on_both_databases![
    a_last_use_is_listed_within_ten_seconds,
    a_stop_writes_down_every_call_and_the_last_use,
    a_stop_under_load_writes_down_every_call_that_was_answered,
];

/// Each credential's; everybody's together are rows besides.
const CALLS: &str = "WITH counted AS ( \
    SELECT * FROM usage_hours WHERE credential_id IN (SELECT id FROM clients UNION SELECT id FROM api_credentials)) \
    SELECT outcome, calls FROM ( \
    SELECT 'error' AS outcome, sum(error) AS calls FROM counted \
    UNION ALL SELECT 'limited', sum(limited) FROM counted \
    UNION ALL SELECT 'ok', sum(ok) FROM counted \
    UNION ALL SELECT 'unauthorized', sum(unauthorized) FROM counted \
    ) AS outcomes WHERE calls > 0 ORDER BY outcome";

fn key_as_listed(place: &Place, workspace: &str) -> Value {
    place.json(&["key", "list", "--workspace", workspace])[0].clone()
}

async fn a_last_use_is_listed_within_ten_seconds(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let server = Server::start(&place);
    assert_eq!(server.status(text(&key, "key"), "/me").await, 200);
    let used = Instant::now();
    while key_as_listed(&place, &workspace)["last_used_at"].is_null() {
        assert!(used.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(key_as_listed(&place, &workspace)["last_used_from"], "127.0.0.1");
    assert_eq!(place.database.query(CALLS), ["ok|1"]);
}

async fn a_stop_writes_down_every_call_and_the_last_use(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let workspace = text(&place.json(&["workspace", "list"])[0], "id").to_owned();
    let key = place.new_key(&workspace, &["--limit-per-minute", "10"]);
    let secret = text(&key, "key");
    let server = Server::start(&place);
    let access = server.token(&client).await;
    for _ in 0..3 {
        assert_eq!(server.status(&access, "/me").await, 200);
    }
    for (path, times, status) in
        [("/me", 5, 200), ("/nothing", 3, 404), ("/leads?limit=0", 2, 422), ("/me", 4, 429)]
    {
        for _ in 0..times {
            assert_eq!(server.status(secret, path).await, status);
        }
    }
    place.json(&["key", "disable", text(&key, "id")]);
    for _ in 0..6 {
        assert_eq!(server.status(secret, "/me").await, 401);
    }
    // Nobody's calls are nobody's.
    assert_eq!(server.status("nonsense", "/me").await, 401);
    let (code, _, _) = server.stop();
    assert_eq!(code, Some(0));
    assert_eq!(place.database.query(CALLS), ["error|5", "limited|4", "ok|8", "unauthorized|6"]);
    assert!(key_as_listed(&place, &workspace)["last_used_at"].is_string());
    let listed = place.json(&["client", "list", "--workspace", &workspace]);
    assert!(listed[0]["last_used_at"].is_string());
    // A second run adds to the first.
    let server = Server::start(&place);
    assert_eq!(server.status(&access, "/me").await, 200);
    server.stop();
    assert_eq!(place.database.query(CALLS), ["error|5", "limited|4", "ok|9", "unauthorized|6"]);
}

async fn a_stop_under_load_writes_down_every_call_that_was_answered(database: TestDatabase) {
    let place = Place::migrated(database);
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &["--limit-per-minute", "1000000000"]);
    let server = Arc::new(Server::start(&place));
    let answered = Arc::new(AtomicU64::new(0));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (server, answered, secret) = (server.clone(), answered.clone(), text(&key, "key").to_owned());
            tokio::spawn(async move {
                while let Ok(answer) = server.call(Method::GET, "/v1/me", &secret).await {
                    assert_eq!(answer.status(), 200);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.signal("TERM");
    for caller in callers {
        caller.await.unwrap();
    }
    let server = Arc::into_inner(server).unwrap();
    tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    assert_eq!(place.database.query(CALLS), [format!("ok|{}", answered.load(Ordering::SeqCst))]);
}

/// The periodic writing waits for the database while the server is told to stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_what_is_being_written() {
    let place = Place::migrated(TestDatabase::postgres());
    let workspace = place.new_workspace();
    let key = place.new_key(&workspace, &[]);
    let server = Server::start(&place);
    for _ in 0..5 {
        assert_eq!(server.status(text(&key, "key"), "/me").await, 200);
    }
    let mut psql = Command::new("psql");
    let holder = psql.args([place.database.url(), "-qAtX"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut holder = holder.spawn().unwrap();
    holder.stdin.as_mut().unwrap().write_all(b"BEGIN; LOCK TABLE usage_hours;\n\\echo held\n").unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let began = Instant::now();
    while place.database.query(waiting) == ["0"] {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.signal("TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    holder.stdin.as_mut().unwrap().write_all(b"COMMIT;\n").unwrap();
    let (code, _, _) = tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(place.database.query(CALLS), ["ok|5"]);
}

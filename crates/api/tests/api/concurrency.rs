use std::time::Duration;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::app::{TestApp, send};

on_both_databases![
    two_creates_of_one_email_at_once_are_one_201_and_one_409,
    clients_that_disconnect_while_writing_leave_nothing_behind,
];

async fn two_creates_of_one_email_at_once_are_one_201_and_one_409(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for round in 0..20 {
        let body = json!({"email": format!("lead{round}@acme.com")});
        let create = || send(app.request(Method::POST, "/leads").json(&body));
        let (one, two) = tokio::join!(create(), create());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

/// Connections are cut at every moment of a write. Afterwards every connection to the database still works, none is left in
/// a transaction, and each lead is there with its history or not there at all.
async fn clients_that_disconnect_while_writing_leave_nothing_behind(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for attempt in 0..200u64 {
        let body = json!({"email": format!("lead{attempt}@acme.com"), "tags": ["a", "b"]}).to_string();
        let head = format!(
            "POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            app.token,
            body.len()
        );
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_micros(attempt * 20)).await;
        drop(stream);
    }
    // More at once than there are connections to the database.
    let writes = (0..40).map(|n| {
        send(app.request(Method::POST, "/leads").json(&json!({"email": format!("after{n}@acme.com")})))
    });
    for answer in futures_util::future::join_all(writes).await {
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    if app.database.url().starts_with("postgres") {
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        assert_eq!(app.database.query(open), ["0"]);
    }
    let counts = app.database.query(
        "SELECT (SELECT count(*) FROM leads) - (SELECT count(*) FROM lead_history), \
         2 * (SELECT count(*) FROM leads WHERE email LIKE 'lead%') - (SELECT count(*) FROM lead_tags)",
    );
    assert_eq!(counts, ["0|0"]);
}

use std::time::Duration;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::process::{Place, Server};

on_both_databases![sigterm_finishes_requests_in_flight, a_second_signal_ends_the_process_at_once];

async fn sigterm_finishes_requests_in_flight(database: TestDatabase) {
    let place = Place::migrated(database);
    let client = place.client();
    let server = Server::start(&place);
    let token = server.token(&client).await;
    let body = r#"{"email":"john@acme.com"}"#;
    let (first, rest) = body.split_at(5);
    let head = format!(
        "POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    let mut stream = TcpStream::connect(server.address.trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.signal("TERM");
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The request was half sent when the server was told to stop.
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = vec![0; 64];
    let read =
        tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 201"), "{answer:?}");
    let (code, _, _) = tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(place.database.query("SELECT email FROM leads"), ["john@acme.com"]);
}

async fn a_second_signal_ends_the_process_at_once(database: TestDatabase) {
    let place = Place::migrated(database);
    let server = Server::start(&place);
    let mut stream = TcpStream::connect(server.address.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.signal("INT");
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal("TERM");
    let began = std::time::Instant::now();
    let (code, ..) = tokio::task::spawn_blocking(|| server.wait()).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(code.is_some());
}

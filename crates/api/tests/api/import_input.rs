use std::time::Duration;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    app::{TestApp, send},
    do_runs::{CSV, NDJSON, file},
};

on_both_databases![
    other_media_types_are_refused,
    a_wrong_header_is_refused_with_every_fault,
    wrong_parameters_are_refused,
    a_file_that_says_it_is_too_large_is_refused_at_once,
    a_file_that_turns_out_too_large_is_refused,
    a_file_that_breaks_off_leaves_no_run,
    a_credential_that_is_revoked_while_its_file_comes_imports_nothing,
];

const LARGEST: usize = 50 * 1024 * 1024;

async fn other_media_types_are_refused(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for media in ["application/json", "text/plain", "text/csv; charset=latin1", "text/csv, text/csv", ""] {
        let answer = send(app.import_request("", media, "email\na@acme.com\n")).await;
        answer.assert_error(415, "unsupported_media_type");
    }
    let packed = app.import_request("", CSV, "email\n").header("content-encoding", "gzip");
    send(packed).await.assert_error(415, "unsupported_media_type");
    assert_eq!(app.runs().await, 0);
}

async fn a_wrong_header_is_refused_with_every_fault(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let cases: [(&[u8], &[&str]); 10] = [
        (b"", &["header"]),
        (b"\n\r\n", &["header"]),
        (b"\xef\xbb\xbf", &["header"]),
        (b"name\nAnn\n", &["email"]),
        (b"email,colour,size\na@acme.com,red,1\n", &["colour", "size"]),
        (b"colour\nred\n", &["colour", "email"]),
        (b"email,name,email,name\n", &["email", "name"]),
        (b"email,,name\n", &["header"]),
        (b"email;name\na@acme.com;Ann\n", &["email;name", "email"]),
        (b"email,\xff\n", &["header"]),
    ];
    for (file, expected) in cases {
        let answer = send(app.import_request("", CSV, file)).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), expected, "{}", String::from_utf8_lossy(file));
    }
    let long = format!("email,{}\n", "x".repeat(300_000));
    send(app.import_request("", CSV, long)).await.assert_error(422, "validation_error");
    assert_eq!(app.runs().await, 0);
    // Spaces around a name are none of it.
    assert_eq!(send(app.import_request("", CSV, " email , name \n")).await.status, 202);
}

async fn wrong_parameters_are_refused(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    for (query, field) in [
        ("?dry_run=yes", "dry_run"),
        ("?dry_run=", "dry_run"),
        ("?dry_run=TRUE", "dry_run"),
        ("?dry_run=true&dry_run=true", "dry_run"),
        ("?dryrun=true", "dryrun"),
    ] {
        let answer = send(app.import_request(query, NDJSON, "")).await;
        answer.assert_error(422, "validation_error");
        assert_eq!(answer.fields(), [field], "{query}");
    }
    assert_eq!(app.runs().await, 0);
}

/// Begins an import over a connection of its own.
async fn begin(app: &TestApp, token: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/leads/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\n\
         {headers}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What the server answers, up to the end of the body's first piece.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read(&mut text)).await.unwrap().unwrap();
    String::from_utf8_lossy(&text[..read]).into_owned()
}

async fn a_file_that_says_it_is_too_large_is_refused_at_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let mut stream = begin(&app, &app.token, &format!("Content-Length: {}", LARGEST + 1)).await;
    let answer = answer(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("payload_too_large"), "{answer}");
}

/// It comes in pieces, and does not say how large it is. What is too much is not kept.
async fn a_file_that_turns_out_too_large_is_refused(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let mut stream = begin(&app, &app.token, "Transfer-Encoding: chunked").await;
    let row = format!("a@acme.com,{}\n", "x".repeat(1024));
    let piece = row.repeat(64);
    stream.write_all(b"b\r\nemail,name\n\r\n").await.unwrap();
    let mut sent = 11;
    while sent <= LARGEST {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        // The server may have hung up already.
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
        sent += piece.len();
    }
    let answer = answer(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(app.runs().await, 0);
    // What came is deleted, soon after the answer.
    for _ in 0..200 {
        if app.database.query("SELECT count(*) FROM run_inputs") == ["0"] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("parts are left");
}

async fn a_file_that_breaks_off_leaves_no_run(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let file = format!("email\n{}", file((0..30_000).map(|n| format!("lead{n}@acme.com"))));
    for headers in [format!("Content-Length: {}", file.len() + 1), "Transfer-Encoding: chunked".to_owned()] {
        let mut stream = begin(&app, &app.token, &headers).await;
        let file =
            if headers.starts_with('C') { file.clone() } else { format!("{:x}\r\n{file}\r\n", file.len()) };
        stream.write_all(file.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(stream);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.do_runs().await;
    assert_eq!(app.runs().await, 0);
    assert!(app.emails().is_empty());
    // What came of it goes when it is a day old.
    app.clock.advance(time::Duration::DAY);
    app.housekeeping.purge_run_files().await.unwrap();
    assert_eq!(app.database.query("SELECT count(*) FROM run_inputs"), ["0"]);
}

async fn a_credential_that_is_revoked_while_its_file_comes_imports_nothing(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let (key, id) = app.runner_key().await;
    let file = "email\na@acme.com\nb@acme.com\n";
    let mut stream = begin(&app, &key, &format!("Content-Length: {}", file.len())).await;
    let (first, rest) = file.split_at(10);
    stream.write_all(first.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    app.revoke_key(id).await;
    stream.write_all(rest.as_bytes()).await.unwrap();
    let answer = answer(&mut stream).await;
    assert!(answer.contains("cancelled"), "{answer}");
    app.do_runs().await;
    assert!(app.emails().is_empty());
    assert_eq!(app.get("/workflow-runs").await.body["data"][0]["result"], json!(null));
}

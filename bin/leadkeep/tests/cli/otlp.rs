//! Spans as an OpenTelemetry collector receives them.

use std::time::Duration;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message;
use reqwest::Method;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path},
};

use crate::process::{Place, Server, text};

on_both_databases![a_requests_spans_are_sent_below_its_callers];

async fn collector() -> MockServer {
    let collector = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/traces"))
        .and(header("content-type", "application/x-protobuf"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    collector
}

/// All spans that came, and their bytes.
async fn received(collector: &MockServer) -> (Vec<Span>, Vec<u8>) {
    let requests = collector.received_requests().await.unwrap();
    let bytes: Vec<u8> = requests.iter().flat_map(|request| request.body.clone()).collect();
    let batches = requests.iter().map(|one| ExportTraceServiceRequest::decode(one.body.as_slice()).unwrap());
    let resources = batches.flat_map(|batch| batch.resource_spans);
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    (scopes.flat_map(|scope| scope.spans).collect(), bytes)
}

fn attribute(span: &Span, name: &str) -> String {
    let found =
        span.attributes.iter().find(|one| one.key == name).unwrap_or_else(|| panic!("{name}: {span:?}"));
    match found.value.as_ref().unwrap().value.as_ref().unwrap() {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn a_requests_spans_are_sent_below_its_callers(database: TestDatabase) {
    let (place, collector) = (Place::migrated(database), collector().await);
    let key = text(&place.full_key(), "key").to_owned();
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_OTLP_ENDPOINT", collector.uri()).env("LEADKEEP_TRUSTED_PROXIES", "127.0.0.1");
    let server = Server::spawn(command);
    let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = server.request(Method::GET, "/leads?email=ann@acme.com").bearer_auth(&key);
    let request = request.header("traceparent", caller).header("tracestate", "mine=acme");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let request_id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(server.create(&key, "ann@acme.com").await.unwrap(), 201);
    assert_eq!(server.call("BREW".parse().unwrap(), "/api/v1/leads", &key).await.unwrap().status(), 405);
    // Long enough for what the server does by itself.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    // What is left is sent at the end.
    let (code, _, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    let (spans, bytes) = received(&collector).await;

    let called: Vec<&Span> =
        spans.iter().filter(|span| span.trace_id == hex("0af7651916cd43dd8448eb211c80319c")).collect();
    let request = called.iter().find(|span| span.kind == SpanKind::Server as i32).unwrap();
    assert_eq!(request.name, "GET /api/v1/leads");
    assert_eq!(request.parent_span_id, hex("b7ad6b7169203331"));
    assert_eq!(attribute(request, "http.response.status_code"), "200");
    assert_eq!(attribute(request, "http.route"), "/api/v1/leads");
    assert_eq!(attribute(request, "request_id"), request_id);
    let below = |of: &Span| -> Vec<&Span> {
        called.iter().copied().filter(|span| span.parent_span_id == of.span_id).collect()
    };
    let mut names: Vec<&str> = below(request).iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["database", "gate"], "{called:?}");
    let gate = below(request).into_iter().find(|span| span.name == "gate").unwrap();
    assert_eq!(below(gate).iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["database"]);
    let writes = spans.iter().filter(|span| span.name == "database" && attribute(span, "call") == "write");
    assert!(writes.count() >= 1, "{spans:?}");
    // Whatever has no parent is a request.
    assert!(spans.iter().all(|span| span.kind == SpanKind::Server as i32 || !span.parent_span_id.is_empty()));
    assert_eq!(spans.iter().filter(|span| span.kind == SpanKind::Server as i32).count(), 3);
    // Spans are not lines of the log, and nobody's words are in them.
    let (bytes, secret) = (String::from_utf8_lossy(&bytes), &key[10..]);
    assert!(!bytes.contains(secret) && !bytes.contains("acme") && !bytes.contains("BREW"), "{bytes}");
    assert!(!log.contains("otlp") && !log.contains("http.route"), "{log}");
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[tokio::test]
async fn a_collector_that_is_away_holds_nobody_up() {
    let place = Place::migrated(TestDatabase::sqlite());
    let key = text(&place.full_key(), "key").to_owned();
    let mut command = place.command(&["serve"]);
    // Nobody listens on the discard port.
    command.env("LEADKEEP_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let server = Server::spawn(command);
    assert_eq!(server.status(&key, "/leads").await, 200);
    let (code, _, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("WARN") || log.contains("ERROR"), "it is said that spans are lost: {log}");
}

/// A trace that is said to be recorded by somebody whom nobody trusts.
#[tokio::test]
async fn of_no_share_nothing_is_sent() {
    let (place, collector) = (Place::migrated(TestDatabase::sqlite()), collector().await);
    let key = text(&place.full_key(), "key").to_owned();
    let mut command = place.command(&["serve"]);
    command.env("LEADKEEP_OTLP_ENDPOINT", collector.uri()).env("LEADKEEP_OTLP_SHARE", "0");
    let server = Server::spawn(command);
    let request = server.request(Method::GET, "/leads").bearer_auth(&key);
    let request = request.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(request.send().await.unwrap().status(), 200);
    server.stop();
    assert!(received(&collector).await.0.is_empty());
}

#[test]
fn what_is_no_collectors_address_stops_the_start() {
    let place = Place::migrated(TestDatabase::sqlite());
    for (name, value, complaint) in [
        (
            "LEADKEEP_OTLP_ENDPOINT",
            "https://collector",
            "must be a collector's address, such as http://127.0.0.1:4318",
        ),
        (
            "LEADKEEP_OTLP_ENDPOINT",
            "http://:secret@collector",
            "must be a collector's address, such as http://127.0.0.1:4318",
        ),
        ("LEADKEEP_OTLP_SHARE", "2", "must be a number from 0 to 1"),
    ] {
        let output = place.command(&["serve"]).env(name, value).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("leadkeep: {name} {complaint}\n"));
    }
}

use leadkeep_api::{Dialect, endpoints};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};

use crate::app::{TestApp, send};

on_both_databases![every_route_refuses_who_has_no_credential, what_is_no_credential_is_refused];

/// Every endpoint of every dialect, with a method that a path lacks, and a path that is none.
fn behind_the_gate() -> impl Iterator<Item = (&'static Dialect, &'static str, String)> {
    let more = [("PUT", "/leads"), ("OPTIONS", "/leads"), ("GET", "/nothing"), ("GET", "")];
    let below = move || endpoints().chain(more);
    Dialect::ALL.into_iter().flat_map(move |dialect| {
        below().map(move |(method, path)| {
            let path = path.replace("{id}", "01a200d3-22a7-7331-8c13-73a6e3dce12c");
            (dialect, if method == "*" { "GET" } else { method }, format!("{}{path}", dialect.prefix))
        })
    })
}

async fn every_route_refuses_who_has_no_credential(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, None).await;
    for (dialect, method, path) in behind_the_gate() {
        for secret in [None, Some("wrong")] {
            let request = app.at_root(method.parse().unwrap(), &path);
            let answer = send(secret.into_iter().fold(request, RequestBuilder::bearer_auth)).await;
            let code = if dialect.name == "spelo" { "UNAUTHENTICATED" } else { "unauthorized" };
            let error = &answer.body["error"];
            let told = error.as_str().or_else(|| error["code"].as_str());
            assert_eq!((answer.status, told), (401, Some(code)), "{method} {path}: {}", answer.body);
            let challenge = if secret.is_some() { ", error=\"invalid_token\"" } else { "" };
            assert_eq!(answer.header("www-authenticate"), format!("Bearer realm=\"leadkeep\"{challenge}"));
            assert_eq!(answer.header("x-ratelimit-limit"), "");
        }
    }
}

async fn what_is_no_credential_is_refused(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let token = app.token.clone();
    let cases = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}x"),
        format!("Bearer {}", &token[..token.len() - 1]),
        format!("Bearer {}", token.to_uppercase()),
        format!("Bearer {}", app.secret),
        format!("Bearer {}", app.client.client_id),
        format!("Bearer {}", "a".repeat(7000)),
    ];
    for value in cases {
        send(app.anonymous(Method::GET, "/me").header("authorization", &value))
            .await
            .assert_error(401, "unauthorized");
    }
    // Two headers: nobody knows which is meant.
    let twice = app.request(Method::GET, "/me").header("authorization", format!("Bearer {token}"));
    send(twice).await.assert_error(401, "unauthorized");
    // The scheme's case does not matter (RFC 9110 §11.1).
    let lower = app.anonymous(Method::GET, "/me").header("authorization", format!("bearer {token}"));
    assert_eq!(send(lower).await.status, 200);
}

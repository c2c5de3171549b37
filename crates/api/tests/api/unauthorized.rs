use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::app::{TestApp, send};

on_both_databases![every_route_refuses_who_has_no_credential, what_is_no_credential_is_refused];

/// Every route behind the gate, with a method that it has, one that it lacks, and one path that is none.
const BEHIND_THE_GATE: [(&str, &str); 17] = [
    ("GET", "/me"),
    ("GET", "/leads"),
    ("POST", "/leads"),
    ("GET", "/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c"),
    ("PATCH", "/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c"),
    ("DELETE", "/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c"),
    ("POST", "/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c/restore"),
    ("GET", "/leads/01a200d3-22a7-7331-8c13-73a6e3dce12c/history"),
    ("GET", "/conversations"),
    ("POST", "/conversations"),
    ("GET", "/conversations/01a200d3-22a7-7331-8c13-73a6e3dce12c"),
    ("PATCH", "/conversations/01a200d3-22a7-7331-8c13-73a6e3dce12c"),
    ("GET", "/conversations/01a200d3-22a7-7331-8c13-73a6e3dce12c/messages"),
    ("POST", "/conversations/01a200d3-22a7-7331-8c13-73a6e3dce12c/messages"),
    ("PUT", "/leads"),
    ("OPTIONS", "/leads"),
    ("GET", "/nothing"),
];

async fn every_route_refuses_who_has_no_credential(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for (method, path) in BEHIND_THE_GATE {
        let answer = send(app.anonymous(method.parse().unwrap(), path)).await;
        answer.assert_error(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"leadkeep\"", "{method} {path}");
        assert_eq!(answer.header("x-ratelimit-limit"), "");
        let wrong = send(app.anonymous(method.parse().unwrap(), path).bearer_auth("wrong")).await;
        wrong.assert_error(401, "unauthorized");
        assert_eq!(wrong.header("www-authenticate"), "Bearer realm=\"leadkeep\", error=\"invalid_token\"");
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

//! Credentials that may be used from some addresses only, and how an address is found behind proxies.

use std::num::NonZeroU32;

use leadkeep_domain::AddressRanges;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, Held, Setup, TestApp, send};

on_both_databases![
    a_key_is_refused_from_elsewhere_without_a_cost,
    a_forged_header_is_not_believed,
    a_trusted_proxy_is_believed,
    failures_behind_a_proxy_are_counted_by_the_clients_address,
];

async fn key_for(app: &TestApp, ranges: &str) -> Held {
    app.key_with(|new| new.allowed_addresses = AddressRanges::parse(ranges).unwrap()).await
}

async fn behind_a_proxy(database: TestDatabase) -> TestApp {
    let trusted_proxies = AddressRanges::parse("127.0.0.0/8").unwrap();
    let failures = NonZeroU32::new(5);
    TestApp::set_up(database, Setup { failures, trusted_proxies, ..Setup::default() }).await
}

async fn call(app: &TestApp, prefix: &str, secret: &str, forwarded: &str) -> Answer {
    let request = app.at_root(Method::GET, &format!("{prefix}/leads")).bearer_auth(secret.to_owned());
    send(request.header("x-forwarded-for", forwarded)).await
}

async fn a_key_is_refused_from_elsewhere_without_a_cost(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = key_for(&app, "10.0.0.0/8 203.0.113.9").await;
    for _ in 0..3 {
        for (prefix, remaining) in [("/api/v1", "100"), ("/v1/public", "60")] {
            let answer = app.call(Method::GET, &format!("{prefix}/leads"), &key.secret).await;
            answer.assert_error(403, if prefix == "/api/v1" { "forbidden" } else { "FORBIDDEN" });
            assert_eq!(answer.header("x-ratelimit-remaining"), remaining, "nothing is taken");
        }
        let flat = app.call(Method::GET, "/v1/leads", &key.secret).await;
        assert_eq!((flat.status, &flat.body["error"]), (403, &json!("forbidden")));
    }
    // Not even from a budget that others have used up is it told.
    app.set_limit(&key, 1).await;
    app.call(Method::GET, "/api/v1/leads", &key.secret).await.assert_error(403, "forbidden");
    // Not even that a path is not there, or closed, is told.
    for path in ["/api/v1/nothing", "/api/v1/members"] {
        let answer = app.call(Method::GET, path, &key.secret).await;
        assert!(answer.body["error"]["message"].as_str().unwrap().contains("127.0.0.1"), "{}", answer.body);
    }
    let home = key_for(&app, "10.0.0.0/8 127.0.0.1").await;
    assert_eq!(app.call(Method::GET, "/api/v1/leads", &home.secret).await.status, 200);
    // One that is revoked is not told where it could have been used.
    app.revoke(&key).await;
    app.call(Method::GET, "/api/v1/leads", &key.secret).await.assert_error(401, "unauthorized");
}

async fn a_forged_header_is_not_believed(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = key_for(&app, "10.0.0.0/8").await;
    for forged in ["10.0.0.1", "10.0.0.1, 10.0.0.2", "127.0.0.1, 10.0.0.1"] {
        call(&app, "/api/v1", &key.secret, forged).await.assert_error(403, "forbidden");
    }
    let home = key_for(&app, "127.0.0.1").await;
    assert_eq!(call(&app, "/api/v1", &home.secret, "6.6.6.6").await.status, 200);
    assert_eq!(app.listed(&home).await.last_use().unwrap().last_used_from.as_deref(), Some("127.0.0.1"));
}

async fn a_trusted_proxy_is_believed(database: TestDatabase) {
    let app = behind_a_proxy(database).await;
    let key = key_for(&app, "10.0.0.0/8 2001:db8::/32").await;
    for (forwarded, status) in [
        ("10.1.2.3", 200),
        ("10.1.2.3:5678", 200),
        ("2001:db8::7", 200),
        ("192.0.2.1", 403),
        // What the client wrote itself comes first.
        ("10.1.2.3, 192.0.2.1", 403),
        ("192.0.2.1, 10.1.2.3", 200),
        // Two proxies of ours.
        ("10.1.2.3, 127.0.0.2", 200),
        // Whoever says nonsense says nothing: the proxy itself calls.
        ("10.1.2.3, nonsense", 403),
        ("", 403),
    ] {
        assert_eq!(call(&app, "/api/v1", &key.secret, forwarded).await.status, status, "{forwarded:?}");
    }
    assert_eq!(app.call(Method::GET, "/api/v1/leads", &key.secret).await.status, 403, "no header");
    call(&app, "/api/v1", &key.secret, "10.9.8.7").await;
    assert_eq!(app.listed(&key).await.last_use().unwrap().last_used_from.as_deref(), Some("10.9.8.7"));
}

async fn failures_behind_a_proxy_are_counted_by_the_clients_address(database: TestDatabase) {
    let app = behind_a_proxy(database).await;
    for _ in 0..5 {
        call(&app, "/api/v1", "nonsense", "192.0.2.1").await.assert_error(401, "unauthorized");
    }
    call(&app, "/api/v1", "nonsense", "192.0.2.1").await.assert_error(429, "rate_limited");
    call(&app, "/api/v1", "nonsense", "1.1.1.1, 192.0.2.1").await.assert_error(429, "rate_limited");
    call(&app, "/api/v1", "nonsense", "192.0.2.2").await.assert_error(401, "unauthorized");
}

use std::num::NonZeroU32;

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use time::Duration;

use crate::app::{TestApp, send};

on_both_databases![
    sixty_calls_a_minute_and_what_the_headers_say,
    two_hundred_calls_at_once_are_sixty_accepted,
    all_tokens_of_a_client_share_its_bucket,
    unknown_credentials_are_limited_by_address_and_known_ones_never,
];

/// 2026-01-01T00:00:00Z, where the test's clock stands.
const START: i64 = 1_767_225_600;

async fn sixty_calls_a_minute_and_what_the_headers_say(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, None).await;
    for call in 1..=60 {
        // Every kind of answer takes from the bucket and says what is left.
        let answer = match call % 3 {
            0 => app.get("/me").await,
            1 => app.get("/leads?limit=0").await,
            _ => app.get("/nothing").await,
        };
        assert_ne!(answer.status, 429);
        assert_eq!(answer.number("x-ratelimit-limit"), 60);
        assert_eq!(answer.number("x-ratelimit-remaining"), 60 - call);
        assert_eq!(answer.number("x-ratelimit-reset"), START + 60);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=60;w=60");
        assert!(answer.header("ratelimit").starts_with(&format!("\"default\";r={};t=", 60 - call)));
        assert_eq!(answer.header("retry-after"), "");
        app.clock.advance(Duration::milliseconds(100));
    }
    let limited = app.get("/me").await;
    limited.assert_error(429, "rate_limited");
    // 54 seconds are left: both round up.
    assert_eq!(limited.header("retry-after"), "54");
    assert_eq!(limited.number("x-ratelimit-remaining"), 0);
    assert_eq!(limited.number("x-ratelimit-reset"), START + 60);
    assert_eq!(limited.header("ratelimit"), "\"default\";r=0;t=54");
    app.clock.advance(Duration::milliseconds(53_999));
    let limited = app.get("/me").await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "1"));
    app.clock.advance(Duration::milliseconds(1));
    let fresh = app.get("/me").await;
    assert_eq!((fresh.status, fresh.number("x-ratelimit-remaining")), (200, 59));
    assert_eq!(fresh.number("x-ratelimit-reset"), START + 120);
}

async fn two_hundred_calls_at_once_are_sixty_accepted(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, None).await;
    let calls = (0..200).map(|_| send(app.request(Method::GET, "/leads")));
    let statuses: Vec<u16> =
        futures_util::future::join_all(calls).await.into_iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 60);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 140);
}

async fn all_tokens_of_a_client_share_its_bucket(database: TestDatabase) {
    let app = TestApp::with_limits(database, NonZeroU32::new(3), None).await;
    let second = app.new_token(None).await;
    assert_eq!(app.get("/me").await.number("x-ratelimit-remaining"), 2);
    let other = send(app.anonymous(Method::GET, "/me").bearer_auth(&second)).await;
    assert_eq!(other.number("x-ratelimit-remaining"), 1);
    // Another client has a bucket of its own, and the token endpoint takes from none.
    let (_, neighbour) = app.neighbour().await;
    let neighbour = send(app.anonymous(Method::GET, "/me").bearer_auth(neighbour)).await;
    assert_eq!(neighbour.number("x-ratelimit-remaining"), 59);
    assert_eq!(app.get("/me").await.number("x-ratelimit-remaining"), 0);
    assert_eq!(app.get("/me").await.status, 429);
}

async fn unknown_credentials_are_limited_by_address_and_known_ones_never(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, NonZeroU32::new(5)).await;
    let unknown =
        leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::AccessToken).unwrap();
    let expired = app.token.clone();
    app.clock.advance(Duration::HOUR);
    let with = |token: &str| send(app.anonymous(Method::GET, "/me").bearer_auth(token));
    for token in [unknown.expose(), "nonsense", unknown.expose(), "slk_at_", "x"] {
        with(token).await.assert_error(401, "unauthorized");
    }
    let limited = with(unknown.expose()).await;
    limited.assert_error(429, "rate_limited");
    assert_eq!(limited.header("retry-after"), "60");
    assert_eq!(limited.header("x-ratelimit-limit"), "");
    // A neighbour's guesses do not change what a known credential is told.
    with(&expired).await.assert_error(401, "unauthorized");
    let live = app.new_token(None).await;
    assert_eq!(with(&live).await.status, 200);
}

//! The buckets of keys and tokens, under each prefix.

use std::num::NonZeroU32;

use leadkeep_domain::{Edit, Plan};
use leadkeep_service::LimitedRef;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::app::{Answer, Held, TestApp};

on_both_databases![
    a_budget_is_by_plan_unless_a_credential_has_its_own,
    a_credential_has_one_bucket_under_all_prefixes,
    a_sites_keys_share_its_bucket_under_spelo_alone,
    a_key_may_have_a_share_of_its_sites_budget,
    a_call_that_the_site_refuses_takes_nothing_from_the_credential,
    a_call_that_the_credential_refuses_takes_nothing_from_the_site,
    the_headers_describe_the_tightest_bucket,
    every_bucket_is_shown_in_the_dialects_own_terms,
    two_hundred_calls_at_once_with_two_keys_are_sixty_accepted,
    a_401_has_no_budget_headers_in_any_dialect,
];

const SLATE: &str = "/workflow-service/api/public/v1";
const SPELO: &str = "/v1/public";
/// Sixty seconds after 2026-01-01T00:00:00Z, where the test's clock stands.
const END: i64 = 1_767_225_660;

async fn me(app: &TestApp, prefix: &str, held: &Held) -> Answer {
    app.call(Method::GET, &format!("{prefix}/me"), &held.secret).await
}

/// A call's limit and what remains, as its headers have it.
async fn left(app: &TestApp, prefix: &str, held: &Held) -> (i64, i64) {
    let answer = me(app, prefix, held).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (answer.number("x-ratelimit-limit"), answer.number("x-ratelimit-remaining"))
}

async fn set_site(app: &TestApp, budget: Option<u32>, share: Option<u32>) {
    let edit = |limit: Option<u32>| limit.and_then(NonZeroU32::new).map_or(Edit::Clear, Edit::Set);
    app.management.set_site_limits(app.workspace, edit(budget), edit(share)).await.unwrap();
}

async fn a_budget_is_by_plan_unless_a_credential_has_its_own(database: TestDatabase) {
    let app = TestApp::with_limits(database, None, None).await;
    for (plan, limit) in [(Plan::Free, 100), (Plan::Pro, 1_000), (Plan::Enterprise, 10_000)] {
        app.management.set_plan(app.workspace, plan).await.unwrap();
        for held in [app.key().await, app.api_token().await] {
            assert_eq!(left(&app, "/api/v1", &held).await, (limit, limit - 1), "{plan}");
        }
        assert_eq!(app.get("/me").await.number("x-ratelimit-limit"), 60, "a client's is not by plan");
    }
    // A change counts from the next call on, in the window that is open.
    let key = app.key_with(|new| new.limit_per_minute = NonZeroU32::new(7)).await;
    assert_eq!(left(&app, "/v1", &key).await, (7, 6));
    app.set_limit(&key, 9).await;
    assert_eq!(left(&app, "/v1", &key).await, (9, 7));
    app.set_limit(&key, 1).await;
    let lowered = app.call(Method::GET, "/api/v1/me", &key.secret).await;
    lowered.assert_error(429, "rate_limited");
    assert_eq!(lowered.header("x-ratelimit-remaining"), "0");
    app.management.set_limit(LimitedRef::Id(key.id), None).await.unwrap();
    assert_eq!(left(&app, "/v1", &key).await, (10_000, 9_997));
    app.set_client_limit(5).await;
    assert_eq!(app.get("/me").await.number("x-ratelimit-limit"), 5);
}

async fn a_credential_has_one_bucket_under_all_prefixes(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) =
        (app.key_with(|new| new.limit_per_minute = NonZeroU32::new(10)).await, app.api_token().await);
    for (prefix, remaining) in
        [("/api/v1", 9), ("/v1", 8), (SPELO, 7), ("/v1", 6), (SPELO, 5), ("/api/v1", 4)]
    {
        assert_eq!(left(&app, prefix, &key).await, (10, remaining), "{prefix}");
    }
    for (prefix, remaining) in [("/api/v1", 99), (SLATE, 98), ("/api/v1", 97)] {
        assert_eq!(left(&app, prefix, &token).await, (100, remaining), "{prefix}");
    }
    // The same window, too.
    app.clock.advance(Duration::seconds(59));
    for _ in 0..4 {
        left(&app, "/v1", &key).await;
    }
    assert_eq!(me(&app, "/api/v1", &key).await.header("retry-after"), "1");
    app.clock.advance(Duration::SECOND);
    assert_eq!(left(&app, SPELO, &key).await, (10, 9));
}

async fn a_sites_keys_share_its_bucket_under_spelo_alone(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (one, two) = (app.key().await, app.key().await);
    let sister = app.key_of(app.sister().await, |_| ()).await;
    assert_eq!(left(&app, SPELO, &one).await, (60, 59));
    assert_eq!(left(&app, SPELO, &two).await, (60, 58));
    assert_eq!(left(&app, SPELO, &sister).await, (60, 59), "another site of the organization");
    // Elsewhere there is no site.
    assert_eq!(left(&app, "/v1", &two).await, (100, 98));
    assert_eq!(left(&app, "/api/v1", &two).await, (100, 97));
    assert_eq!(left(&app, SPELO, &one).await, (60, 57));
    // A number of its own.
    set_site(&app, Some(30), None).await;
    assert_eq!(left(&app, SPELO, &two).await, (30, 26));
    set_site(&app, None, None).await;
    assert_eq!(left(&app, SPELO, &two).await, (60, 55));
}

async fn a_key_may_have_a_share_of_its_sites_budget(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (one, two) = (app.key().await, app.key().await);
    set_site(&app, None, Some(5)).await;
    for remaining in (0..5).rev() {
        assert_eq!(left(&app, SPELO, &one).await, (5, remaining));
    }
    for _ in 0..3 {
        let limited = me(&app, SPELO, &one).await;
        limited.assert_error(429, "RATE_LIMITED");
        assert_eq!((limited.header("x-ratelimit-limit"), limited.header("retry-after")), ("5", "60"));
    }
    // The other has its own share; what the first was refused was taken from nothing.
    assert_eq!(left(&app, SPELO, &two).await, (5, 4));
    let buckets = me(&app, SPELO, &two).await.body["data"]["limits"].clone();
    assert_eq!(buckets[1]["remaining"], 60 - 5 - 2);
    assert_eq!(left(&app, "/v1", &one).await, (100, 94));
}

async fn a_call_that_the_site_refuses_takes_nothing_from_the_credential(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (one, two) = (app.key().await, app.key().await);
    for _ in 0..60 {
        left(&app, SPELO, &one).await;
    }
    for _ in 0..10 {
        me(&app, SPELO, &two).await.assert_error(429, "RATE_LIMITED");
        me(&app, SPELO, &one).await.assert_error(429, "RATE_LIMITED");
    }
    assert_eq!(left(&app, "/v1", &two).await, (100, 99));
    assert_eq!(left(&app, "/v1", &one).await, (100, 39));
}

async fn a_call_that_the_credential_refuses_takes_nothing_from_the_site(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let small = app.key_with(|new| new.limit_per_minute = NonZeroU32::new(2)).await;
    let other = app.key().await;
    // Used up elsewhere.
    for _ in 0..2 {
        left(&app, "/v1", &small).await;
    }
    for _ in 0..10 {
        let limited = me(&app, SPELO, &small).await;
        limited.assert_error(429, "RATE_LIMITED");
        assert_eq!(limited.header("x-ratelimit-limit"), "2");
    }
    assert_eq!(left(&app, SPELO, &other).await, (60, 59));
}

async fn the_headers_describe_the_tightest_bucket(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (wide, narrow, filler) = (app.key().await, app.key().await, app.key().await);
    app.set_limit(&narrow, 50).await;
    assert_eq!(left(&app, SPELO, &wide).await, (60, 59), "fewest remaining: the site's");
    assert_eq!(left(&app, SPELO, &narrow).await, (50, 49), "fewest remaining: its own");
    for _ in 0..8 {
        left(&app, SPELO, &filler).await;
    }
    // The site has 50 left now, its own 49; the next leaves both with the same but one.
    left(&app, SPELO, &filler).await;
    let tie = me(&app, SPELO, &narrow).await;
    assert_eq!((tie.number("x-ratelimit-limit"), tie.number("x-ratelimit-remaining")), (50, 48));
    assert_eq!(
        tie.body["data"]["limits"][1]["remaining"], 48,
        "as much as the site has: the smaller limit counts"
    );
    left(&app, SPELO, &filler).await;
    assert_eq!(left(&app, SPELO, &narrow).await, (60, 46), "the site's has fewer again");
    // The IETF's headers say the same.
    let answer = me(&app, SPELO, &narrow).await;
    assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=60;w=60");
    assert_eq!(answer.header("ratelimit"), "\"default\";r=45;t=60");
}

async fn every_bucket_is_shown_in_the_dialects_own_terms(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    set_site(&app, Some(40), Some(30)).await;
    let limits = async |prefix: &str, held: &Held| {
        let answer = app.call(Method::GET, &format!("{prefix}/me/limits"), &held.secret).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let first = me(&app, prefix, held).await.body["data"]["limits"].as_array().unwrap().len();
        assert_eq!(answer.body["data"].as_array().unwrap().len(), first, "GET /me shows the same ones");
        answer.body["data"].clone()
    };
    let bucket = |name: &str, limit: u32, remaining: u32, reset: i64| -> Value {
        json!({"bucket": name, "limit": limit, "remaining": remaining, "reset": reset, "window_seconds": 60})
    };
    app.clock.advance(Duration::milliseconds(100));
    let rounded_up = END + 1;
    assert_eq!(limits("/api/v1", &key).await, json!([bucket("credential", 100, 99, rounded_up)]));
    assert_eq!(limits("/v1", &key).await, json!([bucket("credential", 100, 97, rounded_up)]));
    assert_eq!(limits(SLATE, &token).await, json!([bucket("credential", 100, 99, rounded_up)]));
    app.clock.advance(Duration::milliseconds(17_500));
    // Its own window opened earlier than the site's and its share of that.
    let all =
        [bucket("credential", 100, 95, 43), bucket("site", 40, 39, 60), bucket("site_share", 30, 29, 60)];
    assert_eq!(limits(SPELO, &key).await, json!(all));
}

async fn two_hundred_calls_at_once_with_two_keys_are_sixty_accepted(database: TestDatabase) {
    let app = TestApp::start(database).await;
    app.management.set_plan(app.workspace, Plan::Enterprise).await.unwrap();
    let keys = [app.key().await, app.key().await];
    let calls = keys.iter().cycle().take(200);
    let calls = calls.map(|key| app.call(Method::GET, "/v1/public/leads", &key.secret));
    let answers = futures_util::future::join_all(calls).await;
    let with = |status: u16| answers.iter().filter(move |answer| answer.status == status);
    assert_eq!((with(200).count(), with(429).count()), (60, 140));
    let mut remaining: Vec<_> = with(200).map(|answer| answer.number("x-ratelimit-remaining")).collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..60).collect::<Vec<_>>(), "each call took one, and no two the same");
    // What was refused cost nothing.
    let mut spent = 0;
    for key in &keys {
        spent += 10_000 - 1 - left(&app, "/v1", key).await.1;
    }
    assert_eq!(spent, 60);
}

async fn a_401_has_no_budget_headers_in_any_dialect(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token) = (app.key().await, app.api_token().await);
    app.revoke(&key).await;
    app.revoke(&token).await;
    for prefix in ["/api/v1", "/v1", SPELO, SLATE] {
        for secret in ["", "nonsense", &key.secret, &token.secret] {
            let answer = app.call(Method::GET, &format!("{prefix}/leads"), secret).await;
            assert_eq!(answer.status, 401, "{prefix}");
            for name in [
                "x-ratelimit-limit",
                "x-ratelimit-remaining",
                "x-ratelimit-reset",
                "ratelimit",
                "retry-after",
            ] {
                assert!(!answer.headers.contains_key(name), "{prefix}: {name}");
            }
            assert!(answer.header("www-authenticate").starts_with("Bearer "));
        }
    }
}

//! The store against a real Redis: what the store in memory promises, several nodes at once, and a Redis that goes away.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use leadkeep_ratelimit::{Bucket, BucketKey, Decision, Group, MemoryStore, Quota, Store, StoreError, Tick};
use leadkeep_ratelimit_redis::{NoAddress, RedisAddress, RedisStore};
use leadkeep_testkit::PrivateRedis;

const NOW: Tick = Tick::from_millis(0);

fn bucket(id: u128, limit: u32, window: Duration) -> Bucket {
    let quota = Quota::new(NonZeroU32::new(limit).unwrap(), window);
    Bucket { key: BucketKey::Credential(id), quota }
}

fn minutely(id: u128, limit: u32) -> Bucket {
    bucket(id, limit, Duration::from_mins(1))
}

fn open(address: &str) -> RedisStore {
    RedisStore::open(&address.parse().unwrap()).unwrap()
}

async fn take(store: &RedisStore, group: u128, buckets: &[Bucket]) -> Decision {
    store.take(Group(group), buckets, NOW).await.unwrap()
}

/// The limits and what is left, without the times.
fn left(decision: &Decision) -> (bool, Vec<(u32, u32)>) {
    (decision.allowed, decision.states().iter().map(|state| (state.limit, state.remaining)).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_of_three_hundred_calls_pass_on_three_nodes() {
    let redis = PrivateRedis::start();
    let nodes: Vec<RedisStore> = (0..3).map(|_| open(&redis.url())).collect();
    let calls = (0..300).map(|call| {
        let store = nodes[call % 3].clone();
        tokio::spawn(async move { take(&store, 1, &[minutely(7, 60)]).await.allowed })
    });
    let mut passed = 0;
    for call in calls.collect::<Vec<_>>() {
        passed += u32::from(call.await.unwrap());
    }
    assert_eq!(passed, 60);
}

#[tokio::test]
async fn it_decides_as_the_store_in_memory_does() {
    let redis = PrivateRedis::start();
    let (store, memory) = (open(&redis.url()), MemoryStore::new());
    // A fixed sequence that looks like chance: groups, keys, limits that change, keys that are named twice, looks between.
    let mut state = 0x9e37_79b9_u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for step in 0..600 {
        let group = Group(u128::from(random(3)));
        let count = random(4);
        let buckets: Vec<Bucket> =
            (0..count).map(|_| minutely(u128::from(random(4)), 1 + random(9))).collect();
        let (theirs, ours) = if random(5) == 0 {
            (store.peek(group, &buckets, NOW).await.unwrap(), memory.peek(group, &buckets, NOW))
        } else {
            (store.take(group, &buckets, NOW).await.unwrap(), memory.take(group, &buckets, NOW))
        };
        assert_eq!(left(&theirs), left(&ours), "step {step}: {buckets:?}");
    }
}

#[tokio::test]
async fn a_window_ends_by_the_clock_of_redis() {
    let redis = PrivateRedis::start();
    let store = open(&redis.url());
    let short = [bucket(7, 1, Duration::from_millis(300))];
    let first = take(&store, 1, &short).await;
    assert!(first.allowed);
    assert_eq!(first.tightest.reset_after, Duration::from_millis(300));
    let opened = Instant::now();
    let mut refused = 0;
    while !take(&store, 1, &short).await.allowed {
        refused += 1;
        let wait = take(&store, 1, &short).await.retry_after;
        assert!(wait.is_none_or(|wait| wait <= Duration::from_millis(300)), "{wait:?}");
        assert!(opened.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(refused > 0);
    assert!(opened.elapsed() >= Duration::from_millis(250), "{:?}", opened.elapsed());
    // What is left behind is nothing.
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(redis.ask(&["DBSIZE"]).unwrap(), "0");
}

#[tokio::test]
async fn a_window_keeps_the_length_it_was_opened_with() {
    let redis = PrivateRedis::start();
    let store = open(&redis.url());
    take(&store, 1, &[bucket(7, 5, Duration::from_secs(10))]).await;
    let longer = take(&store, 1, &[bucket(7, 5, Duration::from_mins(10))]).await;
    assert!(longer.tightest.reset_after <= Duration::from_secs(10), "{longer:?}");
    // A lower limit counts at once, and leaves nothing, not less than nothing.
    let lower = take(&store, 1, &[bucket(7, 1, Duration::from_secs(10))]).await;
    assert_eq!(left(&lower), (false, vec![(1, 0)]));
}

#[tokio::test]
async fn a_script_that_redis_forgot_is_told_again() {
    let redis = PrivateRedis::start();
    let store = open(&redis.url());
    take(&store, 1, &[minutely(7, 3)]).await;
    redis.ask(&["SCRIPT", "FLUSH"]).unwrap();
    assert_eq!(left(&take(&store, 1, &[minutely(7, 3)]).await), (true, vec![(3, 1)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_away_is_told_of_soon_and_found_again() {
    let mut redis = PrivateRedis::start();
    let store = open(&redis.url());
    take(&store, 1, &[minutely(7, 3)]).await;
    redis.stop();
    for _ in 0..3 {
        let asked = Instant::now();
        let error = store.take(Group(1), &[minutely(7, 3)], NOW).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    }
    redis.restart();
    let until = Instant::now() + Duration::from_secs(20);
    let decision = loop {
        match store.take(Group(1), &[minutely(7, 3)], NOW).await {
            Ok(decision) => break decision,
            Err(error) => assert!(Instant::now() < until, "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(left(&decision), (true, vec![(3, 2)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_redis_ends_is_no_redis_that_is_away() {
    let redis = PrivateRedis::start();
    let store = open(&redis.url());
    for round in 0..5 {
        take(&store, 1, &[minutely(7, 1_000)]).await;
        redis.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
        // The end is heard of before somebody asks; how soon is the machine's business.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let answer = store.take(Group(1), &[minutely(7, 1_000)], NOW).await;
        assert!(answer.is_ok(), "round {round}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_has_all_windows_of_a_decision_on_one_node() {
    let nodes = PrivateRedis::cluster();
    let urls: Vec<String> = nodes.iter().take(2).map(PrivateRedis::url).collect();
    let store = open(&urls.join(","));
    for group in 0..50 {
        let buckets = [minutely(1, 2), minutely(2, 1), minutely(group, 9)];
        assert!(take(&store, group, &buckets).await.allowed, "{group}");
        assert!(!take(&store, group, &buckets).await.allowed, "{group}");
    }
    // All of them have some.
    for node in &nodes {
        assert_ne!(node.ask(&["DBSIZE"]).unwrap(), "0");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_is_back_when_all_its_nodes_are() {
    let mut nodes = PrivateRedis::cluster();
    let store = open(&nodes.iter().map(PrivateRedis::url).collect::<Vec<_>>().join(","));
    store.ping().await.unwrap();
    let groups = 0..30;
    for group in groups.clone() {
        assert!(take(&store, group, &[minutely(1, 1_000)]).await.allowed);
    }
    nodes[0].freeze();
    let (mut answered, mut away) = (0, 0);
    for group in groups.clone() {
        let asked = Instant::now();
        match store.take(Group(group), &[minutely(1, 1_000)], NOW).await {
            Ok(_) => answered += 1,
            Err(StoreError::Unavailable(_)) => away += 1,
            Err(error) => panic!("{error:?}"),
        }
        // An answer has a second, with all that is done to get it; the rest is this machine's.
        assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
        if answered > 0 && away > 0 {
            break;
        }
    }
    assert!(answered > 0 && away > 0, "{answered}, {away}: a third of the keys is away");
    assert!(store.ping().await.is_err());
    nodes[0].stop();
    assert!(store.ping().await.is_err());
    nodes[0].restart();
    let until = Instant::now() + Duration::from_secs(30);
    while let Err(error) = store.ping().await {
        assert!(Instant::now() < until, "{error:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for group in groups {
        assert!(take(&store, group, &[minutely(1, 1_000)]).await.allowed);
    }
}

#[tokio::test]
async fn a_redis_that_takes_no_writes_is_not_back() {
    let redis = PrivateRedis::start();
    let store = open(&redis.url());
    store.ping().await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(redis.ask(&["DBSIZE"]).unwrap(), "0", "what a ping writes ends at once");
    redis.ask(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]).unwrap();
    redis.ask(&["CONFIG", "SET", "maxmemory", "1"]).unwrap();
    assert!(store.ping().await.is_err());
    let refused = store.take(Group(1), &[minutely(1, 1_000)], NOW).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_of_a_cluster_is_no_server_of_its_own() {
    let nodes = PrivateRedis::cluster();
    let store = open(&nodes[0].url());
    let mut told = None;
    for group in 0..50 {
        if let Err(error) = store.take(Group(group), &[minutely(1, 1_000)], NOW).await {
            told = std::error::Error::source(&error).map(ToString::to_string);
            break;
        }
    }
    assert!(told.is_some_and(|told| told.contains("name two nodes")));
    // However well it answers of the keys that it has.
    assert!(store.ping().await.is_err());
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_at_once() {
    for address in ["", ",", "http://127.0.0.1", "redis://", "postgres://127.0.0.1/x", "redis://127.0.0.1:1,"]
    {
        assert_eq!(address.parse::<RedisAddress>().err(), Some(NoAddress), "{address}");
    }
    let secret: RedisAddress = "redis://:hunter2@127.0.0.1:1".parse().unwrap();
    let shown = format!("{secret:?} {:?}", RedisStore::open(&secret).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}

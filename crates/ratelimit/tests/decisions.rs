//! What a store decides over one bucket, several and none.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    num::NonZeroU32,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use leadkeep_ratelimit::{Bucket, BucketKey, BucketState, Decision, Group, MemoryStore, Quota, Store, Tick};

const GROUP: Group = Group(1);
const START: Tick = Tick::from_millis(0);

fn bucket(key: u128, limit: u32) -> Bucket {
    Bucket { key: BucketKey::Credential(key), quota: Quota::per_minute(NonZeroU32::new(limit).unwrap()) }
}

fn remaining(decision: &Decision) -> Vec<u32> {
    decision.states().iter().map(|state| state.remaining).collect()
}

/// Takes each request in turn; `expect` is whether the last one passes and what each of its buckets has left.
#[track_caller]
fn check(requests: &[&[Bucket]], expect: (bool, &[u32]), reason: &str) {
    let store = MemoryStore::new();
    let last = requests.iter().map(|buckets| store.take(GROUP, buckets, START)).last().unwrap();
    assert_eq!((last.allowed, remaining(&last).as_slice()), expect, "{reason}");
}

#[test]
fn several_buckets_are_taken_all_or_nothing() {
    let (site, key, other) = (bucket(1, 3), bucket(2, 1), bucket(3, 9));
    check(&[&[site, key]], (true, &[2, 0]), "both accept");
    check(&[&[site, key], &[site, key]], (false, &[2, 0]), "the key refuses, so the site is not taken");
    check(&[&[site, key], &[key, site], &[site]], (true, &[1]), "nor in the other order");
    check(&[&[key], &[other, site, key], &[other]], (true, &[8]), "a refused call opens no window");
    let five = [bucket(4, 9), bucket(5, 8), bucket(6, 7), bucket(7, 6), bucket(8, 5)];
    check(&[&five, &five], (true, &[7, 6, 5, 4, 3]), "as many as wanted");
}

#[test]
fn a_key_that_is_named_twice_is_taken_once() {
    let twice = [bucket(1, 2), bucket(1, 2)];
    check(&[&twice], (true, &[1, 1]), "both name the same window");
    check(&[&twice, &twice], (true, &[0, 0]), "one call is enough for the last take");
    check(&[&twice, &twice, &twice], (false, &[0, 0]), "then it is exhausted");
}

#[test]
fn no_bucket_at_all_is_always_allowed() {
    let decision = MemoryStore::new().take(GROUP, &[], START);
    assert!(decision.allowed);
    assert_eq!(decision.tightest, BucketState::UNLIMITED);
    assert_eq!(decision.states(), []);
}

#[test]
fn keys_of_different_kinds_and_groups_are_different_buckets() {
    let store = MemoryStore::new();
    let address = Bucket { key: BucketKey::Address(1), ..bucket(1, 1) };
    assert!(store.take(GROUP, &[bucket(1, 1)], START).allowed);
    assert!(store.take(GROUP, &[address], START).allowed);
    assert!(!store.take(GROUP, &[address], START).allowed);
    assert_eq!(store.len(), 2);
}

#[test]
fn a_peek_foretells_the_take_and_changes_nothing() {
    let store = MemoryStore::new();
    let buckets = [bucket(1, 1), bucket(2, 5)];
    let before = store.peek(GROUP, &buckets, START);
    assert!(before.allowed && store.is_empty());
    assert_eq!(remaining(&before), [1, 5]);

    assert!(store.take(GROUP, &buckets, START).allowed);
    let later = Tick::from_millis(10_500);
    let refused = store.peek(GROUP, &buckets, later);
    assert!(!refused.allowed);
    assert_eq!(refused, store.take(GROUP, &buckets, later));
    assert_eq!(refused.retry_after, Some(Duration::from_millis(49_500)));
    assert_eq!(refused.tightest.reset_after_secs(), 50);
}

#[test]
fn a_window_opens_at_its_first_accepted_call() {
    let store = MemoryStore::new();
    let (exhausted, waiting) = (bucket(1, 1), bucket(2, 1));
    store.take(GROUP, &[exhausted], START);
    store.take(GROUP, &[exhausted, waiting], Tick::from_millis(20_000));
    let opened = store.take(GROUP, &[waiting], Tick::from_millis(30_000));
    assert_eq!(
        opened.tightest.reset_after,
        Duration::from_mins(1),
        "the refused call at 20 s opened nothing"
    );
}

#[test]
fn the_trait_answers_as_the_store_itself_does() {
    let (direct, behind) = (MemoryStore::new(), MemoryStore::new());
    let behind: &dyn Store = &behind;
    let buckets = [bucket(1, 1), bucket(2, 3)];
    for _ in 0..2 {
        assert_eq!(ready(behind.peek(GROUP, &buckets, START)).unwrap(), direct.peek(GROUP, &buckets, START));
        assert_eq!(ready(behind.take(GROUP, &buckets, START)).unwrap(), direct.take(GROUP, &buckets, START));
    }
}

/// The output of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a store in memory never waits"),
    }
}

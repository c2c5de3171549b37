//! Decisions that race for the same buckets.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{num::NonZeroU32, thread};

use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};

const GROUP: Group = Group(1);

fn bucket(key: u128, limit: u32) -> Bucket {
    Bucket { key: BucketKey::Credential(key), quota: Quota::per_minute(NonZeroU32::new(limit).unwrap()) }
}

/// Calls `take` with 0, 1, 2 … on four threads, `calls` times in all; tells how many were accepted.
fn race(calls: u64, take: impl Fn(u64) -> bool + Sync) -> usize {
    let (threads, take) = (4, &take);
    thread::scope(|scope| {
        let run = |first| move || (first..calls).step_by(4).filter(|&call| take(call)).count();
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(run(first))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

#[test]
fn exactly_sixty_of_two_thousand_concurrent_takes_are_accepted() {
    let store = MemoryStore::new();
    let accepted = race(2_000, |_| store.take(GROUP, &[bucket(1, 60)], Tick::from_millis(0)).allowed);
    assert_eq!(accepted, 60);
}

#[test]
fn threads_whose_clocks_were_read_in_another_order_get_no_call_more() {
    let store = MemoryStore::new();
    let tick = |call: u64| Tick::from_millis(100_000 + call * 7 % 500);
    let accepted = race(2_000, |call| store.take(GROUP, &[bucket(1, 60)], tick(call)).allowed);
    assert_eq!(accepted, 60);
}

#[test]
fn buckets_that_are_named_in_opposite_orders_neither_deadlock_nor_leak_a_call() {
    let store = MemoryStore::new();
    let (site, key, other) = (bucket(1, 60), bucket(2, 50), bucket(3, 40));
    let orders = [[site, key], [key, site], [site, other], [other, site]];
    let accepted = race(2_000, |call| {
        let order = &orders[usize::try_from(call).unwrap() / 4 % orders.len()];
        store.take(GROUP, order, Tick::from_millis(0)).allowed
    });
    assert_eq!(accepted, 60);
    let left = store.peek(GROUP, &[site, key, other], Tick::from_millis(0));
    let spent: u32 = left.states()[1..].iter().map(|state| state.limit - state.remaining).sum();
    assert_eq!(
        (left.states()[0].remaining, spent),
        (0, 60),
        "each accepted call took from the site and one key"
    );
}

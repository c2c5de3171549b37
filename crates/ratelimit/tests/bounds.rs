//! What a store in memory holds, and what it lets go.

use std::{net::Ipv6Addr, num::NonZeroU32};

use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};

const GROUP: Group = Group(1);
const START: Tick = Tick::from_millis(0);
const MINUTE_LATER: Tick = Tick::from_millis(60_000);

fn bucket(key: BucketKey) -> Bucket {
    Bucket { key, quota: Quota::per_minute(NonZeroU32::MIN) }
}

fn credential(key: u128) -> Bucket {
    bucket(BucketKey::Credential(key))
}

fn address(network: u128) -> Bucket {
    bucket(BucketKey::address(Ipv6Addr::from_bits(network << 64).into()))
}

#[track_caller]
fn check_flood(group: impl Fn(u128) -> Group, most: usize, reason: &str) {
    let store = MemoryStore::with_address_capacity(1_000);
    for key in 0..500 {
        assert!(store.take(group(key), &[credential(key)], START).allowed);
    }
    for network in 0..50_000 {
        assert!(store.take(group(network), &[address(network)], START).allowed);
    }
    assert!(store.len() <= 500 + most, "{reason}: {} buckets", store.len());
    for key in 0..500 {
        assert!(
            !store.take(group(key), &[credential(key)], START).allowed,
            "{reason}: a credential was forgotten"
        );
    }
}

#[test]
fn a_flood_of_addresses_drops_no_credential_and_stays_within_its_capacity() {
    check_flood(|_| GROUP, 1_000, "one group");
    check_flood(Group, 1_000 + 256, "many groups");
}

#[test]
fn a_full_store_gives_up_ended_windows_first() {
    let store = MemoryStore::with_address_capacity(4);
    for network in 0..2 {
        store.take(GROUP, &[address(network)], START);
    }
    let (later, much_later) = (Tick::from_millis(30_000), Tick::from_millis(61_000));
    for network in 2..4 {
        store.take(GROUP, &[address(network)], later);
    }
    for network in 4..6 {
        store.take(GROUP, &[address(network)], much_later);
    }
    for network in 2..6 {
        assert!(
            !store.peek(GROUP, &[address(network)], much_later).allowed,
            "the open window {network} was dropped"
        );
    }
    assert!(store.len() <= 4);
}

#[test]
fn ended_windows_are_swept_by_the_calls_that_follow() {
    let store = MemoryStore::new();
    for key in 0..10_000 {
        store.take(GROUP, &[credential(key), address(key)], START);
    }
    assert_eq!(store.len(), 20_000);
    for _ in 0..100 {
        store.take(GROUP, &[credential(1)], MINUTE_LATER);
    }
    assert_eq!(store.len(), 1, "the only open window");
}

#[test]
fn one_call_sweeps_a_small_part_only() {
    let store = MemoryStore::new();
    for key in 0..10_000 {
        store.take(GROUP, &[credential(key)], START);
    }
    store.take(GROUP, &[credential(1)], MINUTE_LATER);
    assert!(store.len() > 9_000, "{} are left", store.len());
}

#[test]
fn open_windows_survive_every_sweep() {
    let store = MemoryStore::new();
    for key in (1..5_000).step_by(2) {
        store.take(GROUP, &[credential(key)], START);
    }
    for key in (0..5_000).step_by(2) {
        store.take(GROUP, &[credential(key)], Tick::from_millis(40_000));
    }
    let now = Tick::from_millis(99_000);
    for key in (0..5_000).step_by(2) {
        assert!(!store.take(GROUP, &[credential(key)], now).allowed, "the window {key} ends at 100 s");
    }
    assert_eq!(store.len(), 2_500);
}

#[test]
fn swept_addresses_make_room_for_others() {
    let store = MemoryStore::with_address_capacity(100);
    for network in 0..100 {
        store.take(GROUP, &[address(network)], START);
    }
    for network in 100..200 {
        store.take(GROUP, &[address(network)], MINUTE_LATER);
    }
    for network in 100..200 {
        assert!(!store.peek(GROUP, &[address(network)], MINUTE_LATER).allowed, "{network} was dropped");
    }
}

#[test]
fn a_clock_that_was_set_back_stops_no_sweep() {
    let store = MemoryStore::new();
    let far = Tick::from_millis(10_000_000);
    for key in 0..1_000 {
        store.take(GROUP, &[credential(key)], far);
    }
    for _ in 0..20 {
        store.take(GROUP, &[credential(0)], START);
    }
    assert_eq!(store.len(), 1);
}

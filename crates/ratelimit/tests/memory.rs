//! What a million buckets weigh. On its own, as it looks at the whole process.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and these numbers are worth seeing"
)]

use std::{fs, num::NonZeroU32};

use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};

const KEYS: u128 = 1_000_000;
const MOST: usize = 150_000_000;

/// The process's resident memory in bytes.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[track_caller]
fn check(group: impl Fn(u128) -> Group, reason: &str) {
    let before = resident();
    let store = MemoryStore::new();
    let quota = Quota::per_minute(NonZeroU32::MIN);
    for key in 0..KEYS {
        store.take(group(key), &[Bucket { key: BucketKey::Credential(key), quota }], Tick::from_millis(0));
    }
    assert_eq!(store.len(), 1_000_000, "{reason}");
    let after = resident();
    println!("{reason}: {} bytes a key", (after - before) / 1_000_000);
    assert!(after < MOST, "{reason}: {after} bytes in the whole process");
}

#[test]
fn a_million_buckets_stay_under_150_megabytes() {
    check(Group, "a million groups");
    check(|_| GROUP, "one group");
}

const GROUP: Group = Group(1);

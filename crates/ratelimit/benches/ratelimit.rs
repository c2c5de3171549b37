//! One check, beside the `governor` crate's keyed limiter over a `DashMap`, in the same run.
//!
//! Both read the same clock for each check, both find every key known. A time is what one check takes by the clock on the wall,
//! so on two threads it is at best half of that on one.

#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::{
    env, fs,
    hint::black_box,
    num::NonZeroU32,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use criterion::{BenchmarkGroup, Criterion, criterion_group, measurement::WallTime};
use governor::{
    DefaultKeyedRateLimiter, RateLimiter,
    clock::{Clock, QuantaClock, Reference},
};
use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};

const DAY: Duration = Duration::from_hours(24);

/// So many calls that none is refused while it is measured.
const ROOMY: u32 = Quota::MAX_LIMIT;

/// How keys are grouped: each alone, as a workspace's are.
fn own_group(key: u128) -> Group {
    Group(key)
}

fn one_group(_: u128) -> Group {
    Group(0)
}

/// Calls `check` `calls` times in all on `threads` threads, with keys below `keys` in an order without locality.
fn run(threads: u64, keys: u64, calls: u64, check: impl Fn(u128) -> bool + Sync) -> Duration {
    let check = &check;
    let started = Instant::now();
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let mut state = (thread + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                for _ in 0..calls / threads {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    black_box(check(u128::from((state >> 33) % keys)));
                }
            });
        }
    });
    started.elapsed()
}

fn ours(keys: u64, limit: u32, group: fn(u128) -> Group) -> impl Fn(u128) -> bool + Sync {
    let store = MemoryStore::new();
    let quota = Quota::new(NonZeroU32::new(limit).unwrap(), DAY);
    let clock = QuantaClock::default();
    let origin = clock.now();
    let check = move |key| {
        let now = Tick::default().saturating_add(clock.now().duration_since(origin).into());
        store.take(group(key), &[Bucket { key: BucketKey::Credential(key), quota }], now).allowed
    };
    (0..u128::from(keys)).for_each(|key| assert!(check(key)));
    check
}

fn governors(keys: u64, limit: u32) -> impl Fn(u128) -> bool + Sync {
    let quota = match NonZeroU32::new(limit).unwrap() {
        NonZeroU32::MIN => governor::Quota::with_period(DAY).unwrap(),
        limit => governor::Quota::per_second(limit),
    };
    let limiter: DefaultKeyedRateLimiter<u128> = RateLimiter::dashmap(quota);
    let check = move |key| limiter.check_key(&key).is_ok();
    (0..u128::from(keys)).for_each(|key| assert!(check(key)));
    check
}

fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    keys: u64,
    check: impl Fn(u128) -> bool + Sync,
) {
    for threads in [1, 2] {
        group.bench_function(format!("{name}/{threads} threads"), |bencher| {
            bencher.iter_custom(|calls| run(threads, keys, calls, &check));
        });
    }
}

fn checks(criterion: &mut Criterion) {
    for keys in [1_000, 1_000_000] {
        for (outcome, limit) in [("accepted", ROOMY), ("refused", 1)] {
            let mut group = criterion.benchmark_group(format!("{keys} keys, {outcome}"));
            group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
            measure(&mut group, "leadkeep", keys, ours(keys, limit, own_group));
            measure(&mut group, "leadkeep, one group", keys, ours(keys, limit, one_group));
            measure(&mut group, "governor", keys, governors(keys, limit));
        }
    }
}

/// Memory that this process holds, in bytes: its second number of pages.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// How much more memory is held when so many keys are known, for each of them, the key itself included.
fn bytes_a_key(name: &str, keys: u64) -> usize {
    let before = resident();
    let (held, after) = if name == "governor" {
        let check = governors(keys, ROOMY);
        (check(0), resident())
    } else {
        let check = ours(keys, ROOMY, own_group);
        (check(0), resident())
    };
    assert!(held);
    (after - before) / usize::try_from(keys).unwrap()
}

/// What a process is asked by its environment to fill and to measure: memory that was given back before would be counted wrong.
const ASKED: &str = "LEADKEEP_BENCH_KEYS";

/// Prints it for several numbers of keys, each in a process of its own: a table grows by half, so some meet it full, and some empty.
fn memory(_: &mut Criterion) {
    for keys in [700_000, 800_000, 900_000, 1_000_000] {
        for name in ["leadkeep", "governor"] {
            let program = env::current_exe().unwrap();
            let asked = format!("{name} {keys}");
            assert!(Command::new(program).env(ASKED, asked).status().unwrap().success());
        }
    }
}

criterion_group!(benches, memory, checks);

fn main() {
    if let Ok(asked) = env::var(ASKED) {
        let (name, keys) = asked.split_once(' ').unwrap();
        println!("{keys} keys, {name}: {} bytes a key", bytes_a_key(name, keys.parse().unwrap()));
        return;
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}

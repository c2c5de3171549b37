//! The arithmetic of one bucket.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{num::NonZeroU32, time::Duration};

use leadkeep_ratelimit::{BucketState, Quota, Tick, Window};
use proptest::prelude::*;

const MINUTE: u64 = 60_000;

fn quota(limit: u32, window_millis: u64) -> Quota {
    Quota::new(NonZeroU32::new(limit).unwrap(), Duration::from_millis(window_millis))
}

fn tick(millis: u64) -> Tick {
    Tick::from_millis(millis)
}

/// A window of a minute, opened at `opened_at`, that has accepted `used` calls.
fn used(used: u32, opened_at: u64) -> Window {
    let roomy = quota(Quota::MAX_LIMIT, MINUTE);
    let open = Window::open(roomy, tick(opened_at));
    (0..used).fold(open, |window, _| window.take(roomy, tick(opened_at)).unwrap().0)
}

#[track_caller]
fn check(window: Window, limit: u32, now: u64, expect: (u32, u64), reason: &str) {
    let state = window.measure(quota(limit, MINUTE), tick(now));
    let (remaining, reset) = expect;
    let expect = BucketState { limit, remaining, reset_after: Duration::from_millis(reset) };
    assert_eq!(state, expect, "{reason}");
}

#[test]
fn a_window_reports_what_is_left() {
    check(used(0, 0), 60, 0, (60, MINUTE), "fresh");
    check(used(3, 0), 60, 0, (57, MINUTE), "three calls at the opening");
    check(used(3, 0), 60, 59_999, (57, 1), "the last millisecond");
    check(used(3, 0), 60, MINUTE, (60, MINUTE), "its end is no longer in it");
    check(used(60, 1_000), 60, 2_000, (0, 59_000), "exhausted");
}

#[test]
fn a_new_limit_counts_at_once_and_a_new_length_from_the_next_window_on() {
    check(used(30, 0), 10, 1_000, (0, 59_000), "lowered below what is used");
    check(used(30, 0), 31, 1_000, (1, 59_000), "lowered to one more than is used");
    check(used(60, 0), 100, 1_000, (40, 59_000), "raised");

    let shorter = quota(60, 1_000);
    assert_eq!(used(1, 0).measure(shorter, tick(5_000)).reset_after, Duration::from_secs(55));
    assert_eq!(used(1, 0).measure(shorter, tick(MINUTE)).reset_after, Duration::from_secs(1));
}

#[test]
fn a_clock_that_goes_back_neither_forgives_late_calls_nor_locks_for_longer_than_a_window() {
    let window = used(60, 100_000);
    check(window, 60, 99_999, (0, MINUTE), "a thread that lost a race");
    check(window, 60, 99_000, (0, MINUTE), "as late as may be");
    check(window, 60, 98_999, (60, MINUTE), "the clock was set back");
    check(window, 60, 0, (60, MINUTE), "to its start");
    check(used(60, u64::MAX), 60, 0, (60, MINUTE), "from its end to its start");
    check(used(60, u64::MAX), 60, u64::MAX, (60, 0), "a window at the clock's end is over at once");
}

#[test]
fn a_window_is_sixteen_bytes() {
    assert_eq!(size_of::<Window>(), 16);
}

proptest! {
    #[test]
    fn a_refused_caller_is_accepted_at_the_end_of_the_wait_and_not_before(
        limit in 1_u32..100,
        window in 1_u64..10_000_000,
        opened_at in 0_u64..u64::from(u32::MAX),
        refused_at in 0.0_f64..1.0,
    ) {
        let quota = quota(limit, window);
        let mut current = Window::open(quota, tick(opened_at));
        for _ in 0..limit {
            current = current.take(quota, tick(opened_at)).unwrap().0;
        }
        let asked = tick(opened_at).saturating_add(quota.window().mul_f64(refused_at));
        let Err(refused) = current.take(quota, asked) else {
            return Err(TestCaseError::fail("one more than the limit was accepted"));
        };
        for fraction in 0..100 {
            let early = asked.saturating_add(refused.reset_after * fraction / 100);
            prop_assert!(current.take(quota, early).is_err(), "accepted after {fraction} % of the wait");
        }
        let (reopened, state) = current.take(quota, asked.saturating_add(refused.reset_after)).unwrap();
        prop_assert_eq!(state.remaining, limit - 1);
        prop_assert_eq!(reopened.ends_at(), asked.saturating_add(refused.reset_after + quota.window()));
    }
}

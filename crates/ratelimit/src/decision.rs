use std::{cmp::Reverse, time::Duration};

use crate::{Bucket, inline::Inline};

/// What one bucket has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketState {
    /// Calls that a window allows.
    pub limit: u32,
    /// Calls that the window still allows; zero when the quota was lowered below what is used.
    pub remaining: u32,
    /// Until the window ends. A window that is not open yet reports its full length.
    pub reset_after: Duration,
}

impl BucketState {
    /// What a decision over no bucket at all reports.
    pub const UNLIMITED: Self = Self { limit: u32::MAX, remaining: u32::MAX, reset_after: Duration::ZERO };

    /// Seconds until the window ends, rounded up: a caller who waits that long never comes too early.
    pub fn reset_after_secs(&self) -> u64 {
        ceil_secs(self.reset_after)
    }

    /// Whether the bucket refuses the next call.
    pub const fn is_exhausted(&self) -> bool {
        self.remaining == 0
    }

    /// Orders by how soon a caller is stopped: the least is the one worth announcing.
    fn slack(&self) -> (u32, u32, Reverse<Duration>) {
        (self.remaining, self.limit, Reverse(self.reset_after))
    }
}

/// The answer to one call: whether it may go on, and what the caller needs to know next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether every bucket accepts the call.
    pub allowed: bool,
    /// The bucket that stops the caller first: the fewest remaining, then the smallest limit, then the longest reset.
    /// [`BucketState::UNLIMITED`] when no bucket was asked for.
    pub tightest: BucketState,
    /// When refused, how long until all buckets accept again: the longest reset among the exhausted ones.
    pub retry_after: Option<Duration>,
    states: Inline<BucketState>,
}

impl Decision {
    /// The answer to a take that went through: `states` in the order of the request, as they are afterwards.
    pub fn taken(states: impl IntoIterator<Item = BucketState>) -> Self {
        Self::over(states.into_iter().collect(), true)
    }

    /// The answer when nothing was taken: `states` in the order of the request. It is a refusal when one is exhausted.
    pub fn measured(states: impl IntoIterator<Item = BucketState>) -> Self {
        let states: Inline<_> = states.into_iter().collect();
        let allowed = !states.iter().any(BucketState::is_exhausted);
        Self::over(states, allowed)
    }

    /// What a take over `asked`, which this is the answer to, would have been over `wanted`: the same windows with other limits. None where
    /// that can't be told, and nothing was taken from the windows that are wanted: take from them then.
    ///
    /// Whoever asked before the limits were known for certain is answered by those that hold now. A call that was taken stays so where a
    /// lower limit refuses it: its window has nothing left to miss, others of the decision have one call less. That happens once, to the
    /// first call behind a change.
    pub fn carried_over(&self, asked: &[Bucket], wanted: &[Bucket]) -> Option<Self> {
        let same_windows = asked.len() == wanted.len()
            && asked.len() == self.states.len()
            && asked.iter().zip(wanted).all(|(asked, wanted)| asked.key == wanted.key);
        if !same_windows {
            return None;
        }
        if asked.iter().zip(wanted).all(|(asked, wanted)| asked.quota == wanted.quota) {
            return Some(self.clone());
        }
        if !self.allowed {
            return None;
        }
        let used = |state: &BucketState| state.limit.saturating_sub(state.remaining);
        let is_within =
            self.states.iter().zip(wanted).all(|(state, wanted)| used(state) <= wanted.quota.limit().get());
        let states = self.states.iter().zip(wanted).map(|(state, wanted)| {
            let limit = wanted.quota.limit().get();
            BucketState { limit, remaining: limit.saturating_sub(used(state)), ..*state }
        });
        Some(if is_within { Self::taken(states) } else { Self::measured(states) })
    }

    /// What each bucket has left, in the order of the request.
    pub fn states(&self) -> &[BucketState] {
        &self.states
    }

    /// [`Self::retry_after`] in seconds, rounded up and at least 1: no answer invites a caller to try again at once.
    pub fn retry_after_secs(&self) -> Option<u64> {
        self.retry_after.map(|wait| ceil_secs(wait).max(1))
    }

    /// The same for one bucket, which needs no search for the tightest.
    pub(crate) fn one(state: BucketState, allowed: bool) -> Self {
        let mut states = Inline::new();
        states.push(state);
        Self { allowed, tightest: state, retry_after: (!allowed).then_some(state.reset_after), states }
    }

    fn over(states: Inline<BucketState>, allowed: bool) -> Self {
        let tightest =
            states.iter().min_by_key(|state| state.slack()).copied().unwrap_or(BucketState::UNLIMITED);
        let retry_after = if allowed { None } else { longest_wait(&states) };
        Self { allowed, tightest, retry_after, states }
    }
}

fn longest_wait(states: &[BucketState]) -> Option<Duration> {
    states.iter().filter(|state| state.is_exhausted()).map(|state| state.reset_after).max()
}

fn ceil_secs(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state((limit, remaining, millis): (u32, u32, u64)) -> BucketState {
        BucketState { limit, remaining, reset_after: Duration::from_millis(millis) }
    }

    #[track_caller]
    fn check_tightest(states: &[(u32, u32, u64)], expect: usize, reason: &str) {
        let decision = Decision::measured(states.iter().copied().map(state));
        assert_eq!(Some(&decision.tightest), decision.states().get(expect), "{reason}");
    }

    #[test]
    fn the_tightest_bucket_is_the_one_that_stops_the_caller_first() {
        check_tightest(&[(60, 5, 10), (60, 4, 10)], 1, "fewest remaining");
        check_tightest(&[(60, 4, 10), (10, 5, 90)], 0, "fewest remaining counts before limit and reset");
        check_tightest(&[(60, 4, 10), (10, 4, 5)], 1, "then the smallest limit");
        check_tightest(&[(60, 0, 10), (60, 0, 20)], 1, "then the longest reset");
        check_tightest(&[(60, 0, 10), (60, 0, 20), (60, 0, 15)], 1, "wherever it stands");
        check_tightest(&[(1, 1, 1)], 0, "one bucket");
        check_tightest(&[(9, 9, 1), (9, 8, 1), (9, 7, 1), (9, 6, 1), (9, 5, 1)], 4, "more than fit inline");
    }

    #[track_caller]
    fn check_wait(states: &[(u32, u32, u64)], expect: Option<u64>, reason: &str) {
        let decision = Decision::measured(states.iter().copied().map(state));
        assert_eq!(decision.retry_after_secs(), expect, "{reason}");
    }

    #[test]
    fn a_refusal_waits_for_the_last_exhausted_bucket() {
        check_wait(&[(60, 1, 9_000)], None, "nothing is exhausted");
        check_wait(&[(60, 0, 9_000)], Some(9), "whole seconds stay");
        check_wait(&[(60, 0, 9_001)], Some(10), "a started second counts");
        check_wait(&[(60, 0, 0)], Some(1), "at least one second");
        check_wait(&[(60, 0, 5_000), (9, 0, 8_000)], Some(8), "the longest of two");
        check_wait(
            &[(60, 0, 5_000), (9, 1, 8_000)],
            Some(5),
            "a bucket that would accept is no reason to wait",
        );
    }

    #[track_caller]
    fn check_carried(asked: u32, wanted: u32, used: u32, expect: Option<(bool, u32)>, reason: &str) {
        let bucket = |limit| Bucket {
            key: crate::BucketKey::Credential(7),
            quota: crate::Quota::per_minute(std::num::NonZeroU32::new(limit).unwrap()),
        };
        // The call itself is among those that are used, where it was taken.
        let taken = used <= asked;
        let states = [state((asked, asked.saturating_sub(used), 9_000))];
        let decision = if taken { Decision::taken(states) } else { Decision::measured(states) };
        assert_eq!(decision.allowed, taken);
        let carried = decision.carried_over(&[bucket(asked)], &[bucket(wanted)]);
        assert_eq!(carried.map(|one| (one.allowed, one.tightest.remaining)), expect, "{reason}");
    }

    #[test]
    fn a_decision_is_carried_over_to_limits_that_have_changed() {
        check_carried(60, 60, 10, Some((true, 50)), "the same limit");
        check_carried(60, 60, 61, Some((false, 0)), "a refusal by the same limit");
        check_carried(60, 100, 10, Some((true, 90)), "a higher limit");
        check_carried(60, 100, 61, None, "a refusal by a lower limit than there is now: nothing was taken");
        check_carried(60, 20, 10, Some((true, 10)), "a lower limit");
        check_carried(60, 10, 10, Some((true, 0)), "the last call that a lower limit allows");
        check_carried(60, 9, 10, Some((false, 0)), "a call that a lower limit refuses");
    }

    #[test]
    fn a_decision_is_not_carried_over_to_other_windows() {
        let bucket = |id| Bucket {
            key: crate::BucketKey::Credential(id),
            quota: crate::Quota::per_minute(std::num::NonZeroU32::MIN),
        };
        let decision = Decision::taken([state((1, 0, 9))]);
        assert_eq!(decision.carried_over(&[bucket(1)], &[bucket(2)]), None);
        assert_eq!(decision.carried_over(&[bucket(1)], &[bucket(1), bucket(2)]), None);
        assert_eq!(Decision::taken([]).carried_over(&[], &[]), Some(Decision::taken([])));
    }

    #[test]
    fn no_bucket_at_all_is_no_limit() {
        let decision = Decision::measured([]);
        assert!(decision.allowed);
        assert_eq!(decision.tightest, BucketState::UNLIMITED);
        assert_eq!(decision, Decision::taken([]));
    }
}

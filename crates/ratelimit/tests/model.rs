//! The store against a model that remembers every accepted call, over random sequences of calls.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::{collections::HashMap, num::NonZeroU32, time::Duration};

use leadkeep_ratelimit::{Bucket, BucketKey, BucketState, Group, MemoryStore, Quota, Tick};
use proptest::{collection::vec, prelude::*, sample::subsequence};

/// Every key's quota: few calls and short windows, so that random calls reach every edge.
const QUOTAS: [(u32, u64); 5] = [(1, 10), (2, 25), (3, 10), (4, 100), (7, 60_000)];

#[derive(Clone, Debug)]
struct Call {
    pause_millis: u64,
    keys: Vec<usize>,
    takes: bool,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let pause = prop_oneof![4 => Just(0_u64), 8 => 0_u64..30, 1 => 0_u64..70_000];
    let keys = subsequence((0..QUOTAS.len()).collect::<Vec<_>>(), 0..=QUOTAS.len()).prop_shuffle();
    let call = (pause, keys, prop::bool::weighted(0.8));
    vec(call.prop_map(|(pause_millis, keys, takes)| Call { pause_millis, keys, takes }), 1..200)
}

fn bucket(index: usize) -> Bucket {
    let (limit, millis) = QUOTAS[index];
    let quota = Quota::new(NonZeroU32::new(limit).unwrap(), Duration::from_millis(millis));
    let key = index as u128;
    let key = if index.is_multiple_of(2) { BucketKey::Credential(key) } else { BucketKey::Address(key) };
    Bucket { key, quota }
}

/// When each key's calls were accepted; windows are found anew from the first one for every question.
#[derive(Default)]
struct Model {
    accepted: HashMap<usize, Vec<u64>>,
}

impl Model {
    fn state(&self, index: usize, now: u64) -> BucketState {
        let (limit, length) = QUOTAS[index];
        let open = self.windows(index).last().copied().filter(|(opened_at, _)| now < opened_at + length);
        let (opened_at, used) = open.unwrap_or((now, 0));
        let reset_after = Duration::from_millis(opened_at + length - now);
        BucketState { limit, remaining: limit - used, reset_after }
    }

    /// The windows of a key: opening and number of accepted calls.
    fn windows(&self, index: usize) -> Vec<(u64, u32)> {
        let mut windows: Vec<(u64, u32)> = Vec::new();
        for &at in self.accepted.get(&index).into_iter().flatten() {
            match windows.last_mut() {
                Some((opened_at, used)) if at < *opened_at + QUOTAS[index].1 => *used += 1,
                _ => windows.push((at, 1)),
            }
        }
        windows
    }

    fn take(&mut self, keys: &[usize], now: u64) -> bool {
        let allowed = keys.iter().all(|&key| self.state(key, now).remaining > 0);
        for &key in keys.iter().filter(|_| allowed) {
            self.accepted.entry(key).or_default().push(now);
        }
        allowed
    }

    fn states(&self, keys: &[usize], now: u64) -> Vec<BucketState> {
        keys.iter().map(|&key| self.state(key, now)).collect()
    }
}

proptest! {
    #[test]
    fn the_store_decides_as_a_model_that_remembers_every_call(calls in calls()) {
        let (store, mut model, mut now) = (MemoryStore::new(), Model::default(), 0);
        for call in calls {
            now += call.pause_millis;
            let buckets: Vec<_> = call.keys.iter().copied().map(bucket).collect();
            let tick = Tick::from_millis(now);
            if call.takes {
                let decision = store.take(Group(0), &buckets, tick);
                prop_assert_eq!(decision.allowed, model.take(&call.keys, now));
                prop_assert_eq!(decision.states(), model.states(&call.keys, now));
            } else {
                let decision = store.peek(Group(0), &buckets, tick);
                prop_assert_eq!(decision.states(), model.states(&call.keys, now));
                prop_assert_eq!(decision.allowed, decision.states().iter().all(|state| state.remaining > 0));
            }
        }
        for (index, (limit, _)) in QUOTAS.into_iter().enumerate() {
            prop_assert!(model.windows(index).iter().all(|(_, used)| *used <= limit), "over the limit");
        }
    }

    #[test]
    fn whoever_waits_as_told_is_accepted_and_nobody_earlier(calls in calls()) {
        let (store, mut now) = (MemoryStore::new(), 0);
        for call in calls {
            now += call.pause_millis;
            let buckets: Vec<_> = call.keys.iter().copied().map(bucket).collect();
            if let Some(wait) = store.take(Group(0), &buckets, Tick::from_millis(now)).retry_after {
                let end = Tick::from_millis(now).saturating_add(wait);
                let early = end.saturating_sub(Duration::from_millis(1));
                prop_assert!(!store.peek(Group(0), &buckets, early).allowed);
                prop_assert!(store.peek(Group(0), &buckets, end).allowed);
            }
        }
    }
}

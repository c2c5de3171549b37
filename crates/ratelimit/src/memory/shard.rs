use super::{
    addresses::{AddressBudget, Addresses},
    sweep::Sweep,
    table::WindowTable,
};
use crate::{Bucket, BucketKey, BucketState, Decision, Tick, Window, inline::Inline};

/// The buckets under one lock.
#[derive(Default)]
pub(super) struct Shard {
    credentials: WindowTable,
    sweep: Sweep,
    /// Apart, so that the shard fits in one cache line with its lock.
    addresses: Box<Addresses>,
}

impl Shard {
    pub(super) fn take(&mut self, buckets: &[Bucket], now: Tick, budget: &AddressBudget) -> Decision {
        if self.sweep.is_due(now) {
            self.sweep(now, budget);
        }
        match buckets {
            [bucket] => self.take_one(bucket, now, budget),
            _ => self.take_all(buckets, now, budget),
        }
    }

    pub(super) fn peek(&self, buckets: &[Bucket], now: Tick) -> Decision {
        Decision::measured(buckets.iter().map(|bucket| self.window(bucket, now).measure(bucket.quota, now)))
    }

    pub(super) fn len(&self) -> usize {
        self.credentials.len() + self.addresses.table.len()
    }

    /// The same as [`Self::take_all`] of one, for the usual case: one search and no list.
    fn take_one(&mut self, bucket: &Bucket, now: Tick, budget: &AddressBudget) -> Decision {
        let (table, key) = match bucket.key {
            BucketKey::Credential(key) => (&mut self.credentials, key),
            BucketKey::Address(key) => (&mut self.addresses.table, key),
        };
        let slot = table.find(key);
        let window = table.at(slot).unwrap_or_else(|| Window::open(bucket.quota, now));
        match window.take(bucket.quota, now) {
            Err(refused) => Decision::one(refused, false),
            Ok((window, state)) => {
                if !table.set(slot, window) {
                    self.insert(bucket.key, window, budget);
                }
                Decision::one(state, true)
            }
        }
    }

    /// All or nothing: every window is replaced only after every bucket has accepted.
    ///
    /// The new windows are all computed from those before, so a key that is named twice is taken once.
    fn take_all(&mut self, buckets: &[Bucket], now: Tick, budget: &AddressBudget) -> Decision {
        let Some(taken) = self.try_take(buckets, now) else {
            return self.peek(buckets, now);
        };
        for (bucket, (window, _)) in buckets.iter().zip(&taken) {
            self.put(bucket.key, *window, budget);
        }
        Decision::taken(taken.iter().map(|(_, state)| *state))
    }

    fn try_take(&self, buckets: &[Bucket], now: Tick) -> Option<Inline<(Window, BucketState)>> {
        buckets.iter().map(|bucket| self.window(bucket, now).take(bucket.quota, now).ok()).collect()
    }

    fn window(&self, bucket: &Bucket, now: Tick) -> Window {
        let known = match bucket.key {
            BucketKey::Credential(key) => self.credentials.get(key),
            BucketKey::Address(key) => self.addresses.table.get(key),
        };
        known.unwrap_or_else(|| Window::open(bucket.quota, now))
    }

    fn put(&mut self, key: BucketKey, window: Window, budget: &AddressBudget) {
        let known = match key {
            BucketKey::Credential(key) => self.credentials.replace(key, window),
            BucketKey::Address(key) => self.addresses.table.replace(key, window),
        };
        if !known {
            self.insert(key, window, budget);
        }
    }

    fn insert(&mut self, key: BucketKey, window: Window, budget: &AddressBudget) {
        match key {
            BucketKey::Credential(key) => self.credentials.insert(key, window),
            BucketKey::Address(key) => self.addresses.insert(key, window, budget),
        }
    }

    #[cold]
    fn sweep(&mut self, now: Tick, budget: &AddressBudget) {
        let before = self.addresses.table.len();
        self.sweep.step(now, [&mut self.credentials, &mut self.addresses.table]);
        budget.give_back(before - self.addresses.table.len());
    }
}

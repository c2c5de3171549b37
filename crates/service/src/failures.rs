use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};

/// Counts failed attempts in this process, by address and by the client that was named. Successes are not counted, and
/// whoever has the right secret never comes here.
#[derive(Debug)]
pub struct FailureLimit {
    quota: Option<Quota>,
    store: MemoryStore,
}

/// There were too many failed attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyFailures {
    /// When to try again.
    pub retry_after: Duration,
}

impl FailureLimit {
    /// Allows this many failures a minute for each address and each client; without a number, any.
    pub fn new(per_minute: Option<NonZeroU32>) -> Self {
        Self { quota: per_minute.map(Quota::per_minute), store: MemoryStore::new() }
    }

    /// Counts a failure from this address.
    pub fn count_address(&self, address: IpAddr, now: Tick) -> Result<(), TooManyFailures> {
        self.count(BucketKey::address(address), now)
    }

    /// Counts a failure for the client of this name. Names are anyone's to make up: they are bounded as addresses are.
    pub fn count_client(&self, fingerprint: u128, now: Tick) -> Result<(), TooManyFailures> {
        self.count(BucketKey::Address(fingerprint), now)
    }

    fn count(&self, key: BucketKey, now: Tick) -> Result<(), TooManyFailures> {
        let Some(quota) = self.quota else { return Ok(()) };
        let (BucketKey::Address(group) | BucketKey::Credential(group)) = key;
        let decision = self.store.take(Group(group), &[Bucket { key, quota }], now);
        decision.retry_after.map_or(Ok(()), |retry_after| Err(TooManyFailures { retry_after }))
    }
}

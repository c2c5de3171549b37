//! Windows in this process's memory: exact for this process, forgotten when it ends.

mod addresses;
mod shard;
mod sweep;
mod table;

use std::{fmt, hash::BuildHasher};

use async_trait::async_trait;
use foldhash::fast::RandomState;
use parking_lot::Mutex;

use self::{addresses::AddressBudget, shard::Shard};
use crate::{Bucket, Decision, Group, Store, StoreError, Tick};

/// As many as the values of the byte that picks one, and many times the threads of a large machine.
const SHARDS: usize = 256;

/// A shard and its lock on a cache line of their own, so that neighbours don't slow each other down.
#[derive(Default)]
#[repr(align(64))]
struct Locked(Mutex<Shard>);

const _: () = assert!(size_of::<Locked>() == 64, "a check loads this line and the bucket's");

/// A [`Store`] in memory: every call is one short lock, and never waits for anything else.
///
/// The group picks one of 256 locks, so all buckets of a decision are under the same one.
///
/// What it holds is bounded. A credential's bucket stays while its window is open, so there are at most as many as
/// credentials were verified within one window. Ended windows are swept as calls come in: once a minute each shard is gone
/// through, a few hundred slots per call. Counters of addresses, which anybody can make up, have a capacity besides: when
/// it is reached, a new one replaces another of the same shard, an ended one first, else (of a few that are looked at) the
/// one that ends soonest. That never touches a credential's bucket.
///
/// A call can take longer when its shard's map grows or shrinks: up to about 35 ms for a million buckets in one group.
pub struct MemoryStore {
    shards: Box<[Locked; SHARDS]>,
    addresses: AddressBudget,
    hasher: RandomState,
}

impl MemoryStore {
    /// How many address buckets [`MemoryStore::new`] holds.
    pub const DEFAULT_ADDRESS_CAPACITY: usize = 100_000;

    /// An empty store with room for [`Self::DEFAULT_ADDRESS_CAPACITY`] address buckets.
    pub fn new() -> Self {
        Self::with_address_capacity(Self::DEFAULT_ADDRESS_CAPACITY)
    }

    /// An empty store that holds about `capacity` address buckets in all shards together.
    ///
    /// A shard without any may always hold one, so it can be up to 256 more.
    pub fn with_address_capacity(capacity: usize) -> Self {
        Self {
            shards: Box::new(std::array::from_fn(|_| Locked::default())),
            addresses: AddressBudget::new(capacity),
            hasher: RandomState::default(),
        }
    }

    /// Takes one call from every bucket, or from none when one of them refuses; see [`Store::take`].
    pub fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Decision {
        self.shard(group).lock().take(buckets, now, &self.addresses)
    }

    /// Takes nothing and tells what a take would answer; see [`Store::peek`].
    pub fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Decision {
        self.shard(group).lock().peek(buckets, now)
    }

    /// How many buckets are held, those included whose window is over and which are not swept yet.
    ///
    /// Goes through all shards: meant for a gauge, not for every call.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.0.lock().len()).sum()
    }

    /// Whether no bucket is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[expect(clippy::indexing_slicing, reason = "there is a shard for every value of a byte")]
    fn shard(&self, group: Group) -> &Mutex<Shard> {
        let [byte, ..] = self.hasher.hash_one(group).to_le_bytes();
        &self.shards[usize::from(byte)].0
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        Ok(Self::take(self, group, buckets, now))
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        Ok(Self::peek(self, group, buckets, now))
    }
}

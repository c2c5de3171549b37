use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::table::WindowTable;
use crate::Window;

/// Buckets that are looked at to choose the one to evict.
const EVICTION_SAMPLE: usize = 8;

/// How many address buckets all shards may hold together, and how many they do.
///
/// The shards' locks order what they hold; the count itself guards nothing, so relaxed access is enough.
pub(super) struct AddressBudget {
    capacity: usize,
    held: AtomicUsize,
}

impl AddressBudget {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity, held: AtomicUsize::new(0) }
    }

    pub(super) fn give_back(&self, count: usize) {
        self.held.fetch_sub(count, Relaxed);
    }

    fn is_spent(&self) -> bool {
        self.held.load(Relaxed) >= self.capacity
    }

    fn take_one(&self) {
        self.held.fetch_add(1, Relaxed);
    }
}

/// One shard's address buckets: counters that anybody can open, so there is a bound to them.
#[derive(Default)]
pub(super) struct Addresses {
    pub(super) table: WindowTable,
    /// The slot that the next eviction looks from.
    evict_from: usize,
}

impl Addresses {
    /// Adds an address that has no window yet; in a full store it replaces another, if this shard has any.
    pub(super) fn insert(&mut self, key: u128, window: Window, budget: &AddressBudget) {
        if budget.is_spent() && self.evict() {
            budget.give_back(1);
        }
        self.table.insert(key, window);
        budget.take_one();
    }

    /// Drops the window that ends soonest (or ended longest ago) of a few; false when there is none.
    ///
    /// Looking at all would make each call of a flood pay for the whole table.
    fn evict(&mut self) -> bool {
        let slots = (self.evict_from..self.table.slots()).chain(0..self.evict_from);
        let windows = slots.filter_map(|slot| Some((self.table.at(slot)?.ends_at(), slot)));
        let Some((_, slot)) = windows.take(EVICTION_SAMPLE).min() else {
            return false;
        };
        self.evict_from = slot + 1;
        self.table.remove(slot);
        true
    }
}

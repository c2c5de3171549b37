use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::Window;

/// Slots of the smallest table that is not empty.
const SMALLEST: usize = 16;

#[derive(Clone, Copy)]
#[repr(align(32))]
struct Entry {
    key: u128,
    window: Window,
}

const _: () = assert!(size_of::<Option<Entry>>() == 32, "half a cache line, key included");

/// A map from keys to windows: one array with linear probing, at most three quarters full.
///
/// Looking up a key among a million costs what it costs to load its cache line, and a map with a separate index loads two.
/// One array can also be swept from any slot on, a step at a time. Hashes are seeded: keys may be an attacker's choice.
#[derive(Default)]
pub(super) struct WindowTable {
    slots: Box<[Option<Entry>]>,
    len: usize,
    hasher: RandomState,
}

impl WindowTable {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn get(&self, key: u128) -> Option<Window> {
        self.at(self.find(key))
    }

    /// The slot that has the key, else the one that it would take. Valid until the table is changed.
    #[inline]
    pub(super) fn find(&self, key: u128) -> usize {
        let mut slot = self.home(key);
        while self.entry(slot).is_some_and(|entry| entry.key != key) {
            slot = self.after(slot);
        }
        slot
    }

    /// The window in a slot.
    #[inline]
    pub(super) fn at(&self, slot: usize) -> Option<Window> {
        self.entry(slot).map(|entry| entry.window)
    }

    /// Replaces a key's window; false when it has none.
    pub(super) fn replace(&mut self, key: u128, window: Window) -> bool {
        self.set(self.find(key), window)
    }

    /// Replaces the window in a slot; false when there is none.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, window: Window) -> bool {
        let known = self.slots.get_mut(slot).and_then(Option::as_mut);
        known.map(|entry| entry.window = window).is_some()
    }

    /// Adds a key that has no window yet.
    pub(super) fn insert(&mut self, key: u128, window: Window) {
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            self.resize(self.slots.len() * 3 / 2);
        }
        self.place(Entry { key, window });
        self.len += 1;
    }

    /// Empties a slot that has a window, and moves those entries up that were displaced by it: so no search ends too early.
    pub(super) fn remove(&mut self, slot: usize) {
        let (mut hole, mut next) = (slot, self.after(slot));
        while let Some(entry) = self.entry(next) {
            if self.distance(self.home(entry.key), next) >= self.distance(hole, next) {
                self.slots.swap(hole, next);
                hole = next;
            }
            next = self.after(next);
        }
        if self.slots.get_mut(hole).and_then(Option::take).is_some() {
            self.len -= 1;
        }
    }

    /// Moves all entries to an array with room for twice as many.
    pub(super) fn shrink(&mut self) {
        self.resize(self.len * 2);
    }

    fn resize(&mut self, slots: usize) {
        let empty = vec![None; slots.max(SMALLEST)].into_boxed_slice();
        for entry in std::mem::replace(&mut self.slots, empty).into_iter().flatten() {
            self.place(entry);
        }
    }

    fn place(&mut self, entry: Entry) {
        let slot = self.find(entry.key);
        if let Some(free) = self.slots.get_mut(slot) {
            *free = Some(entry);
        }
    }

    fn entry(&self, slot: usize) -> Option<&Entry> {
        self.slots.get(slot)?.as_ref()
    }

    /// Where a key's search begins: its hash, scaled from all 64-bit numbers down to the slots.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the upper half of the product is less than the number of slots"
    )]
    fn home(&self, key: u128) -> usize {
        let scaled = u128::from(self.hasher.hash_one(key)) * self.slots.len() as u128;
        (scaled >> u64::BITS) as usize
    }

    fn after(&self, slot: usize) -> usize {
        if slot + 1 < self.slots.len() { slot + 1 } else { 0 }
    }

    /// Steps from one slot on to another, past the end if need be.
    fn distance(&self, from: usize, to: usize) -> usize {
        if from <= to { to - from } else { self.slots.len() - from + to }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, num::NonZeroU32, time::Duration};

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{Quota, Tick};

    fn window(opened_at: u64) -> Window {
        Window::open(Quota::new(NonZeroU32::MIN, Duration::from_secs(1)), Tick::from_millis(opened_at))
    }

    fn slot_of(table: &WindowTable, key: u128) -> Option<usize> {
        (0..table.slots()).find(|&slot| table.entry(slot).is_some_and(|entry| entry.key == key))
    }

    proptest! {
        #[test]
        fn a_table_remembers_what_a_map_would(steps in vec((0..4_u8, 0..100_u128, any::<u32>()), 1..300)) {
            let (mut table, mut map) = (WindowTable::default(), HashMap::new());
            for (step, key, opened_at) in steps {
                let window = window(opened_at.into());
                match (step, slot_of(&table, key)) {
                    (0, Some(slot)) => {
                        table.remove(slot);
                        map.remove(&key);
                    }
                    (1, _) if table.len() * 8 < table.slots() => table.shrink(),
                    (2.., found) => {
                        prop_assert_eq!(table.replace(key, window), found.is_some());
                        if found.is_none() {
                            table.insert(key, window);
                        }
                        map.insert(key, window);
                    }
                    _ => {}
                }
                prop_assert_eq!(table.len(), map.len());
                for key in 0..100 {
                    prop_assert_eq!(table.get(key), map.get(&key).copied());
                }
            }
        }
    }
}

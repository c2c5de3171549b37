use std::time::Duration;

use super::table::WindowTable;
use crate::Tick;

/// From the end of one sweep to the start of the next: a window's usual length.
const PAUSE: Duration = Duration::from_mins(1);

/// Slots that one call sweeps: some microseconds at most.
const STEP: usize = 256;

/// A swept table is made smaller when fewer than one slot in this many is taken.
const SPARSE: usize = 8;

/// Slots that a table may keep however empty it is.
const SMALL: usize = 64;

/// How far a shard is swept, and when the next sweep begins.
#[derive(Default)]
pub(super) struct Sweep {
    next: Tick,
    /// The slot to go on from; 0 between sweeps.
    slot: usize,
}

impl Sweep {
    #[inline]
    pub(super) fn is_due(&self, now: Tick) -> bool {
        self.slot > 0 || !self.is_pausing(now)
    }

    /// Drops ended windows from the next few slots of both tables.
    ///
    /// A table that grows meanwhile moves its entries, so one sweep may miss some: the next one finds them.
    pub(super) fn step(&mut self, now: Tick, tables: [&mut WindowTable; 2]) {
        let end = self.slot.saturating_add(STEP);
        let mut finished = true;
        for table in tables {
            drop_ended(table, self.slot, end, now);
            if end < table.slots() {
                finished = false;
            } else if self.slot < table.slots() {
                shrink_sparse(table);
            }
        }
        self.slot = if finished { 0 } else { end };
        self.next = now.saturating_add(PAUSE);
    }

    /// A pause that lies further ahead than it can last belongs to a clock that was set back since.
    fn is_pausing(&self, now: Tick) -> bool {
        now < self.next && self.next.saturating_since(now) <= PAUSE
    }
}

fn drop_ended(table: &mut WindowTable, from: usize, to: usize, now: Tick) {
    for slot in from..to.min(table.slots()) {
        // A removal may move another entry to the same slot.
        while table.at(slot).is_some_and(|window| window.is_over(now)) {
            table.remove(slot);
        }
    }
}

fn shrink_sparse(table: &mut WindowTable) {
    if table.slots() > SMALL && table.len() < table.slots() / SPARSE {
        table.shrink();
    }
}

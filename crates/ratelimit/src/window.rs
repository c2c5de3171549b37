use std::{num::NonZeroU32, time::Duration};

use crate::{BucketState, Quota, Tick};

/// One bucket's fixed window: when it opened, how long it is, how many calls it has accepted.
///
/// Pure arithmetic: it knows neither map nor clock. A window keeps the length that it was opened with, so it ends when it
/// was announced to end; a quota's new limit counts at once, its new length from the next window on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    opened_at: Tick,
    length_millis: NonZeroU32,
    used: u32,
}

impl Window {
    /// How much earlier than the opening a call may be and still count in the window.
    ///
    /// Threads read the clock first and race for the bucket then, so a call can arrive with a tick that is slightly older
    /// than the window. Were it given a fresh one, the calls counted so far would be forgotten. A call that is earlier
    /// still comes from a clock that was set back; it finds the window over, or it would wait for longer than a window.
    pub const LATE_ARRIVAL: Duration = Duration::from_secs(1);

    /// A window that begins at `now` and has accepted nothing yet.
    pub const fn open(quota: Quota, now: Tick) -> Self {
        Self { opened_at: now, length_millis: quota.window_millis(), used: 0 }
    }

    /// Whether the window has ended, so that the next accepted call opens another.
    pub fn is_over(self, now: Tick) -> bool {
        now >= self.ends_at() || self.opened_at.saturating_since(now) > Self::LATE_ARRIVAL
    }

    /// The first tick that is no longer in the window.
    pub const fn ends_at(self) -> Tick {
        Tick::from_millis(self.opened_at.as_millis().saturating_add(self.length_millis.get() as u64))
    }

    /// What is left at `now`; a window that is over reports what a fresh one would.
    pub fn measure(self, quota: Quota, now: Tick) -> BucketState {
        self.at(quota, now).state(quota, now)
    }

    /// The window after one more accepted call, with what is left then; or what is left when it refuses the call, which
    /// changes nothing. A window that is over is replaced by one that opens at `now`.
    pub fn take(self, quota: Quota, now: Tick) -> Result<(Self, BucketState), BucketState> {
        let current = self.at(quota, now);
        if current.used >= quota.limit().get() {
            return Err(current.state(quota, now));
        }
        let taken = Self { used: current.used + 1, ..current };
        Ok((taken, taken.state(quota, now)))
    }

    fn at(self, quota: Quota, now: Tick) -> Self {
        if self.is_over(now) { Self::open(quota, now) } else { self }
    }

    fn state(self, quota: Quota, now: Tick) -> BucketState {
        let until_end = self.ends_at().as_millis().saturating_sub(now.as_millis());
        BucketState {
            limit: quota.limit().get(),
            remaining: quota.limit().get().saturating_sub(self.used),
            reset_after: Duration::from_millis(until_end.min(self.length_millis.get().into())),
        }
    }
}

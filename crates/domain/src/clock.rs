use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Instant,
};

use time::{Duration, OffsetDateTime};

/// Where the time comes from. Times are UTC with whole microseconds: what every database keeps and every answer shows.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> OffsetDateTime;

    /// How long the clock has run. Never goes back, whatever is done to the time: what waits and windows are counted by.
    fn elapsed(&self) -> std::time::Duration;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        now - Duration::nanoseconds(i64::from(now.nanosecond() % 1000))
    }

    fn elapsed(&self) -> std::time::Duration {
        self.started.elapsed()
    }
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: OffsetDateTime) -> Self {
        let micros = start.unix_timestamp_nanos() / 1000;
        Self(AtomicI64::new(i64::try_from(micros).unwrap_or(0)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.whole_microseconds()).unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::microseconds(self.0.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::from_micros(u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_whole_microseconds() {
        assert_eq!(SystemClock::default().now().nanosecond() % 1000, 0);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
        clock.advance(Duration::milliseconds(1500));
        assert_eq!(clock.now(), OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(1500));
    }
}

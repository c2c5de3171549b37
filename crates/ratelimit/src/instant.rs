use std::time::Duration;

/// A point in time: milliseconds on any clock that never goes back.
///
/// Where the clock starts is the caller's choice: the process's start, the Unix epoch, a database's own time. One store
/// takes its ticks from one clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(u64);

impl Tick {
    /// The point `millis` milliseconds after the clock's start.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the clock's start.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The point `duration` later, in whole milliseconds (rounded down); stops at the clock's end.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(duration)))
    }

    /// The point `duration` earlier, in whole milliseconds (rounded down); stops at the clock's start.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(whole_millis(duration)))
    }

    /// How long after `earlier` this point is; zero when it is not after it.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_clock() {
        let last = Tick::from_millis(u64::MAX);
        assert_eq!(last.saturating_add(Duration::MAX), last);
        assert_eq!(last.saturating_sub(Duration::MAX), Tick::default());
        assert_eq!(Tick::default().saturating_since(last), Duration::ZERO);
    }

    #[test]
    fn fractions_of_a_millisecond_are_dropped() {
        assert_eq!(Tick::from_millis(5).saturating_add(Duration::from_micros(1_999)), Tick::from_millis(6));
    }
}

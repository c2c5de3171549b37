use std::{num::NonZeroU32, time::Duration};

/// How many calls a window allows, and how long a window is.
///
/// ```
/// use std::{num::NonZeroU32, time::Duration};
/// use leadkeep_ratelimit::Quota;
///
/// let quota = Quota::per_minute(NonZeroU32::new(100).unwrap());
/// assert_eq!(quota.limit().get(), 100);
/// assert_eq!(quota.window(), Duration::from_mins(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    limit: NonZeroU32,
    window_millis: NonZeroU32,
}

impl Quota {
    /// The most calls a window can allow.
    pub const MAX_LIMIT: u32 = 1_000_000_000;

    /// The longest window, about 49 days: what 32 bits of milliseconds hold, so that a bucket stays small.
    pub const MAX_WINDOW: Duration = Duration::from_millis(u32::MAX as u64);

    /// `limit` calls in each window of 60 seconds; a limit over [`Self::MAX_LIMIT`] counts as that.
    pub const fn per_minute(limit: NonZeroU32) -> Self {
        Self::new(limit, Duration::from_mins(1))
    }

    /// `limit` calls in each window.
    ///
    /// Values out of range count as the nearest one in it: a limit is at most [`Self::MAX_LIMIT`], a window one millisecond
    /// to [`Self::MAX_WINDOW`], in whole milliseconds (rounded down).
    pub const fn new(limit: NonZeroU32, window: Duration) -> Self {
        Self { limit: at_most(limit, Self::MAX_LIMIT), window_millis: millis(window) }
    }

    /// Calls that one window allows: 1 to [`Self::MAX_LIMIT`].
    pub const fn limit(&self) -> NonZeroU32 {
        self.limit
    }

    /// How long a window is.
    pub const fn window(&self) -> Duration {
        Duration::from_millis(self.window_millis.get() as u64)
    }

    pub(crate) const fn window_millis(self) -> NonZeroU32 {
        self.window_millis
    }
}

const fn at_most(limit: NonZeroU32, most: u32) -> NonZeroU32 {
    match NonZeroU32::new(most) {
        Some(most) if limit.get() > most.get() => most,
        _ => limit,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "compared with the longest window first; TryFrom is not const"
)]
const fn millis(window: Duration) -> NonZeroU32 {
    let millis = window.as_millis();
    if millis >= Quota::MAX_WINDOW.as_millis() {
        return NonZeroU32::MAX;
    }
    match NonZeroU32::new(millis as u32) {
        Some(millis) => millis,
        None => NonZeroU32::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(limit: u32, window: Duration, expect: (u32, Duration), reason: &str) {
        let quota = Quota::new(NonZeroU32::new(limit).unwrap(), window);
        assert_eq!((quota.limit().get(), quota.window()), expect, "{reason}");
    }

    #[test]
    fn values_out_of_range_count_as_the_nearest_in_it() {
        let minute = Duration::from_mins(1);
        let millisecond = Duration::from_millis(1);
        check(60, minute, (60, minute), "in range");
        check(u32::MAX, minute, (Quota::MAX_LIMIT, minute), "a limit over the most");
        check(1, Duration::ZERO, (1, millisecond), "an empty window");
        check(1, Duration::from_micros(1_500), (1, millisecond), "a fraction of a millisecond");
        check(1, Duration::MAX, (1, Quota::MAX_WINDOW), "a window over the longest");
    }
}

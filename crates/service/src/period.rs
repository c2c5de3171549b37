//! Times that charts show, and how they are read.

use leadkeep_storage::{Grain, Span};
use time::OffsetDateTime;

/// How far back a timeline goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// 60 minutes, by the minute.
    Hour,
    /// 24 hours, by the hour.
    #[default]
    Day,
    /// 7 days, by the hour.
    Week,
    /// 30 days, by the day.
    Month,
    /// 12 months, by the month.
    Year,
}

/// A part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is in it.
    Plus(Span),
    /// What is in another part, and not in the time.
    Minus(Span),
}

impl Period {
    /// All periods, the shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// What is counted for it.
    const fn grain(self) -> Grain {
        match self {
            Self::Hour => Grain::Minute,
            Self::Day | Self::Week => Grain::Hour,
            Self::Month => Grain::Day,
            Self::Year => Grain::Month,
        }
    }

    const fn count(self) -> usize {
        match self {
            Self::Hour => 60,
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30,
            Self::Year => 12,
        }
    }

    /// The beginnings of its steps, oldest first; the last one goes on.
    pub(crate) fn steps(self, now: OffsetDateTime) -> Vec<OffsetDateTime> {
        let grain = self.grain();
        let newest_first = std::iter::successors(Some(grain.begin(now)), |step| Some(grain.previous(*step)));
        let mut steps: Vec<_> = newest_first.take(self.count()).collect();
        steps.reverse();
        steps
    }

    pub(crate) fn span(self, now: OffsetDateTime) -> Span {
        let grain = self.grain();
        let from = self.steps(now).first().copied().unwrap_or(now);
        Span { grain, from, until: grain.next(now) }
    }

    /// The same time in as few steps as tell it: what is counted by the hour is days, and the hours before the first midnight; or the day that
    /// those hours are in as well, but for its hours before them.
    pub(crate) fn parts(self, now: OffsetDateTime) -> Vec<Part> {
        let span = self.span(now);
        if span.grain != Grain::Hour {
            return vec![Part::Plus(span)];
        }
        let (begin, midnight) = (Grain::Day.begin(span.from), Grain::Day.next(span.from));
        let days = |from| Span { grain: Grain::Day, from, until: Grain::Day.next(now) };
        if span.from == begin {
            vec![Part::Plus(days(begin))]
        } else if midnight - span.from <= span.from - begin {
            vec![Part::Plus(Span { until: midnight, ..span }), Part::Plus(days(midnight))]
        } else {
            vec![Part::Minus(Span { from: begin, until: span.from, ..span }), Part::Plus(days(begin))]
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-31 12:34:56.789 UTC);

    #[test]
    fn a_day_and_a_week_are_days_and_the_fewer_hours() {
        let hours = |from, until| Span { grain: Grain::Hour, from, until };
        let days = |from, until| Span { grain: Grain::Day, from, until };
        let (begin, midnight, end) =
            (datetime!(2026-03-30 0:00 UTC), datetime!(2026-03-31 0:00 UTC), datetime!(2026-04-01 0:00 UTC));
        // From one o'clock in the afternoon on: eleven hours of that day.
        let from = datetime!(2026-03-30 13:00 UTC);
        let parts = [Part::Plus(hours(from, midnight)), Part::Plus(days(midnight, end))];
        assert_eq!(Period::Day.parts(NOW), parts);
        // From three in the morning on: the day but for three hours.
        let from = datetime!(2026-03-30 3:00 UTC);
        let parts = [Part::Minus(hours(begin, from)), Part::Plus(days(begin, end))];
        assert_eq!(Period::Day.parts(datetime!(2026-03-31 2:30 UTC)), parts);
        let from = datetime!(2026-03-24 13:00 UTC);
        let next = datetime!(2026-03-25 0:00 UTC);
        let parts = [Part::Plus(hours(from, next)), Part::Plus(days(next, end))];
        assert_eq!(Period::Week.parts(NOW), parts);
        for period in [Period::Hour, Period::Month, Period::Year] {
            assert_eq!(period.parts(NOW), [Part::Plus(period.span(NOW))], "{period:?}");
        }
        // In its last hour a day is itself.
        assert_eq!(Period::Day.parts(datetime!(2026-03-31 23:30 UTC)), [Part::Plus(days(midnight, end))]);
    }

    #[test]
    fn a_period_ends_with_the_step_that_goes_on() {
        let ends = |period: Period| {
            let steps = period.steps(NOW);
            (steps.len(), steps[0], *steps.last().unwrap())
        };
        assert_eq!(
            ends(Period::Hour),
            (60, datetime!(2026-03-31 11:35 UTC), datetime!(2026-03-31 12:34 UTC))
        );
        assert_eq!(ends(Period::Day), (24, datetime!(2026-03-30 13:00 UTC), datetime!(2026-03-31 12:00 UTC)));
        assert_eq!(
            ends(Period::Week),
            (168, datetime!(2026-03-24 13:00 UTC), datetime!(2026-03-31 12:00 UTC))
        );
        assert_eq!(
            ends(Period::Month),
            (30, datetime!(2026-03-02 00:00 UTC), datetime!(2026-03-31 00:00 UTC))
        );
        assert_eq!(
            ends(Period::Year),
            (12, datetime!(2025-04-01 00:00 UTC), datetime!(2026-03-01 00:00 UTC))
        );
        for period in Period::ALL {
            let span = period.span(NOW);
            assert!(span.from <= NOW && NOW < span.until, "{period:?}");
        }
    }
}

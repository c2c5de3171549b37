//! Moments in words: how long ago, with the exact time on hover.

use std::time::Duration;

use maud::{Markup, html};
use time::{
    OffsetDateTime, UtcOffset, format_description::BorrowedFormatItem,
    format_description::well_known::Rfc3339, macros::format_description,
};

const EXACT: &[BorrowedFormatItem] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
const DAY: &[BorrowedFormatItem] = format_description!("[day padding:none] [month repr:short] [year]");

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAYS: u64 = 24 * HOUR;

/// Beyond this, a moment is told by its day.
const RELATIVE: Duration = Duration::from_secs(30 * DAYS);

/// The moment as seen from `now`, as a `<time>` that says the exact one too.
pub(crate) fn moment(at: OffsetDateTime, now: OffsetDateTime) -> Markup {
    let at = at.to_offset(UtcOffset::UTC);
    let is_day = (now - at).unsigned_abs() > RELATIVE;
    html! {
        time datetime=(at.format(&Rfc3339).unwrap_or_default()) title=(at.format(EXACT).unwrap_or_default())
            data-form=[is_day.then_some("day")] {
            (relative(at, now))
        }
    }
}

/// The moment in words of the caller's, which the script says anew in the reader's zone, in the form (`data-form`) of what it is in.
pub(crate) fn hour(at: OffsetDateTime, words: &str) -> Markup {
    const SHORT: &[BorrowedFormatItem] = format_description!("[year]-[month]-[day]T[hour]:[minute]Z");
    let at = at.to_offset(UtcOffset::UTC);
    html! { time datetime=(at.format(SHORT).unwrap_or_default()) { (words) } }
}

/// The moment if there was one, or else these words.
pub(crate) fn moment_or(at: Option<OffsetDateTime>, now: OffsetDateTime, never: &str) -> Markup {
    at.map_or_else(|| html! { span.quiet { (never) } }, |at| moment(at, now))
}

/// A length of time in its largest unit: "45 seconds", "2 hours".
pub(crate) fn length(seconds: u64) -> String {
    let (count, unit) = match seconds {
        ..MINUTE => (seconds, "second"),
        MINUTE..HOUR => (seconds.div_ceil(MINUTE), "minute"),
        HOUR..DAYS => (seconds.div_ceil(HOUR), "hour"),
        _ => (seconds.div_ceil(DAYS), "day"),
    };
    plural(count, unit)
}

/// "1 person", "2 days": units whose plural ends in s.
pub(crate) fn plural(count: u64, unit: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}

/// "2 hours ago" without a `<time>`, to stand in a sentence. Beyond a month, the day says more than a number of days.
pub(crate) fn relative(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let away = (now - at).whole_seconds();
    match away.unsigned_abs() {
        ..MINUTE => "just now".to_owned(),
        past if past > RELATIVE.as_secs() => at.format(DAY).unwrap_or_default(),
        past if away > 0 => format!("{} ago", length(round_down(past))),
        ahead => format!("in {}", length(nearest(ahead))),
    }
}

const fn unit(seconds: u64) -> u64 {
    match seconds {
        ..HOUR => MINUTE,
        HOUR..DAYS => HOUR,
        _ => DAYS,
    }
}

fn round_down(seconds: u64) -> u64 {
    seconds - seconds % unit(seconds)
}

/// A moment after somebody chose 24 hours they are still told so.
fn nearest(seconds: u64) -> u64 {
    let unit = unit(seconds);
    (seconds + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn moments_are_told_from_now() {
        let now = datetime!(2026-11-22 10:00 UTC);
        for (away, words) in [
            (Duration::seconds(59), "just now"),
            (Duration::seconds(119), "1 minute ago"),
            (Duration::minutes(59), "59 minutes ago"),
            (Duration::minutes(119), "1 hour ago"),
            (Duration::hours(47), "1 day ago"),
            (Duration::days(30), "30 days ago"),
            (Duration::days(31), "22 Oct 2026"),
            (Duration::minutes(-5), "in 5 minutes"),
            (Duration::days(-6), "in 6 days"),
            (Duration::seconds(-24 * 3600 + 1), "in 1 day"),
            (Duration::seconds(-25 * 3600), "in 1 day"),
        ] {
            assert_eq!(relative(now - away, now), words);
        }
    }

    #[test]
    fn lengths_never_promise_too_little() {
        for (seconds, words) in [(1, "1 second"), (45, "45 seconds"), (61, "2 minutes"), (3601, "2 hours")] {
            assert_eq!(length(seconds), words);
        }
    }
}

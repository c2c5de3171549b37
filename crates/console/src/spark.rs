//! Small drawings of a day's calls, to stand in a row.

use leadkeep_service::{Counts, RECENT_HOURS};
use maud::{Markup, html};

use crate::numbers::{grouped, many};

const HEIGHT: u64 = 24;

/// How wide the bar of an hour is, its gap included.
const STEP: usize = 4;

const WIDTH: usize = RECENT_HOURS * STEP;

/// The calls of the last 24 hours, a bar an hour, those that were refused in amber on top. The same in words, below it and for those
/// who can't see it; what failed otherwise is told in words alone.
pub(crate) fn day_of_calls(hours: &[Counts; RECENT_HOURS]) -> Markup {
    let busiest = hours.iter().map(Counts::total).max().unwrap_or_default();
    let sum = sum(hours);
    if sum.total() == 0 {
        return html! { span.quiet { "No calls" } };
    }
    let words = format!("{}, at most {} in an hour", told(&sum), grouped(busiest));
    let bars = || hours.iter().enumerate().map(|(at, hour)| (at * STEP, bar(hour, busiest)));
    let calm: String = bars().map(|(x, (whole, refused))| shape(x, 0, whole - refused)).collect();
    let amber: String = bars().map(|(x, (whole, refused))| shape(x, whole - refused, whole)).collect();
    html! {
        svg.spark role="img" aria-label=(words) width=(WIDTH) height=(HEIGHT)
            viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            path.ground-line d={ "M0 " (HEIGHT - 1) "h" (WIDTH) "v1H0z" } {}
            path.as-wanted d=(calm) {}
            @if sum.refused() > 0 { path.refused d=(amber) {} }
        }
        small { (told(&sum)) }
    }
}

/// All hours together.
pub(crate) fn sum(hours: &[Counts]) -> Counts {
    hours.iter().fold(Counts::default(), |sum, hour| sum.plus(hour))
}

fn told(sum: &Counts) -> String {
    format!("{}{}", many(sum.total(), "call"), unwanted(sum))
}

/// What did not end as wanted, to be told behind all: ", 3 refused, 2 failed"; nothing where all did.
pub(crate) fn unwanted(counts: &Counts) -> String {
    let parts = [(counts.refused(), "refused"), (counts.error, "failed")];
    let there = parts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = there.map(|(count, how)| format!(", {} {how}", grouped(count))).collect();
    told.concat()
}

/// How high an hour's bar is, and how much of it, from the top, is of refused calls.
fn bar(hour: &Counts, busiest: u64) -> (u64, u64) {
    let whole = high(hour.total(), busiest);
    (whole, high(hour.refused(), busiest).min(whole))
}

/// The part of a bar between two heights above the ground; nothing where there is none.
fn shape(x: usize, from: u64, to: u64) -> String {
    if from >= to {
        return String::new();
    }
    format!("M{x} {}h{}v{}h-{}z", HEIGHT - to, STEP - 1, to - from, STEP - 1)
}

/// One call among many is still seen.
fn high(calls: u64, busiest: u64) -> u64 {
    let part = u128::from(calls) * u128::from(HEIGHT) / u128::from(busiest.max(1));
    let part = u64::try_from(part).unwrap_or(HEIGHT).min(HEIGHT);
    if calls > 0 { part.max(2) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(of: &[(usize, Counts)]) -> [Counts; RECENT_HOURS] {
        let mut hours = [Counts::default(); RECENT_HOURS];
        for (at, counts) in of {
            hours[*at] = *counts;
        }
        hours
    }

    #[test]
    fn the_drawing_is_told_in_words() {
        let some = Counts { ok: 1_200, limited: 3, ..Counts::default() };
        let drawn = day_of_calls(&hours(&[(2, some), (23, Counts { ok: 1, ..Counts::default() })]));
        let drawn = drawn.into_string();
        assert!(drawn.contains("aria-label=\"1,204 calls, 3 refused, at most 1,203 in an hour\""), "{drawn}");
        // 3 of 1,203 are seen, too: two of the bar's 24 units, on top of what went as wanted.
        assert!(drawn.contains("d=\"M8 2h3v22h-3zM92 22h3v2h-3z\""), "{drawn}");
        assert!(drawn.contains("class=\"refused\" d=\"M8 0h3v2h-3z\""), "{drawn}");
        assert_eq!(day_of_calls(&hours(&[])).into_string(), "<span class=\"quiet\">No calls</span>");
    }

    #[test]
    fn what_failed_is_told_apart_and_is_not_amber() {
        let drawn = |counts: Counts| day_of_calls(&hours(&[(0, counts)])).into_string();
        let failed = drawn(Counts { ok: 6, error: 6, ..Counts::default() });
        assert!(failed.contains("12 calls, 6 failed") && !failed.contains("refused"), "{failed}");
        let refused = drawn(Counts { ok: 6, unauthorized: 6, ..Counts::default() });
        assert!(refused.contains("12 calls, 6 refused") && !refused.contains("failed"), "{refused}");
        assert!(refused.contains("class=\"refused\" d=\"M0 0h3v12h-3z\""), "{refused}");
        let both = drawn(Counts { limited: 1, unauthorized: 2, error: 1_000, ..Counts::default() });
        assert!(both.contains("<small>1,003 calls, 3 refused, 1,000 failed</small>"), "{both}");
    }

    #[test]
    fn bars_stay_within_the_drawing() {
        for (calls, busiest, height) in
            [(0, 0, 0), (0, 9, 0), (1, u64::MAX, 2), (9, 9, 24), (u64::MAX, u64::MAX, 24), (5, 10, 12)]
        {
            assert_eq!(high(calls, busiest), height, "{calls} of {busiest}");
        }
    }
}

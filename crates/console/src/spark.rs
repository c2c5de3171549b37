//! Small drawings of a day's calls, to stand in a row.

use leadkeep_service::{Counts, RECENT_HOURS};
use maud::{Markup, html};

use crate::numbers::{grouped, many};

const HEIGHT: u64 = 24;

/// How wide the bar of an hour is, its gap included.
const STEP: usize = 4;

const WIDTH: usize = RECENT_HOURS * STEP;

/// The calls of the last 24 hours, a bar an hour, those that were refused in amber on top. The same in words, below it and for those
/// who can't see it.
pub(crate) fn day_of_calls(hours: &[Counts; RECENT_HOURS]) -> Markup {
    let busiest = hours.iter().map(Counts::total).max().unwrap_or_default();
    let (calls, refused) = sums(hours);
    if calls == 0 {
        return html! { span.quiet { "No calls" } };
    }
    let words = format!("{}, at most {} in an hour", told(calls, refused), grouped(busiest));
    let bars = || hours.iter().enumerate().map(|(at, hour)| (at * STEP, bar(hour, busiest)));
    let wanted: String = bars().map(|(x, (whole, refused))| shape(x, 0, whole - refused)).collect();
    let unwanted: String = bars().map(|(x, (whole, refused))| shape(x, whole - refused, whole)).collect();
    html! {
        svg.spark role="img" aria-label=(words) width=(WIDTH) height=(HEIGHT)
            viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            path.ground-line d={ "M0 " (HEIGHT - 1) "h" (WIDTH) "v1H0z" } {}
            path.as-wanted d=(wanted) {}
            @if refused > 0 { path.refused d=(unwanted) {} }
        }
        small { (told(calls, refused)) }
    }
}

/// All calls, and those that did not end as wanted.
pub(crate) fn sums(hours: &[Counts]) -> (u64, u64) {
    hours.iter().fold((0, 0), |(calls, refused), hour| (calls + hour.total(), refused + hour.refused()))
}

fn told(calls: u64, refused: u64) -> String {
    match refused {
        0 => many(calls, "call"),
        refused => format!("{}, {} refused", many(calls, "call"), grouped(refused)),
    }
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
    fn bars_stay_within_the_drawing() {
        for (calls, busiest, height) in
            [(0, 0, 0), (0, 9, 0), (1, u64::MAX, 2), (9, 9, 24), (u64::MAX, u64::MAX, 24), (5, 10, 12)]
        {
            assert_eq!(high(calls, busiest), height, "{calls} of {busiest}");
        }
    }
}

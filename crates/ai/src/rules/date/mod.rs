//! Days: how they are written, and which is the expected close.

mod calendar;
mod doubt;
mod near;
mod numeric;
mod period;
mod reader;
mod scan;
mod words;

use std::ops::Range;

use time::Date;

pub(crate) use reader::closing;
pub(crate) use scan::written;

use super::text::{Document, tokens};

/// Whether a day of these tokens is in the months to come: what is dated so has not happened yet. A weekday is mostly the last one,
/// and a date of long ago without its year seems to be far ahead.
pub(crate) fn is_ahead(document: &Document<'_>, range: Range<usize>) -> bool {
    const MONTHS_TO_COME: i64 = 300;
    let today = document.written_on;
    let ahead = |date: Date| date > today && (date - today).whole_days() < MONTHS_TO_COME;
    scan::written(document.slice(range), today)
        .iter()
        .any(|written| written.named && written.date.is_some_and(ahead))
}

/// Whether a word names a month.
pub(crate) fn is_month(lower: &str) -> bool {
    words::month(lower).is_some()
}

/// Whether there is a day among these tokens, vague or not.
pub(crate) fn is_dated(document: &Document<'_>, range: Range<usize>) -> bool {
    !scan::written(document.slice(range), document.written_on).is_empty()
}

/// The one day that a quote states, seen from the day it was written: `end of Q2`, `next Friday`, `mid March`, `28/02/2026`.
///
/// Nothing where there is none, several that differ, or one that may be two (`04/05/2026`) or none (`early May`, `fiscal Q3`).
pub fn date(quote: &str, written_on: Date) -> Option<Date> {
    let tokens = tokens(quote);
    let written = scan::written(&tokens, written_on);
    let replaced = |written: &&scan::Written| {
        written
            .range
            .start
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .is_some_and(|token| token.is_any(&["from", "not", "of"]))
    };
    let kept: Vec<_> = if written.len() > 1 {
        written.iter().filter(|written| !replaced(written)).collect()
    } else {
        written.iter().collect()
    };
    let mut days = kept.into_iter().map(|written| written.date);
    let first = days.next()??;
    days.all(|day| day == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[track_caller]
    fn check(quote: &str, expected: Option<Date>) {
        assert_eq!(date(quote, date!(2025 - 06 - 13)), expected, "{quote}");
    }

    #[test]
    fn days_are_read_from_the_day_of_the_note() {
        check("by end of Q2", Some(date!(2025 - 06 - 30)));
        check("end of Q1", Some(date!(2026 - 03 - 31)));
        check("the end of the first quarter", Some(date!(2026 - 03 - 31)));
        check("end of the month", Some(date!(2025 - 06 - 30)));
        check("close by year end", Some(date!(2025 - 12 - 31)));
        check("the last day of July", Some(date!(2025 - 07 - 31)));
        check("mid March", Some(date!(2026 - 03 - 15)));
        check("mid-June", Some(date!(2025 - 06 - 15)));
        check("next Tuesday", Some(date!(2025 - 06 - 17)));
        check("August 29", Some(date!(2025 - 08 - 29)));
        check("Oct 20th, 2026", Some(date!(2026 - 10 - 20)));
        check("the sixth of March", Some(date!(2026 - 03 - 06)));
        check("June twenty-seventh", Some(date!(2025 - 06 - 27)));
        check("28/02/2026", Some(date!(2026 - 02 - 28)));
        check("2026-03-28", Some(date!(2026 - 03 - 28)));
        check("bis 19.12.2025", Some(date!(2025 - 12 - 19)));
        check("am 12. Dezember", Some(date!(2025 - 12 - 12)));
        check("Mitte August", Some(date!(2025 - 08 - 15)));
        check("le 14 novembre", Some(date!(2025 - 11 - 14)));
        check("a finales de marzo", Some(date!(2026 - 03 - 31)));
        check("entro il 10 aprile", Some(date!(2026 - 04 - 10)));
        check("from June 30 to July 24", Some(date!(2025 - 07 - 24)));
    }

    #[test]
    fn what_may_be_two_days_or_none_is_no_day() {
        for quote in [
            "04/05/2026",
            "early March",
            "in the spring",
            "June",
            "fiscal Q3",
            "end of fiscal 2026",
            "Friday week",
            "March 3 or 4",
            "30 February",
            "",
        ] {
            check(quote, None);
        }
    }
}

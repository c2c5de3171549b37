//! How the steps of a period are named.

use leadkeep_service::Period;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const HOUR: &[BorrowedFormatItem] = format_description!("[hour]:[minute]");
const DAY: &[BorrowedFormatItem] = format_description!("[day padding:none] [month repr:short]");
const DAY_AND_HOUR: &[BorrowedFormatItem] =
    format_description!("[day padding:none] [month repr:short], [hour]:[minute]");
const MONTH: &[BorrowedFormatItem] = format_description!("[month repr:short]");
const MONTH_AND_YEAR: &[BorrowedFormatItem] = format_description!("[month repr:short] [year]");

/// What a step is.
pub(super) const fn unit(period: Period) -> &'static str {
    match period {
        Period::Hour => "minute",
        Period::Day | Period::Week => "hour",
        Period::Month => "day",
        Period::Year => "month",
    }
}

/// The step among those of its period.
pub(super) fn name(period: Period, begin: OffsetDateTime) -> String {
    let format = match period {
        Period::Hour | Period::Day | Period::Week => DAY_AND_HOUR,
        Period::Month => DAY,
        Period::Year => MONTH_AND_YEAR,
    };
    begin.format(format).unwrap_or_default()
}

/// What stands below the step on the axis, for those that have room.
pub(super) fn mark(period: Period, begin: OffsetDateTime, before_last: usize) -> Option<String> {
    let (is_marked, format) = match period {
        Period::Hour => (begin.minute().is_multiple_of(10), HOUR),
        Period::Day => (begin.hour().is_multiple_of(4), HOUR),
        Period::Week => (begin.hour() == 0, DAY),
        Period::Month => (before_last % 5 == 2, DAY),
        Period::Year => (true, MONTH),
    };
    is_marked.then(|| begin.format(format).unwrap_or_default())
}

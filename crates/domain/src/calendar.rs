use std::{fmt, str::FromStr};

use time::{Date, Month, macros::format_description};

use crate::Invalid;

/// The day a deal is expected to close, from 1900-01-01 to 2199-12-31: a year outside is a slip of the pen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseDate(Date);

impl CloseDate {
    /// Parses `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let format = format_description!("[year]-[month]-[day]");
        // The length keeps out what the parser is lenient about: signs and years of other lengths.
        let date = (text.len() == 10).then(|| Date::parse(text, format).ok()).flatten();
        let date = date.ok_or_else(|| Invalid::new("must be a day that exists, written YYYY-MM-DD"))?;
        Self::from_date(date)
    }

    /// The day, if it is within the range.
    pub fn from_date(date: Date) -> Result<Self, Invalid> {
        match date.year() {
            1900..=2199 => Ok(Self(date)),
            _ => Err(Invalid::new("must be from 1900-01-01 to 2199-12-31")),
        }
    }

    /// Takes back what was parsed before it was stored.
    pub const fn from_stored(date: Date) -> Self {
        Self(date)
    }

    /// The day.
    pub const fn date(self) -> Date {
        self.0
    }
}

impl FromStr for CloseDate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Display for CloseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day): (i32, Month, u8) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl fmt::Debug for CloseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        match CloseDate::parse(text) {
            Ok(date) => assert!(accepted && date.to_string() == text, "{text} -> {date}"),
            Err(_) => assert!(!accepted, "{text}"),
        }
    }

    #[test]
    fn days_that_exist_in_a_sensible_year_are_accepted() {
        check("2026-06-30", true);
        check("2024-02-29", true);
        check("1900-01-01", true);
        check("2199-12-31", true);
        check("2026-02-29", false);
        check("2026-13-01", false);
        check("2026-00-10", false);
        check("1899-12-31", false);
        check("2200-01-01", false);
        check("9999-01-01", false);
        check("26-06-30", false);
        check("2026-6-30", false);
        check("+2026-06-3", false);
        check("2026-06-30T00:00:00Z", false);
        check("tomorrow", false);
        check("", false);
    }
}

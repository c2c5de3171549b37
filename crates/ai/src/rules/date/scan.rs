use std::ops::Range;

use time::{Date, Month};

use super::{calendar, words};
use crate::rules::text::{Kind, Token};

/// A day as it is written somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its tokens.
    pub(crate) range: Range<usize>,
    /// The day; none where it is vague, or may be one of two.
    pub(crate) date: Option<Date>,
    /// Whether it names the day itself, and not only where it is from today.
    pub(crate) named: bool,
}

/// All days of these tokens, in order.
pub(crate) fn written(tokens: &[Token<'_>], written_on: Date) -> Vec<Written> {
    let scanner = Scanner { tokens, today: written_on };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match scanner.day(at) {
            Some((end, date, named)) if end > at => {
                found.push(Written { range: at..end, date, named });
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

pub(super) type Found = Option<(usize, Option<Date>, bool)>;

/// Reads days from the day of the note.
pub(super) struct Scanner<'s, 't> {
    tokens: &'s [Token<'t>],
    pub(super) today: Date,
}

impl Scanner<'_, '_> {
    fn day(&self, at: usize) -> Found {
        self.vague(at)
            .or_else(|| self.numeric(at))
            .or_else(|| self.part(at))
            .or_else(|| self.before_it_is_out(at))
            .or_else(|| self.day_month(at))
            .or_else(|| self.month_day(at))
            .or_else(|| self.weekday(at))
            .or_else(|| self.day_of_month(at))
            .or_else(|| self.relative(at))
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.token(at).is_some_and(|token| token.is_any(words))
    }

    /// "Early March", "beginning of next year", "fiscal Q3", "Friday week".
    fn vague(&self, at: usize) -> Found {
        let vague = self.is(
            at,
            &[
                "early",
                "late",
                "beginning",
                "start",
                "anfang",
                "début",
                "principios",
                "inizio",
                "inizi",
                "begin",
                "fiscal",
                "fy",
            ],
        );
        if vague {
            let after = self.skip(at + 1, words::OF);
            let named = self.month(after).is_some()
                || self.quarter(after).is_some()
                || self.is(after, &["year", "quarter", "next"]);
            return named.then_some((after + 1, None, true));
        }
        if self.is(at, &["week", "semaine", "semana", "settimana"])
            && self.is(at + 1, &["of", "du", "del", "commencing"])
        {
            return Some((at + 4, None, true));
        }
        let weekday = self.token(at).and_then(|token| words::weekday(&token.lower)).is_some();
        (weekday && self.is(at + 1, &["week"])).then_some((at + 2, None, true))
    }

    pub(super) fn skip(&self, mut at: usize, words: &[&str]) -> usize {
        let limit = at + 4;
        while at < limit && self.is(at, words) {
            at += 1;
        }
        at
    }

    pub(super) fn month(&self, at: usize) -> Option<Month> {
        let token = self.token(at)?;
        // "may" and "mar" are other words as well.
        let month = words::month(&token.lower)?;
        let doubtful =
            matches!(token.text, "may" | "mar" | "mai" | "sept" | "mars" | "mei" | "maj" | "marzo");
        let dated = at > 0
            && self.tokens.get(at - 1).is_some_and(|before| {
                before.kind == Kind::Number || before.is_any(&["of", "mid", "mi", "-", "de", "d'"])
            });
        let counted = self.number(at + 1).is_some();
        (!doubtful || token.text != "may" || dated || counted).then_some(month)
    }

    /// A day of the month, with its `th`: where it ends.
    fn number(&self, at: usize) -> Option<(usize, u8)> {
        let token = self.token(at)?;
        if token.kind == Kind::Number {
            let day: u8 = token.text.parse().ok().filter(|day| (1..=31).contains(day))?;
            let suffix = usize::from(self.token(at + 1).is_some_and(|token| {
                !token.spaced && token.is_any(&["st", "nd", "rd", "th", "er", "º", "°", "ª", "e"])
            }));
            return Some((at + 1 + suffix, day));
        }
        if token.is_any(&["twenty", "thirty"]) {
            let tens = if token.is("twenty") { 20 } else { 30 };
            let ones = self.skip(at + 1, &["-"]);
            let day = words::ordinal(&self.token(ones)?.lower).filter(|day| *day < 10)?;
            return Some((ones + 1, tens + day));
        }
        words::ordinal(&token.lower).map(|day| (at + 1, day))
    }

    /// A year of four digits behind a day and month.
    pub(super) fn year(&self, at: usize) -> Option<(usize, i32)> {
        let at = self.skip(at, &[",", "de", "del", "."]);
        let token = self.token(at).filter(|token| token.kind == Kind::Number && token.text.len() == 4)?;
        token.text.parse().ok().filter(|year| (1990..=2199).contains(year)).map(|year| (at + 1, year))
    }

    /// The date of a day and a month, with the year behind it if there is one.
    fn dated(&self, end: usize, month: Month, day: u8) -> (usize, Option<Date>, bool) {
        // "March 3 - 10", "3 or 4 March": ranges.
        let ranged = self.is(end, &["-", "–", "or", "oder", "ou", "/"]) && self.number(end + 1).is_some();
        let (end, date) = match self.year(end) {
            Some((end, year)) => (end, Date::from_calendar_date(year, month, day).ok()),
            None => (end, calendar::next_day(month, day, self.today)),
        };
        (end, date.filter(|_| !ranged), true)
    }

    /// `3 March`, `12. Dezember`, `14 de febrero`, `sixth of March`, `the 3rd of December`.
    pub(super) fn day_month(&self, at: usize) -> Found {
        let (end, day) = self.number(at)?;
        let end = self.skip(end, &[".", "of", "de", "day"]);
        let month = self.month(end)?;
        Some(self.dated(end + 1, month, day))
    }

    /// `March 3`, `June twenty-seventh`, `Oct. 20th`.
    pub(super) fn month_day(&self, at: usize) -> Found {
        let month = self.month(at)?;
        let start = self.skip(at + 1, &[".", "the"]);
        let (end, day) = self.number(start)?;
        Some(self.dated(end, month, day))
    }
}

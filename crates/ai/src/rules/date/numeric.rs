use time::{Date, Month};

use super::{
    calendar,
    scan::{Found, Scanner},
};
use crate::rules::text::{Kind, Token};

/// Days in digits.
impl Scanner<'_, '_> {
    /// `2026-03-28`, `28/02/2026`, `19.12.2025`; `04/05/2026` may be one of two days.
    pub(super) fn numeric(&self, at: usize) -> Found {
        let first = self.token(at).filter(|token| token.kind == Kind::Number)?;
        if let Some(found) = self.dotted(at, first.text) {
            return Some(found);
        }
        let mark = self.token(at + 1).filter(|mark| mark.is_any(&["/", "-"]) && !mark.spaced)?;
        let second: u8 = self.touching(at + 2)?.parse().ok()?;
        let third = self
            .token(at + 3)
            .filter(|next| next.is(&mark.lower) && !next.spaced)
            .and_then(|_| self.touching(at + 4));
        let first_number: i32 = first.text.parse().ok()?;
        if let Some(third) = third.filter(|_| first.text.len() == 4) {
            let date =
                Date::from_calendar_date(first_number, Month::try_from(second).ok()?, third.parse().ok()?)
                    .ok();
            return Some((at + 5, date, true));
        }
        let first: u8 = first.text.parse().ok().filter(|_| first.text.len() <= 2)?;
        if mark.is("-") && third.is_none() {
            return None;
        }
        let (day, month) = match (first, second) {
            (13..=31, 1..=12) => (first, second),
            (1..=12, 13..=31) => (second, first),
            (1..=12, 1..=12) if first == second => (first, second),
            (1..=12, 1..=12) => return Some((at + if third.is_some() { 5 } else { 3 }, None, true)),
            _ => return None,
        };
        let month = Month::try_from(month).ok()?;
        match third {
            Some(year) => Some((at + 5, Date::from_calendar_date(full_year(year)?, month, day).ok(), true)),
            None => Some((at + 3, calendar::next_day(month, day, self.today), true)),
        }
    }

    fn touching(&self, at: usize) -> Option<&str> {
        self.token(at).filter(|token| token.kind == Kind::Number && !token.spaced).map(|token| token.text)
    }

    /// `19.12.2025`, `19.12.25` and `19.12.`: the day is first.
    fn dotted(&self, at: usize, text: &str) -> Found {
        let mut parts = text.split('.');
        let (day, month) = (parts.next()?, parts.next()?);
        let year = parts.next();
        let closed = year.is_some()
            || self.token(at + 1).is_some_and(|dot| {
                dot.is(".") && !dot.spaced && self.token(at + 2).is_some_and(Token::is_word)
            });
        // "Bis 30.05": the dot may be the sentence's, too.
        let due = at > 0
            && self.is(at - 1, &["bis", "am", "zum", "den", "vom", "auf", "per", "le", "il", "op"])
            && text.len() == 5;
        let closed = closed || due;
        let plain = parts.next().is_none() && [day, month].iter().all(|part| (1..=2).contains(&part.len()));
        if !(closed && plain) {
            return None;
        }
        let (day, month) = (day.parse().ok()?, Month::try_from(month.parse::<u8>().ok()?).ok()?);
        if let Some(year) = year {
            Some((at + 1, Date::from_calendar_date(full_year(year)?, month, day).ok(), true))
        } else {
            let dot = usize::from(self.token(at + 1).is_some_and(|dot| dot.is(".") && !dot.spaced));
            Some((at + 1 + dot, calendar::next_day(month, day, self.today), true))
        }
    }
}

/// `2026`, or `26`.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

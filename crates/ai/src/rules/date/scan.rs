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

type Found = Option<(usize, Option<Date>, bool)>;

struct Scanner<'s, 't> {
    tokens: &'s [Token<'t>],
    today: Date,
}

impl Scanner<'_, '_> {
    fn day(&self, at: usize) -> Found {
        self.vague(at)
            .or_else(|| self.numeric(at))
            .or_else(|| self.part(at))
            .or_else(|| self.day_month(at))
            .or_else(|| self.month_day(at))
            .or_else(|| self.weekday(at))
            .or_else(|| self.relative(at))
    }

    fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
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
        let weekday = self.token(at).and_then(|token| words::weekday(&token.lower)).is_some();
        (weekday && self.is(at + 1, &["week"])).then_some((at + 2, None, true))
    }

    fn skip(&self, mut at: usize, words: &[&str]) -> usize {
        let limit = at + 4;
        while at < limit && self.is(at, words) {
            at += 1;
        }
        at
    }

    fn month(&self, at: usize) -> Option<Month> {
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
    fn year(&self, at: usize) -> Option<(usize, i32)> {
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

    /// `2026-03-28`, `28/02/2026`, `19.12.2025`; `04/05/2026` may be one of two days.
    fn numeric(&self, at: usize) -> Found {
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
        let plain = parts.next().is_none() && [day, month].iter().all(|part| (1..=2).contains(&part.len()));
        if !(closed && plain) {
            return None;
        }
        let (day, month) = (day.parse().ok()?, Month::try_from(month.parse::<u8>().ok()?).ok()?);
        match year {
            Some(year) => Some((at + 1, Date::from_calendar_date(full_year(year)?, month, day).ok(), true)),
            None => Some((at + 2, calendar::next_day(month, day, self.today), true)),
        }
    }

    /// `3 March`, `12. Dezember`, `14 de febrero`, `sixth of March`, `the 3rd of December`.
    fn day_month(&self, at: usize) -> Found {
        let (end, day) = self.number(at)?;
        let end = self.skip(end, &[".", "of", "de", "day"]);
        let month = self.month(end)?;
        Some(self.dated(end + 1, month, day))
    }

    /// `March 3`, `June twenty-seventh`, `Oct. 20th`.
    fn month_day(&self, at: usize) -> Found {
        let month = self.month(at)?;
        let start = self.skip(at + 1, &[".", "the"]);
        let (end, day) = self.number(start)?;
        Some(self.dated(end, month, day))
    }

    fn quarter(&self, at: usize) -> Option<(usize, u8)> {
        let token = self.token(at)?;
        let by_letter = token.lower.strip_prefix('q').and_then(|number| number.parse().ok());
        let by_word = || {
            let next = self.token(at + 1)?;
            next.is_any(&["quarter", "quartal", "trimestre"]).then(|| words::ordinal(&token.lower)).flatten()
        };
        match by_letter {
            Some(quarter) => Some((at + 1, quarter)).filter(|(_, quarter)| (1..=4).contains(quarter)),
            None => by_word().filter(|quarter| (1..=4).contains(quarter)).map(|quarter| (at + 2, quarter)),
        }
    }

    /// `mid March`, `end of Q2`, `Ende März`, `month end`, `the last day of June`.
    fn part(&self, at: usize) -> Found {
        if let Some(found) = self.end_behind(at) {
            return Some(found);
        }
        let (mid, end) = (self.is(at, words::MID), self.is(at, words::END));
        if !(mid || end) {
            return None;
        }
        // "the last June" is none, "the last day of June" is.
        if self.is(at, &["last", "close"]) && !self.is(at + 1, &["day", "of"]) {
            return None;
        }
        let after = self.skip(at + 1, words::OF);
        if self.is(after, &["fiscal", "fy", "their"]) {
            return Some((after + 1, None, true));
        }
        if let Some(month) = self.month(after) {
            let (stop, year) =
                self.year(after + 1).map_or((after + 1, None), |(stop, year)| (stop, Some(year)));
            let date = match (mid, year) {
                (true, Some(year)) => Date::from_calendar_date(year, month, 15).ok(),
                (true, None) => calendar::next_day(month, 15, self.today),
                (false, Some(year)) => calendar::month_end(year, month),
                (false, None) => calendar::next_month_end(month, self.today),
            };
            let ranged = self.is(stop, &["or", "-", "to", "oder"])
                && (self.month(stop + 1).is_some()
                    || self.is(stop + 1, words::MID)
                    || self.is(stop + 1, &["early", "late"]));
            return Some((stop, date.filter(|_| !ranged), true));
        }
        if mid { None } else { self.end_of_period(after) }
    }

    fn end_of_period(&self, at: usize) -> Found {
        if let Some((end, quarter)) = self.quarter(at) {
            let month = calendar::quarter_end(quarter)?;
            return Some(match self.year(end) {
                Some((end, year)) => (end, calendar::month_end(year, month), true),
                None => (end, calendar::next_month_end(month, self.today), true),
            });
        }
        let next = self.is(at, &["next", "nächsten", "prochain", "próximo"]);
        let at = at + usize::from(next);
        let today = self.today;
        let token = self.token(at)?;
        let date = match token.lower.as_ref() {
            "month" | "monats" | "monat" | "mois" | "mes" | "mese" | "mês" | "maand" | "måneden"
            | "månaden" => {
                let (year, month) = if next {
                    (today.year() + i32::from(today.month() == Month::December), today.month().next())
                } else {
                    (today.year(), today.month())
                };
                calendar::month_end(year, month)
            }
            "quarter" | "quartals" | "quartal" | "trimestre" | "kwartaal" => {
                let quarter = calendar::quarter_of(today);
                let (year, quarter) = if next {
                    (today.year() + i32::from(quarter == 4), quarter % 4 + 1)
                } else {
                    (today.year(), quarter)
                };
                calendar::month_end(year, calendar::quarter_end(quarter)?)
            }
            "year" | "jahres" | "jahr" | "année" | "an" | "año" | "anno" | "ano" | "jaar" | "året" | "år" => {
                calendar::month_end(today.year() + i32::from(next), Month::December)
            }
            _ if token.kind == Kind::Number && token.text.len() == 4 => calendar::month_end(
                token.text.parse().ok().filter(|year| (2000..2199).contains(year))?,
                Month::December,
            ),
            _ => return None,
        };
        Some((at + 1, date, false))
    }

    /// `year end`, `month-end`, `Jahresende`, `EOY`.
    fn end_behind(&self, at: usize) -> Found {
        let today = self.today;
        let quarter = || calendar::quarter_end(calendar::quarter_of(today));
        let token = self.token(at)?;
        let one = match token.lower.as_ref() {
            "jahresende" | "eoy" => calendar::month_end(today.year(), Month::December),
            "monatsende" | "eom" => calendar::month_end(today.year(), today.month()),
            "quartalsende" | "eoq" => quarter().and_then(|month| calendar::month_end(today.year(), month)),
            _ => None,
        };
        if one.is_some() {
            return Some((at + 1, one, false));
        }
        let end = self.skip(at + 1, &["-", "'s", "'"]);
        if !self.is(end, &["end"]) {
            return None;
        }
        if let Some((_, number)) = self.quarter(at) {
            return Some((end + 1, calendar::next_month_end(calendar::quarter_end(number)?, today), true));
        }
        let fiscal = at > 0 && self.is(at - 1, &["fiscal", "financial", "tax", "business"]);
        let date = match token.lower.as_ref() {
            "year" => calendar::month_end(today.year(), Month::December),
            "month" => calendar::month_end(today.year(), today.month()),
            "quarter" => quarter().and_then(|month| calendar::month_end(today.year(), month)),
            _ => return None,
        };
        Some((end + 1, date.filter(|_| !fiscal), false))
    }

    /// `next Tuesday`, `by Friday`.
    fn weekday(&self, at: usize) -> Found {
        let next = self.is(at, &["next", "nächsten", "nächster", "próximo"]);
        let named =
            at + usize::from(next || self.is(at, &["this", "coming", "diesen", "kommenden", "ce", "este"]));
        let weekday = words::weekday(&self.token(named)?.lower)?;
        let date = if next {
            calendar::next_weekday(weekday, self.today)
        } else {
            calendar::weekday_after(weekday, self.today)
        };
        // "Friday, 16 January" is the 16th.
        let after = self.skip(named + 1, &[",", "the", "den", "der", "."]);
        if let Some((end, date, _)) = self.day_month(after).or_else(|| self.month_day(after)) {
            return Some((end, date, true));
        }
        Some((named + 1, date, false))
    }

    /// `tomorrow`, `in two weeks`, `in 10 days`.
    fn relative(&self, at: usize) -> Found {
        let token = self.token(at)?;
        let days = match token.lower.as_ref() {
            "tomorrow" | "tmrw" | "tmr" | "demain" => {
                return Some((at + 1, calendar::days_after(1, self.today), false));
            }
            "today" | "heute" | "aujourd'hui" | "hoy" | "oggi" | "hoje" | "vandaag" => {
                // What is said of today mostly happened already.
                return Some((at + 1, None, false));
            }
            "in" | "dans" | "en" => self.token(at + 1)?,
            _ => return None,
        };
        let number: i64 = days.text.parse().ok().or_else(|| count(&days.lower))?;
        let unit = match self.token(at + 2)?.lower.as_ref() {
            "day" | "days" | "tagen" | "jours" | "días" => 1,
            "week" | "weeks" | "wochen" | "semaines" | "semanas" => 7,
            _ => return None,
        };
        (number <= 60).then(|| (at + 3, calendar::days_after(number * unit, self.today), false))
    }
}

fn count(lower: &str) -> Option<i64> {
    let words = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    words.iter().position(|word| *word == lower).and_then(|at| i64::try_from(at + 1).ok())
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

use time::{Date, Month};

use super::{
    calendar,
    scan::{Found, Scanner},
    words,
};
use crate::rules::text::Kind;

/// Ends and middles of months, quarters and years.
impl Scanner<'_, '_> {
    pub(super) fn quarter(&self, at: usize) -> Option<(usize, u8)> {
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
    pub(super) fn part(&self, at: usize) -> Found {
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

    /// `H1`, `first half`: the last month of a half of the year.
    fn half(&self, at: usize) -> Option<(usize, Month)> {
        let token = self.token(at)?;
        let (half, end) = match token.lower.as_ref() {
            "h1" => (1, at + 1),
            "h2" => (2, at + 1),
            _ => {
                let named = self.is(at + 1, &["half", "halbjahr", "halbjahres", "semestre", "semester"])
                    || self.is(at + 1, &["."]) && self.is(at + 2, &["halbjahr", "halbjahres"]);
                let dot = usize::from(self.is(at + 1, &["."]));
                let half = match token.lower.as_ref() {
                    "first" | "1" | "ersten" | "premier" | "primer" | "primo" | "primeiro" => 1,
                    "second" | "2" | "zweiten" | "deuxième" | "segundo" | "secondo" => 2,
                    _ => return None,
                };
                (Some(half).filter(|_| named)?, at + 2 + dot)
            }
        };
        Some((end, if half == 1 { Month::June } else { Month::December }))
    }

    /// `before October is out`, `before the month is over`.
    pub(super) fn before_it_is_out(&self, at: usize) -> Found {
        if !self.is(at, &["before"]) {
            return None;
        }
        let after = self.skip(at + 1, &["the", "this"]);
        let (end, date) = match self.month(after) {
            Some(month) => (after + 1, calendar::next_month_end(month, self.today)),
            None => self.end_of_period(after).map(|(end, date, _)| (end, date))?,
        };
        let out = self.is(end, &["is", "'s"]) && self.is(end + 1, &["out", "over", "up", "through"]);
        let ends = self.is(end, &["ends", "closes", "finishes"]);
        (out || ends).then_some((end + if out { 2 } else { 1 }, date, true))
    }

    fn end_of_period(&self, at: usize) -> Found {
        if let Some((end, month)) = self.half(at) {
            return Some(match self.year(end) {
                Some((end, year)) => (end, calendar::month_end(year, month), true),
                None => (end, calendar::next_month_end(month, self.today), true),
            });
        }
        if let Some((end, quarter)) = self.quarter(at) {
            let month = calendar::quarter_end(quarter)?;
            return Some(match self.year(end) {
                Some((end, year)) => (end, calendar::month_end(year, month), true),
                None => (end, calendar::next_month_end(month, self.today), true),
            });
        }
        let next = self
            .is(at, &["next", "nächsten", "prochain", "próximo", "prossimo", "volgende", "neste", "nästa"]);
        let at = at + usize::from(next);
        let today = self.today;
        let token = self.token(at)?;
        let date = match token.lower.as_ref() {
            "month" | "monats" | "monat" | "mois" | "mes" | "mese" | "mês" | "maand" | "monates"
            | "maanden" | "måneden" | "månaden" => {
                let (year, month) = if next {
                    (today.year() + i32::from(today.month() == Month::December), today.month().next())
                } else {
                    (today.year(), today.month())
                };
                calendar::month_end(year, month)
            }
            "quarter" | "quartals" | "quartal" | "trimestre" | "kwartaal" | "kvartalet" | "kvartal" => {
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
        // "Fin du mois prochain" is the next one, and "end of the month after" is not looked for.
        let behind = !next && self.is(at + 1, &["prochain", "próximo", "prossimo", "que"]);
        if behind {
            let date = date
                .and_then(time::Date::next_day)
                .and_then(|day| calendar::month_end(day.year(), day.month()));
            let month = token.is_any(&["mois", "mes", "mese", "mês"]);
            return Some((at + 2, date.filter(|_| month), false));
        }
        Some((at + 1, date, false))
    }

    /// `year end`, `month-end`, `Jahresende`, `EOY`.
    fn end_behind(&self, at: usize) -> Found {
        let today = self.today;
        let quarter = || calendar::quarter_end(calendar::quarter_of(today));
        let token = self.token(at)?;
        let one = match token.lower.as_ref() {
            "jahresende" | "eoy" | "jaareinde" | "årsskiftet" | "årsslutt" => {
                calendar::month_end(today.year(), Month::December)
            }
            "monatsende" | "eom" | "maandeinde" => calendar::month_end(today.year(), today.month()),
            "halbjahresende" => {
                let half = if u8::from(today.month()) <= 6 { Month::June } else { Month::December };
                calendar::month_end(today.year(), half)
            }
            "quartalsende" | "eoq" | "kwartaaleinde" => {
                quarter().and_then(|month| calendar::month_end(today.year(), month))
            }
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
}

use super::{
    calendar,
    scan::{Found, Scanner},
    words,
};
use crate::rules::text::Kind;

/// Days counted from today: weekdays, days of this month and the next, and so many days or weeks.
impl Scanner<'_, '_> {
    /// `next Tuesday`, `by Friday`, `vendredi prochain`, `Friday the 24th`.
    pub(super) fn weekday(&self, at: usize) -> Found {
        #[rustfmt::skip]
        const NEXT: &[&str] = &[
            "next", "nächsten", "nächster", "nächste", "próximo", "próxima", "prossimo", "prossima", "volgende", "neste", "nästa", "næste",
        ];
        #[rustfmt::skip]
        const THIS: &[&str] = &[
            "this", "coming", "diesen", "kommenden", "kommender", "ce", "este", "esta", "questo", "deze", "aanstaande", "komende",
            "kommande", "kommende", "upcoming",
        ];
        const NEXT_BEHIND: &[&str] = &["prochain", "prochaine", "próximo", "próxima", "prossimo", "prossima"];
        let next = self.is(at, NEXT);
        let named = at + usize::from(next || self.is(at, THIS));
        let weekday = words::weekday(&self.token(named)?.lower)?;
        let feira = usize::from(self.is(named + 1, &["-"]) && self.is(named + 2, &["feira"])) * 2;
        let behind = usize::from(self.is(named + feira + 1, NEXT_BEHIND));
        let end = named + 1 + feira + behind;
        let date = if next || behind > 0 {
            calendar::next_weekday(weekday, self.today)
        } else {
            calendar::weekday_after(weekday, self.today)
        };
        // "Friday, 16 January" is the 16th.
        let after = self.skip(end, &[",", "the", "den", "der", ".", "le", "el", "il", "o"]);
        if let Some((end, date, _)) = self.day_month(after).or_else(|| self.month_day(after)) {
            return Some((end, date, true));
        }
        // "Friday the 24th": of the month in which it is a Friday, if that is this one or the next.
        if let Some((end, date, _)) = self.day_of_month(after) {
            return Some((end, date.filter(|date| date.weekday() == weekday), true));
        }
        Some((end, date, false))
    }

    /// `the 24th`, `the 5th of next month`; not `the 1st draft`.
    pub(super) fn day_of_month(&self, at: usize) -> Found {
        let token = self.token(at).filter(|token| token.kind == Kind::Number)?;
        let suffix =
            self.token(at + 1).filter(|token| !token.spaced && token.is_any(&["st", "nd", "rd", "th"]))?;
        let day: u8 = token.text.parse().ok().filter(|day| (1..=31).contains(day) && !suffix.spaced)?;
        let end = at + 2;
        let of = self.skip(end, &["of", "the"]);
        if of > end && self.is(of, &["next", "this", "month"]) {
            let next = self.is(of, &["next"]);
            let stop = if self.is(of, &["month"]) { of } else { of + 1 };
            let named = self.is(stop, &["month"]);
            let date = calendar::day_of_month(day, u8::from(next), self.today);
            return named.then_some((stop + 1, date, true));
        }
        let ends = self.token(end).is_none_or(|next| {
            !next.is_word()
                || next.is_any(&[
                    "and", "with", "because", "so", "at", "instead", "now", "but", "if", "latest", "or",
                    "when", "after", "then",
                ])
        });
        ends.then(|| (end, calendar::next_day_of_month(day, self.today), true))
    }

    /// `tomorrow`, `in two weeks`, `10 days from now`, `a week on Monday`.
    pub(super) fn relative(&self, at: usize) -> Found {
        self.adverb(at).or_else(|| self.in_days(at)).or_else(|| self.days_from(at))
    }

    fn adverb(&self, at: usize) -> Found {
        let token = self.token(at)?;
        let morning = at > 0
            && self.is(at - 1, &["heute", "gestern", "am", "la", "esta", "this", "jeden", "guten", "goede"])
            && token.is_any(&["morgen", "mañana"]);
        if morning {
            return None;
        }
        if token.is("pasado") && self.is(at + 1, &["mañana"]) {
            return Some((at + 2, calendar::days_after(2, self.today), false));
        }
        if token.is("day") && self.is(at + 1, &["after"]) && self.is(at + 2, &["tomorrow"]) {
            return Some((at + 3, calendar::days_after(2, self.today), false));
        }
        let days = match token.lower.as_ref() {
            "tomorrow" | "tmrw" | "tmr" | "tomoz" | "demain" | "mañana" | "domani" | "amanhã" | "imorgon" => {
                1
            }
            "morgen" if token.text == "morgen" => 1,
            "übermorgen" | "overmorgen" | "dopodomani" | "après-demain" => 2,
            // What is said of today mostly happened already.
            "today" | "heute" | "aujourd'hui" | "hoy" | "oggi" | "hoje" | "vandaag" => {
                return Some((at + 1, None, false));
            }
            _ => return None,
        };
        Some((at + 1, calendar::days_after(days, self.today), false))
    }

    fn in_days(&self, at: usize) -> Found {
        if !self.is(at, &["in", "dans", "en", "tra", "fra", "em", "over", "om"]) {
            return None;
        }
        let (end, days) = self.count_of_days(at + 1)?;
        Some((end, calendar::days_after(days, self.today), false))
    }

    /// `two weeks from today`, `a week from tomorrow`, `a week on Monday`.
    fn days_from(&self, at: usize) -> Found {
        let (end, days) = self.count_of_days(at)?;
        let from = self.skip(end, &["from", "on"]);
        if self.is(from, &["today", "now"]) {
            return Some((from + 1, calendar::days_after(days, self.today), false));
        }
        if self.is(from, &["tomorrow"]) && from > end {
            return Some((from + 1, calendar::days_after(days + 1, self.today), false));
        }
        let weekday = words::weekday(&self.token(from).filter(|_| from > end)?.lower)?;
        let date =
            calendar::weekday_after(weekday, self.today).and_then(|day| calendar::days_after(days, day));
        Some((from + 1, date, false))
    }

    /// `10 days`, `a fortnight`, `zwei Wochen`.
    fn count_of_days(&self, at: usize) -> Option<(usize, i64)> {
        let token = self.token(at)?;
        let number: i64 = token.text.parse().ok().or_else(|| words::count(&token.lower))?;
        let unit = match self.token(at + 1)?.lower.as_ref() {
            "day" | "days" | "tagen" | "tage" | "jours" | "días" | "giorni" | "dias" | "dagen" | "dager"
            | "dagar" => 1,
            "week" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" | "semana" | "semanas"
            | "settimana" | "settimane" | "weken" | "uker" | "veckor" | "uger" => 7,
            "fortnight" => 14,
            _ => return None,
        };
        (number <= 60).then_some((at + 2, number * unit))
    }
}

use super::{
    Written,
    reader::{FOR, Reader},
    words::small,
};
use crate::rules::{
    text::{Clause, Kind, Token},
    words::{Cue, Cues},
};

/// What makes an amount none of the deal's, or none at all.
impl Reader<'_, '_> {
    /// Somebody else's, uncertain, denied, past, bounded, or a rate.
    pub(super) fn is_ruled_out(&self, written: &Written, clause: &Clause) -> bool {
        // "Without the spare sensors it is …" denies the sensors.
        let denied = (clause.range.start..written.range.start).any(|at| {
            self.document.cues(at..at + 1).has(Cue::Negated)
                && !self.document.token(at).is_some_and(|token| token.is("without"))
        });
        let past = clause.cues.has(Cue::Past) && !clause.cues.has_any(Cues::of(&[Cue::Agreed, Cue::Moved]));
        let replaced = self.is_preceded(written.range.start, 1, Cue::Instead)
            || self.follows(written.range.start, "from");
        clause.unsure
            || denied
            || past
            || replaced
            || clause.cues.has_any(Cues::of(&[Cue::Rival, Cue::OtherDeal]))
            || !(self.sentence.is_of_lead(written.range.start) || self.is_released(written))
            || self.is_refused(written)
            || self.is_bounded(written)
            || self.is_rate(written)
            || self.is_wanted(written)
            || self.is_of_a_thing(written)
            || self.is_of_others(written, clause)
    }

    /// Whether it is up to so much, or from so much on.
    pub(super) fn is_bounded(&self, written: &Written) -> bool {
        let start = written.range.start;
        // "Down from 60 to 54 thousand" has moved.
        let moved = self.sentence.clause(start).is_some_and(|clause| clause.cues.has(Cue::Moved));
        let bounds = |at: usize| {
            self.document.cues(at..at + 1).has(Cue::Bound)
                && !(moved && self.document.token(at).is_some_and(|token| token.is("from")))
        };
        let before = (start.saturating_sub(3).max(self.sentence.range.start)..start).any(bounds);
        let after = self.document.slice(written.range.end..self.sentence.range.end);
        let taxed = after.iter().skip(1).take(2).any(|token| {
            token.is_any(&[
                "vat", "tax", "taxes", "gst", "mwst", "ust", "iva", "tva", "btw", "moms", "mva", "shipping",
                "expenses", "delivery", "travel",
            ])
        });
        let bounded_after = match after {
            [plus, ..] if taxed && plus.is_any(&["+", "plus"]) => false,
            [mark, ..] if mark.is("+") => true,
            [word, ..]
                if word.is_any(&[
                    "max",
                    "maximum",
                    "tops",
                    "min",
                    "minimum",
                    "plus",
                    "upward",
                    "upwards",
                    "maximal",
                    "mindestens",
                ]) =>
            {
                true
            }
            [or, more, ..]
                if or.is_any(&["or", "and", "oder"])
                    && more.is_any(&["more", "less", "up", "mehr", "weniger", "maybe", "so"]) =>
            {
                !more.is("so")
            }
            [at, most, ..] if at.is("at") && most.is_any(&["most", "least"]) => true,
            _ => false,
        };
        let compared = self.document.cues(written.range.end..written.range.end + 1).has(Cue::Instead)
            && after.first().is_some_and(|token| token.is_any(&["against", "versus", "vs"]));
        before || bounded_after || compared
    }

    /// Whether it is for a month, a seat, a tonne.
    pub(super) fn is_rate(&self, written: &Written) -> bool {
        #[rustfmt::skip]
        const UNITS: &[&str] = &[
            "month", "months", "year", "years", "seat", "user", "head", "kilo", "kg", "day", "hour", "week",
            "quarter", "piece", "unit", "truck", "room", "licence", "license", "employee", "person", "site",
            "store", "mo", "yr", "ton", "tonne", "litre", "pupil", "student", "month.", "monat", "jahr",
            "tag", "stunde", "nutzer", "mois", "an", "jour", "mes", "año", "día", "mese", "anno", "mês",
            "ano", "maand", "jaar", "måned", "månad", "år", "vehicle", "device", "box",
        ];
        #[rustfmt::skip]
        const ADVERBS: &[&str] = &[
            "monthly", "yearly", "annually", "quarterly", "weekly", "daily", "apiece", "each", "p.a", "pm",
            "pa", "monatlich", "jährlich", "mensuel", "mensuels", "mensuales", "al", "anuales", "annuel",
            "annuels", "mensili", "annui", "hourly",
        ];
        if self.is_multiplied(written, UNITS) {
            return true;
        }
        let after =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 4));
        let per = |token: &Token<'_>| token.is_any(&["per", "pro", "par", "por", "je"]);
        let article = |token: &Token<'_>| {
            token.is_any(&[
                "a", "an", "every", "each", "/", "im", "le", "la", "al", "the", "any", "all'", "l'",
            ])
        };
        let unit = |token: &Token<'_>| UNITS.contains(&token.lower.as_ref());
        match after {
            [first, ..] if per(first) || first.is_any(ADVERBS) => true,
            [first, second, ..] if article(first) && unit(second) => true,
            [_, first, ..] if per(first) || first.is_any(ADVERBS) => !self.is_comma(written.range.end),
            [_, first, second, ..] if article(first) && unit(second) && !self.is_comma(written.range.end) => {
                true
            }
            _ => false,
        }
    }

    /// "Finds the price of 47k too high".
    fn is_refused(&self, written: &Written) -> bool {
        const TOO: &[&str] = &[
            "is",
            "ist",
            "est",
            "es",
            "è",
            "é",
            "sounds",
            "seems",
            "too",
            "zu",
            "trop",
            "demasiado",
            "troppo",
            "te",
            "muy",
            "excessive",
            "outrageous",
        ];
        #[rustfmt::skip]
        const HIGH: &[&str] = &[
            "high", "much", "expensive", "steep", "dear", "pricey", "rich", "hoch", "teuer", "viel", "cher", "chère", "élevé", "caro", "alto",
            "duur", "hoog", "low", "heavy",
        ];
        let behind =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 5));
        behind.windows(2).any(|pair| matches!(pair, [too, high] if too.is_any(TOO) && high.is_any(HIGH)))
    }

    /// "Three years at 12k", "twelve times 4k": what is multiplied is a part.
    fn is_multiplied(&self, written: &Written, units: &[&str]) -> bool {
        const TIMES: &[&str] = &["x", "×", "*", "times", "mal", "fois", "veces", "volte", "vezes", "keer"];
        const AT: &[&str] = &["at", "à", "@", "zu", "a", "van"];
        let start = written.range.start;
        let before = self.document.slice(start.saturating_sub(3).max(self.sentence.range.start)..start);
        let counted = |token: &Token<'_>| token.kind == Kind::Number || small(&token.lower).is_some();
        let times = match before {
            [.., count, times] => times.is_any(TIMES) && counted(count),
            _ => false,
        };
        let each = match before {
            [count, unit, at] => {
                let singular = unit.lower.strip_suffix('s').unwrap_or(&unit.lower);
                at.is_any(AT)
                    && counted(count)
                    && (units.contains(&unit.lower.as_ref()) || units.contains(&singular))
            }
            _ => false,
        };
        let behind =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 2));
        times || each || matches!(behind, [times, count] if times.is_any(TIMES) && counted(count))
    }

    fn is_comma(&self, at: usize) -> bool {
        self.document.token(at).is_some_and(|token| token.is_any(&[",", ".", ";"]))
    }

    /// "PO 7781", "cost centre 4410": a number of something.
    pub(super) fn is_label(&self, written: &Written) -> bool {
        const LABELS: &[&str] = &[
            "centre", "center", "konto", "account", "clause", "version", "article", "number", "no", "nr",
            "ref", "#", "id", "code", "ticket", "po", "invoice", "nummer", "num", "pin",
        ];
        let before = written.range.start.checked_sub(1).and_then(|at| self.document.token(at));
        !written.is_money() && before.is_some_and(|token| token.is_any(LABELS))
    }

    /// Without currency and magnitude: what follows must not be what is counted.
    pub(super) fn is_bare_amount(&self, written: &Written) -> bool {
        let near = (1..=3).any(|back| {
            written
                .range
                .start
                .checked_sub(back)
                .filter(|at| *at >= self.sentence.range.start)
                .is_some_and(|at| self.document.cues(at..at + 1).has_any(FOR))
        });
        let next =
            self.document.token(written.range.end).filter(|_| written.range.end < self.sentence.range.end);
        near && next.is_none_or(|token| {
            !token.is_word()
                || token.is_any(&[
                    "after", "for", "in", "and", "by", "as", "or", "on", "if", "all", "total", "final",
                    "now", "but", "instead", "because", "to", "with", "which", "is", "und", "für", "et",
                    "pour", "y", "para", "e", "per",
                ])
        })
    }

    /// "115k, not 120k", "30 grand instead of 15".
    pub(super) fn is_contrasted(&self, written: &Written) -> bool {
        let after =
            self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 3));
        after.iter().any(|token| token.is_any(&["not", "instead", "nicht", "statt", "pas"]))
    }
}

use std::ops::Range;

use super::{Written, reader::Reader};
use crate::rules::{
    text::{Kind, Token},
    words::Cue,
};

/// Amounts that only together say something: ends of a range, parts of a sum, one of two choices.
impl Reader<'_, '_> {
    /// Which amounts are ends of a range: "15 to 20k", "40k or 50k"; not "from 30k to 36k", where something moved.
    pub(super) fn ranges(&self, all: &[Written]) -> Vec<bool> {
        let mut ends = vec![false; all.len()];
        for (index, pair) in all.windows(2).enumerate() {
            let [low, high] = pair else { continue };
            let Some(clause) = self.sentence.clause(high.range.start) else { continue };
            let joined = self.joins(low.range.end..high.range.start);
            let moved = clause.cues.has(Cue::Moved) || self.is_preceded(low.range.start, 2, Cue::Moved);
            let ranged = clause.cues.has(Cue::Range) && clause.range.contains(&low.range.start);
            if (joined && !moved)
                || ranged
                || self.adds_up(low.range.end..high.range.start)
                || self.are_choices(low, high)
            {
                ends.splice(index..index + 2, [true, true]);
            } else if joined {
                ends.splice(index..=index, [true]);
            }
        }
        // "15 to 20 thousand": the first number is too small to be seen as an amount.
        for (index, (written, end)) in all.iter().zip(&mut ends).enumerate() {
            let first_of_pair = index
                .checked_sub(1)
                .and_then(|before| all.get(before))
                .is_some_and(|before| before.range.end + 1 >= written.range.start);
            let between =
                self.sentence.clause(written.range.start).is_some_and(|clause| clause.cues.has(Cue::Range));
            let before = self.document.slice(
                written.range.start.saturating_sub(2).max(self.sentence.range.start)..written.range.start,
            );
            let moved =
                self.sentence.clause(written.range.start).is_some_and(|clause| clause.cues.has(Cue::Moved))
                    && self.follows(written.range.start.saturating_sub(2), "from");
            let joined = !first_of_pair
                && !moved
                && matches!(before, [number, to] if (number.kind == Kind::Number || counts(number)) && ((between && to.is_any(&["and", "und", "et", "y", "e", "en"])) || to.is_any(&["to", "-", "–", "or", "bis", "à", "a", "oder", "ou", "o", "/"])));
            *end |= joined;
        }
        ends
    }

    /// "$42k with everything, $36k without training".
    fn are_choices(&self, one: &Written, other: &Written) -> bool {
        const WITH: &[&str] = &[
            "with", "without", "mit", "ohne", "avec", "sans", "con", "sin", "senza", "met", "zonder", "incl",
            "excl",
        ];
        let qualified = |written: &Written| {
            self.document.token(written.range.end).is_some_and(|token| token.is_any(WITH))
        };
        qualified(one) && qualified(other) && !self.is_preceded(one.range.start, 1, Cue::Instead)
    }

    /// "12 licences at $900 plus onboarding $3,500": parts.
    fn adds_up(&self, between: Range<usize>) -> bool {
        let is_plus = |at: usize| {
            let token = self.document.token(at);
            token.is_some_and(|token| token.is_any(&["plus", "+", "zuzüglich", "zzgl"]))
                && !self.is_dialled(at)
        };
        let plus = between.clone().any(is_plus);
        let between = self.document.slice(between);
        let sums = between.iter().any(|token| token.is_any(&["=", "makes", "total", "so", "->", "→"]));
        between.len() <= 6 && plus && !sums
    }

    /// "+1 415 555 0100": a plus before a number to call.
    fn is_dialled(&self, at: usize) -> bool {
        let behind = self.document.slice(at + 1..self.sentence.range.end).iter();
        let number =
            behind.take_while(|token| token.kind == Kind::Number || token.is_any(&["-", "(", ")", "."]));
        number.map(|token| token.text.bytes().filter(u8::is_ascii_digit).count()).sum::<usize>() >= 8
    }

    fn joins(&self, between: Range<usize>) -> bool {
        let between = self.document.slice(between);
        (1..=3).contains(&between.len())
            && between.iter().all(|token| {
                token.is_any(&[
                    "to", "-", "–", "—", "or", "and", "bis", "und", "oder", "à", "et", "ou", "a", "y", "o",
                    "e", "/", "maybe", "even", "tot", "en", "til", "until", "plus", "+", "&", "más", "più",
                    "mais",
                ])
            })
    }
}

/// Whether a token is a number in words.
fn counts(token: &Token<'_>) -> bool {
    super::words::small(&token.lower).is_some_and(|value| value > 1)
}

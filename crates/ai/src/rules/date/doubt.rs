use time::Date;

use super::{reader::Reader, scan::Written};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::Token,
};

/// Days that are taken back, past, or of something else.
impl Reader<'_, '_> {
    /// "She signs on the 10th, no sorry, the 17th": the day of the close that is taken back, and where.
    pub(super) fn correction<'w>(&self, all: &'w [Written]) -> Option<(&'w Written, usize)> {
        #[rustfmt::skip]
        const CORRECTIONS: &[&str] = &[
            "sorry", "scratch", "correction", "wait", "korrektur", "oops", "whoops", "pardon", "perdón", "desculpa", "scusa", "nope",
        ];
        let (first, last) = (all.first()?, all.last()?);
        let corrects = |at: &usize| self.document.token(*at).is_some_and(|token| token.is_any(CORRECTIONS));
        let mark = (first.range.end..last.range.start).rev().find(corrects)?;
        let before = all.iter().rev().find(|written| written.range.end <= mark)?;
        self.weight(before).map(|_| (before, mark))
    }

    /// What is behind a correction. It may be said twice.
    pub(super) fn corrected(
        &self,
        all: &[Written],
        before: &Written,
        mark: usize,
    ) -> Option<Candidate<Date>> {
        let last = all.last()?;
        let date = last.date.filter(|date| *date >= self.document.written_on)?;
        let mut behind = all.iter().filter(|written| written.range.start > mark);
        let (_, cue) = self.weight(before)?;
        behind.all(|written| written.date == Some(date)).then(|| Candidate {
            value: date,
            weight: Weight::Final,
            confidence: 0.9,
            evidence: cue.unwrap_or(before.range.start).min(before.range.start)..last.range.end,
        })
    }

    /// What is done already: "signed on Monday", but not "to be signed on Monday", "wants it signed by Monday".
    pub(super) fn is_done(&self, cue: usize, written: &Written) -> bool {
        #[rustfmt::skip]
        const DONE: &[&str] = &["signed", "closed", "ordered", "countersigned", "bought", "inked", "won", "committed", "awarded"];
        #[rustfmt::skip]
        const TO_COME: &[&str] = &[
            "be", "get", "gets", "getting", "have", "it", "to", "everything", "this", "that", "being", "want", "wants", "deal", "all",
            "contract", "po", "order", "paperwork",
        ];
        let is_any =
            |at: usize, words: &[&str]| self.document.token(at).is_some_and(|token| token.is_any(words));
        let due = is_any(written.range.start.saturating_sub(1), &["by", "before", "until", "till", "for"]);
        let before = cue.saturating_sub(3).max(self.sentence.range.start)..cue;
        let behind = cue < written.range.start;
        // Without its year, a day of last week seems to be in a year.
        let long = written.date.is_some_and(|date| (date - self.document.written_on).whole_days() > 300);
        if long && is_any(cue, DONE) && behind {
            return true;
        }
        // "Contract signed Tuesday" was on the last one.
        let bare = !written.named
            && !before.clone().any(|at| is_any(at, &["be", "get", "gets", "to", "want", "wants", "getting"]));
        if is_any(cue, DONE) && behind && !due && bare && written.range.start == cue + 1 {
            return true;
        }
        let was = before.clone().any(|at| is_any(at, &["was", "were", "had", "has", "'ve"]));
        is_any(cue, DONE) && behind && !due && (was || !before.into_iter().any(|at| is_any(at, TO_COME)))
    }

    /// "Their order from Xylo arrives on 3 October": one that somebody else fills.
    pub(super) fn is_of_another(&self, cue: usize) -> bool {
        let is_any =
            |at: usize, words: &[&str]| self.document.token(at).is_some_and(|token| token.is_any(words));
        let from = cue + 1;
        is_any(cue, &["order", "orders", "purchase", "contract"])
            && is_any(from, &["from"])
            && !self.sentence.mentions.iter().any(|mention| mention.at == from + 1)
            && self.document.token(from + 1).is_some_and(Token::is_capitalised)
    }

    /// "The bank pays on 3 May, then the order follows": not on that day.
    pub(super) fn follows_later(&self, cue: usize, written: &Written) -> bool {
        #[rustfmt::skip]
        const THEN: &[&str] = &["then", "dann", "danach", "ensuite", "puis", "luego", "después", "poi", "dopo", "depois", "dan", "daarna", "afterwards"];
        cue > written.range.start
            && self.document.slice(written.range.end..cue).iter().any(|token| token.is_any(THEN))
    }
}

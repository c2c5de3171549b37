use std::ops::Range;

use time::Date;

use super::scan::{Written, written};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Clause, Document, Sentence},
    words::{Cue, Cues},
};

/// The days on which the deal is expected to close.
pub(crate) fn closing(document: &Document<'_>, written_on: Date) -> Vec<Candidate<Date>> {
    let mut found = Vec::new();
    let mut asked = false;
    let mut closing = false;
    for sentence in &document.sentences {
        let reader =
            Reader { document, sentence, asked, corrects: closing && sentence.corrects, goes_on: false };
        let goes_on = closing && reader.goes_on();
        let reader = Reader { goes_on, ..reader };
        closing = sentence.cues.has(Cue::Closing) || (closing && sentence.corrects);
        asked = sentence.asks && sentence.cues.has(Cue::Closing);
        if sentence.asks || sentence.elsewhere {
            continue;
        }
        found.extend(reader.days(written_on));
    }
    found
}

pub(super) struct Reader<'r, 't> {
    pub(super) document: &'r Document<'t>,
    pub(super) sentence: &'r Sentence,
    /// Whether the sentence before asks when it closes.
    asked: bool,
    /// Whether it corrects what a sentence before it says of the close.
    corrects: bool,
    /// Whether it goes on with the close: "It'll be 24 October instead."
    goes_on: bool,
}

#[rustfmt::skip]
const DECISIONS: &[&str] = &[
    "decide", "decision", "entscheidung", "décision", "decisión", "decisione", "decisão", "beslissing", "beslutning", "beslut",
];
const EITHER: Cues = Cues::of(&[Cue::Closing, Cue::Event]);

impl Reader<'_, '_> {
    /// "It will be …", "Now it's …".
    fn goes_on(&self) -> bool {
        let start = self.sentence.range.start;
        let first = self.document.slice(start..self.sentence.range.end.min(start + 3));
        let it = first.iter().any(|token| token.is_any(&["it", "that", "make", "now", "instead", "new"]));
        let is = first.iter().any(|token| token.is_any(&["'ll", "will", "'s", "is", "it", "now", "date"]));
        it && is && self.sentence.range.len() <= 12
    }

    fn days(&self, written_on: Date) -> Vec<Candidate<Date>> {
        let start = self.sentence.range.start;
        let mut all = written(self.document.slice(self.sentence.range.clone()), written_on);
        for written in &mut all {
            written.range = written.range.start + start..written.range.end + start;
        }
        let mut found = Vec::new();
        if let Some((before, mark)) = self.correction(&all) {
            return self.corrected(&all, before, mark).into_iter().collect();
        }
        for (index, written) in all.iter().enumerate() {
            let Some(date) = written.date.filter(|date| *date >= written_on) else { continue };
            // "June 6 -> June 20".
            let arrow = self.document.slice(written.range.end..written.range.end + 2);
            if matches!(arrow, [dash, tip] if dash.is("-") && tip.is(">") || dash.is("→")) {
                continue;
            }
            let beside = [index.checked_sub(1), Some(index + 1)]
                .into_iter()
                .flatten()
                .filter_map(|index| all.get(index));
            if beside.into_iter().any(|other| self.is_range(written, other)) {
                continue;
            }
            if let Some((weight, cue)) = self.weight(written) {
                let cued = self.document.slice(cue.map_or(0..0, |cue| cue.saturating_sub(1)..cue + 1));
                let decides = cued.iter().any(|token| token.is_any(DECISIONS));
                let confidence = match weight {
                    // A decision may be against us, and the signature comes later.
                    _ if decides => 0.55,
                    Weight::Final | Weight::Stated if written.named => 0.95,
                    Weight::Final | Weight::Stated => 0.92,
                    Weight::Near | Weight::Alone => 0.8,
                };
                let evidence = cue.map_or(written.range.clone(), |cue| {
                    cue.min(written.range.start)..written.range.end.max(cue + 1)
                });
                found.push(Candidate { value: date, weight, confidence, evidence });
            }
        }
        found
    }

    /// "Between March 3 and 10", "April 3 to May 1"; not "from June 30 to July 24", where something moved.
    fn is_range(&self, written: &Written, other: &Written) -> bool {
        let between = written.range.end.min(other.range.end)..written.range.start.max(other.range.start);
        let joined = between.len() == 1
            && self.document.slice(between).iter().all(|token| {
                token.is_any(&["to", "-", "–", "and", "or", "bis", "und", "oder", "until", "au", "a"])
            });
        let moved =
            self.sentence.clause(written.range.start).is_some_and(|clause| clause.cues.has(Cue::Moved));
        joined && !moved
    }

    pub(super) fn weight(&self, written: &Written) -> Option<(Weight, Option<usize>)> {
        let clause = self.sentence.clause(written.range.start)?;
        if self.is_ruled_out(written, clause) {
            return None;
        }
        if let Some(cue) = self.nearest(clause.range.clone(), written) {
            let closes = self.cues(cue).has(Cue::Closing)
                && !self.cues(cue).has(Cue::Event)
                && !self.is_done(cue, written)
                && !self.is_of_another(cue);
            let replaces = clause.cues.has_any(Cues::of(&[Cue::Final, Cue::Moved]));
            return closes.then_some((if replaces { Weight::Final } else { Weight::Stated }, Some(cue)));
        }
        if self.corrects && self.document.cues(clause.range.clone()).has(Cue::Final) {
            return Some((Weight::Final, None));
        }
        if self.goes_on {
            let replaces = clause.cues.has_any(Cues::of(&[Cue::Final, Cue::Moved]));
            return Some((if replaces { Weight::Final } else { Weight::Near }, None));
        }
        if let Some(cue) = self.nearest(self.sentence.range.clone(), written) {
            let sure = self.sentence.clause(cue).is_some_and(|clause| !clause.unsure);
            let closes = self.cues(cue).has(Cue::Closing)
                && !self.cues(cue).has(Cue::Event)
                && !self.follows_later(cue, written);
            return (closes && sure).then_some((Weight::Near, Some(cue)));
        }
        self.asked.then_some((Weight::Near, None))
    }

    fn is_ruled_out(&self, written: &Written, clause: &Clause) -> bool {
        const UNBINDING: &[&str] =
            &["nda", "confidentiality", "disclosure", "loi", "mou", "lease", "loan", "mortgage", "petition"];
        let past = clause.cues.has(Cue::Past) && !clause.cues.has_any(Cues::of(&[Cue::Moved, Cue::Final]));
        let start = written.range.start;
        let before = self.document.slice(start.saturating_sub(3).max(self.sentence.range.start)..start);
        let replaced = before.iter().any(|token| {
            token.is_any(&[
                "from", "not", "longer", "until", "since", "instead", "after", "vor", "nach", "ab", "seit",
            ]) && !(token.is("until") && clause.cues.has(Cue::Moved))
        });
        let unbinding = self.document.slice(clause.range.clone()).iter().any(|token| token.is_any(UNBINDING));
        clause.unsure
            || unbinding
            || clause.cues.has(Cue::Negated)
            || past
            || replaced
            || clause.cues.has_any(Cues::of(&[Cue::OtherDeal, Cue::Rival]))
    }

    fn nearest(&self, range: Range<usize>, written: &Written) -> Option<usize> {
        let distance = |at: &usize| {
            if *at < written.range.start {
                2 * (written.range.start - *at)
            } else {
                2 * at.saturating_sub(written.range.end) + 3
            }
        };
        range.filter(|at| !written.range.contains(at) && self.cues(*at).has_any(EITHER)).min_by_key(distance)
    }

    fn cues(&self, at: usize) -> Cues {
        self.document.cues(at..at + 1)
    }
}

use super::{Written, reader::Reader};
use crate::rules::words::{Cue, Cues};

/// Which amounts others replace, and which stand for what was spoken of.
impl Reader<'_, '_> {
    /// "40k -> 45k".
    pub(super) fn is_left_behind(&self, written: &Written) -> bool {
        match self.document.slice(written.range.end..self.sentence.range.end.min(written.range.end + 2)) {
            [dash, tip] => dash.is("-") && tip.is(">") || dash.is("→"),
            [tip] => tip.is("→"),
            _ => false,
        }
    }

    /// "40k, no sorry, 45k": where what is behind replaces what is before.
    pub(super) fn correction(&self, all: &[Written]) -> Option<usize> {
        const CORRECTIONS: &[&str] = &[
            "sorry",
            "scratch",
            "correction",
            "wait",
            "korrektur",
            "oops",
            "whoops",
            "pardon",
            "perdón",
            "desculpa",
            "scusa",
            "scusate",
        ];
        let is_any =
            |at: usize, words: &[&str]| self.document.token(at).is_some_and(|token| token.is_any(words));
        // "480k, no 465k".
        let no = all.windows(2).rev().find_map(|pair| {
            let [before, after] = pair else { return None };
            let mut between = before.range.end..after.range.start;
            let short = between.len() <= 3
                && between.clone().all(|at| is_any(at, &[",", "no", "nein", "non", "nee", "–", "-", "…"]));
            between.find(|at| short && is_any(*at, &["no", "nein", "non", "nee"]))
        });
        let mark = self.sentence.range.clone().rev().find(|at| is_any(*at, CORRECTIONS)).or(no)?;
        let (first, last) = (all.first()?, all.last()?);
        (first.range.start < mark && mark < last.range.start).then_some(mark)
    }

    /// What replaces an amount, said behind the correction.
    pub(super) fn replaces(&self, written: &Written) -> bool {
        const OTHERS: Cues = Cues::of(&[Cue::Rival, Cue::OtherDeal, Cue::OtherMoney]);
        let certain = self
            .sentence
            .clause(written.range.start)
            .is_some_and(|clause| !clause.unsure && !clause.cues.has_any(OTHERS));
        certain
            && written.is_money()
            && self.sentence.is_of_lead(written.range.start)
            && !self.is_bounded(written)
            && !self.is_rate(written)
    }

    /// "So it's CHF 72'500": nothing else says what it is.
    pub(super) fn is_equated(&self, written: &Written) -> bool {
        const ABOUT: &[&str] = &[
            "around", "about", "roughly", "exactly", "now", "just", "only", "circa", "ca", "at", "flat",
            "jetzt",
        ];
        let from = written.range.start.saturating_sub(5).max(self.sentence.range.start);
        let mut before = self
            .document
            .slice(from..written.range.start)
            .iter()
            .rev()
            .skip_while(|token| token.is_any(ABOUT));
        let is = before.next().is_some_and(|token| {
            token.is_any(&["'s", "is", "be", "are", "'re", "sind", "ist", "est", "es", "è"])
        });
        let it = before.find(|token| !token.is_any(&["'ll", "will", "now"]));
        is && it.is_some_and(|token| {
            token.is_any(&[
                "it",
                "that",
                "this",
                "we",
                "they",
                "all",
                "everything",
                "das",
                "es",
                "c'",
                "ce",
                "wir",
                "eso",
                "questo",
                "thing",
            ])
        })
    }
}

use std::ops::Range;

use leadkeep_domain::Currency;

use super::{Money, Written, haggle::haggles, paid::paid_in, value, written};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Author, Clause, Document, Sentence, Token},
    words::{Cue, Cues},
};

/// What a text says of the deal's value.
#[derive(Debug, Default)]
pub(crate) struct Deal {
    /// Amounts, and whether their currency is shown.
    pub(crate) amounts: Vec<Candidate<(Money, bool)>>,
    /// Currencies that are named without an amount: "will pay in euros".
    pub(crate) currencies: Vec<Candidate<Currency>>,
}

/// The amounts that are this deal's.
pub(crate) fn deal(document: &Document<'_>, usual: Currency) -> Deal {
    let mut deal = Deal::default();
    let mut alone = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.elsewhere) {
        if let Some(currency) = paid_in(document, sentence, usual) {
            deal.currencies.push(currency);
        }
        if sentence.asks {
            continue;
        }
        let reader = Reader { document, sentence };
        for (written, weight) in reader.amounts() {
            let Some(money) = value(&written, usual) else { continue };
            let shown = written.shown.is_some_and(|shown| shown.resolve(usual).is_some());
            let confidence = confidence(weight, written.is_money());
            let candidate =
                Candidate { value: (money, shown), weight, confidence, evidence: reader.evidence(&written) };
            if weight == Weight::Alone { alone.push(candidate) } else { deal.amounts.push(candidate) }
        }
    }
    if deal.amounts.is_empty() {
        deal.amounts = alone;
        let money = written(&document.tokens).into_iter().filter(Written::is_money);
        let mut values = money.filter_map(|written| value(&written, usual));
        let first = values.next();
        if values.any(|other| Some(other) != first) {
            deal.amounts.iter_mut().for_each(|amount| amount.confidence = UNSETTLED);
        }
    }
    // While both sides name their prices, one that nobody agreed to is a guess.
    if haggles(&document.tokens) {
        let unsettled = deal.amounts.iter_mut().filter(|amount| amount.weight < Weight::Stated);
        unsettled.for_each(|amount| amount.confidence = UNSETTLED);
    }
    deal
}

/// Less than what is applied unseen.
const UNSETTLED: f64 = 0.55;

fn confidence(weight: Weight, is_money: bool) -> f64 {
    match (weight, is_money) {
        (Weight::Final | Weight::Stated, true) => 0.95,
        (Weight::Final | Weight::Stated, false) => 0.9,
        (Weight::Near, true) => 0.85,
        (Weight::Near, false) => 0.7,
        (Weight::Alone, _) => 0.75,
    }
}

/// The amounts of a quote that are meant: not those that others replace.
pub(super) fn meant<'w>(tokens: &[Token<'_>], all: &'w [Written]) -> Vec<&'w Written> {
    let replaced = |written: &&Written| {
        let before = written.range.start.checked_sub(1).and_then(|at| tokens.get(at));
        before.is_some_and(|token| {
            token.is_any(&["from", "not", "than", "of"])
                && (!token.is("of")
                    || tokens
                        .get(written.range.start.saturating_sub(2))
                        .is_some_and(|token| token.is("instead")))
        })
    };
    let kept: Vec<&Written> = all.iter().filter(|written| !replaced(written)).collect();
    if kept.is_empty() { all.iter().collect() } else { kept }
}

/// Reads the amounts of one sentence.
pub(super) struct Reader<'r, 't> {
    pub(super) document: &'r Document<'t>,
    pub(super) sentence: &'r Sentence,
}

/// Cues that an amount is the deal's.
pub(super) const FOR: Cues = Cues::of(&[Cue::Price, Cue::Agreed, Cue::Offer]);
const AGAINST: Cues = Cues::of(&[Cue::OtherMoney, Cue::Rival]);

impl Reader<'_, '_> {
    /// The amounts of the sentence that are the deal's, and how plainly.
    fn amounts(&self) -> Vec<(Written, Weight)> {
        let start = self.sentence.range.start;
        let mut all = written(self.document.slice(self.sentence.range.clone()));
        all.retain(Written::may_be_money);
        for written in &mut all {
            written.range = written.range.start + start..written.range.end + start;
        }
        all.retain(|written| !self.is_label(written));
        let ranges = self.ranges(&all);
        let corrected = self.correction(&all);
        let mut found: Vec<(Written, Weight)> = Vec::new();
        for (index, written) in all.iter().enumerate() {
            if ranges.get(index).copied().unwrap_or(false) || self.is_left_behind(written) {
                continue;
            }
            if let Some(mark) = corrected {
                if written.range.start > mark && self.replaces(written) {
                    found.push((written.clone(), Weight::Final));
                }
                continue;
            }
            if let Some(weight) = self.weight(written, all.len()) {
                found.push((written.clone(), weight));
            }
        }
        self.last_of_a_move(found)
    }

    fn weight(&self, written: &Written, amounts: usize) -> Option<Weight> {
        let clause = self.sentence.clause(written.range.start)?;
        if self.is_ruled_out(written, clause) {
            return None;
        }
        let (cue, near) = self.nearest(written, clause)?;
        if cue.has_any(AGAINST) {
            return None;
        }
        if !written.is_money() && !self.is_bare_amount(written) {
            return None;
        }
        if cue == Cues::NONE {
            let moved = clause.cues.has(Cue::Moved) && self.follows(written.range.start, "to");
            let before = self
                .document
                .slice(written.range.start.saturating_sub(3).max(clause.range.start)..written.range.start);
            let closes = clause.cues.has(Cue::Closing)
                && before
                    .iter()
                    .any(|token| token.is_any(&["for", "at", "für", "zu", "pour", "por", "per", "voor"]));
            if written.is_money() && (self.is_equated(written) || moved || closes) {
                return Some(Weight::Near);
            }
            // "They did 19k", the lead writes.
            let theirs = self.sentence.author == Author::Lead
                && self.document.cues(clause.range.start..written.range.start).has(Cue::They);
            if theirs {
                return None;
            }
            let short = clause.range.len() <= written.range.len() + 4;
            let leads = written.shown.is_some()
                && (written.range.start <= clause.range.start + 1
                    || before.last().is_some_and(|token| token.is(":")));
            return ((short || leads) && amounts == 1 && written.is_money()).then_some(Weight::Alone);
        }
        let replaces =
            clause.cues.has_any(Cues::of(&[Cue::Final, Cue::Moved])) || self.is_contrasted(written);
        match (near, replaces) {
            (true, true) => Some(Weight::Final),
            (true, false) if cue.has_any(Cues::of(&[Cue::Price, Cue::Agreed])) => Some(Weight::Stated),
            _ => written.is_money().then_some(Weight::Near),
        }
    }

    /// The nearest cue for or against an amount: in its clause, then in the clauses beside it.
    fn nearest(&self, written: &Written, clause: &Clause) -> Option<(Cues, bool)> {
        if let Some(cue) = self.nearest_in(&clause.range, written) {
            return Some((cue, true));
        }
        let index = self.sentence.clauses.partition_point(|other| other.range.end <= written.range.start);
        let beside = [index.checked_sub(1), Some(index + 1)]
            .into_iter()
            .flatten()
            .filter_map(|index| self.sentence.clauses.get(index));
        for other in beside {
            if other.unsure && other.cues.has_any(FOR) {
                return None;
            }
            // Its cue belongs to an amount of its own.
            let taken = written_in(self.document, &other.range);
            if let Some(cue) =
                self.nearest_in(&other.range, written).filter(|cue| !taken || cue.has_any(AGAINST))
            {
                return (!taken).then_some((cue, false));
            }
        }
        Some((Cues::NONE, false))
    }

    fn nearest_in(&self, range: &Range<usize>, written: &Written) -> Option<Cues> {
        let distance = |at: &usize| {
            if *at < written.range.start {
                2 * (written.range.start - *at)
            } else {
                2 * at.saturating_sub(written.range.end) + 3
            }
        };
        let cued = range.clone().filter(|at| {
            !written.range.contains(at) && self.document.cues(*at..*at + 1).has_any(FOR.and(AGAINST))
        });
        cued.min_by_key(distance).map(|at| self.document.cues(at..at + 1))
    }

    pub(super) fn is_preceded(&self, at: usize, within: usize, cue: Cue) -> bool {
        let from = at.saturating_sub(within).max(self.sentence.range.start);
        self.document.cues(from..at).has(cue)
    }

    pub(super) fn follows(&self, at: usize, word: &str) -> bool {
        at > self.sentence.range.start && self.document.token(at - 1).is_some_and(|token| token.is(word))
    }

    /// Of several amounts that something moved to, the last.
    fn last_of_a_move(&self, mut found: Vec<(Written, Weight)>) -> Vec<(Written, Weight)> {
        if self.sentence.cues.has(Cue::Moved)
            && found.len() > 1
            && found.iter().all(|(_, weight)| *weight == Weight::Final)
        {
            found.drain(..found.len() - 1);
        }
        found
    }

    fn evidence(&self, written: &Written) -> Range<usize> {
        let clause = self
            .sentence
            .clause(written.range.start)
            .map_or(written.range.clone(), |clause| clause.range.clone());
        clause.start.min(written.range.start)..written.range.end
    }
}

fn written_in(document: &Document<'_>, range: &Range<usize>) -> bool {
    written(document.slice(range.clone())).iter().any(Written::is_money)
}

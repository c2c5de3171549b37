use leadkeep_domain::Currency;

use super::names_currency;
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Document, Sentence},
    words::{Cue, Cues},
};

/// "will pay in euros".
pub(super) fn paid_in(
    document: &Document<'_>,
    sentence: &Sentence,
    usual: Currency,
) -> Option<Candidate<Currency>> {
    if sentence.asks {
        return None;
    }
    for at in sentence.range.clone() {
        let pays = document.token(at).is_some_and(|token| {
            token.is_any(&[
                "pay", "pays", "paying", "invoiced", "billed", "zahlt", "zahlen", "paie", "paga", "pagará",
                "betaalt",
            ])
        });
        let after = document.slice(at + 1..sentence.range.end.min(at + 4));
        let position = after.iter().position(|token| token.is("in"));
        let Some(position) = position.filter(|_| pays) else { continue };
        let (len, shown) = names_currency(after.get(position + 1..)?)?;
        let clause = sentence.clause(at)?;
        let certain = !clause.unsure
            && !clause.cues.has_any(Cues::of(&[Cue::Negated, Cue::Rival]))
            && sentence.is_of_lead(at);
        let currency = shown.resolve(usual).filter(|_| certain)?;
        let evidence = clause.range.start..at + 2 + position + len;
        return Some(Candidate { value: currency, weight: Weight::Stated, confidence: 0.9, evidence });
    }
    None
}

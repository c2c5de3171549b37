//! From what a model says to what is proposed.

use leadkeep_domain::{Currency, Field};
use serde_json::{Value, json};

use super::{
    amount,
    answer::{Said, SaidTags, SaidValue},
    quote::Quoted,
    tags, value,
};
use crate::{Note, ProposedChange, Span};

/// How many quotes of one change are looked for: each is a search.
const MOST_QUOTES: usize = 20;

/// The changes that are new to the lead, at most one for each field: the one that the model is surest of.
pub(super) fn proposed(note: &Note, said: Vec<Said>) -> Vec<ProposedChange> {
    let reader = Reader { note, text: Quoted::new(&note.text), currency: currency(note, &said) };
    let mut tags = Vec::new();
    let mut best: Vec<ProposedChange> = Vec::new();
    for said in said {
        match &said.value {
            SaidValue::Tags(_) => tags.push(said),
            SaidValue::Text(_) | SaidValue::Amount(_) => {
                if let Some(change) = reader.change(&said) {
                    keep_surer(&mut best, change);
                }
            }
        }
    }
    best.retain(|change| !value::is_had(&note.lead, change.field, &change.value));
    best.extend(reader.tags(tags));
    best
}

fn keep_surer(best: &mut Vec<ProposedChange>, change: ProposedChange) {
    match best.iter_mut().find(|kept| kept.field == change.field) {
        Some(kept) if change.confidence > kept.confidence => *kept = change,
        Some(_) => {}
        None => best.push(change),
    }
}

/// The currency that the lead's amounts are in after the changes. Nothing where the model names one that there is not.
fn currency(note: &Note, said: &[Said]) -> Option<Currency> {
    let named = said.iter().filter(|said| said.field == Field::DealCurrency);
    let surest = named.rev().max_by(|one, other| confidence(one).total_cmp(&confidence(other)));
    match surest.map(|said| &said.value) {
        None => Some(note.lead.deal_currency),
        Some(SaidValue::Text(code)) => Currency::parse(code.trim()).ok(),
        Some(_) => None,
    }
}

/// From 0 to 1. A number outside says that the scale was not understood: then it is a guess, and not the surest of all.
fn confidence(said: &Said) -> f64 {
    if (0.0..=1.0).contains(&said.confidence) { said.confidence } else { 0.0 }
}

struct Reader<'n> {
    note: &'n Note,
    text: Quoted<'n>,
    currency: Option<Currency>,
}

impl Reader<'_> {
    fn change(&self, said: &Said) -> Option<ProposedChange> {
        let value = match &said.value {
            SaidValue::Text(text) => value::canonical(said.field, text)?,
            SaidValue::Amount(number) => json!(amount::minor_units(number, self.currency?)?.get()),
            SaidValue::Tags(_) => return None,
        };
        Some(self.quoted(said.field, value, confidence(said), &said.quotes))
    }

    /// One change of all that is said of tags, as sure as what it is least sure of.
    fn tags(&self, said: Vec<Said>) -> Option<ProposedChange> {
        let mut all = SaidTags { add: Vec::new(), remove: Vec::new() };
        let (mut sure, mut quotes) = (1.0_f64, Vec::new());
        for said in said {
            sure = sure.min(confidence(&said));
            quotes.extend(said.quotes);
            if let SaidValue::Tags(tags) = said.value {
                all.add.extend(tags.add);
                all.remove.extend(tags.remove);
            }
        }
        let value = tags::after(&self.note.lead.tags, &all)?;
        Some(self.quoted(Field::Tags, value, sure, &quotes))
    }

    /// Where one quote is not in the text there is no evidence at all: a model that invents one invents the others. Whoever
    /// applies the change decides what that means.
    fn quoted(&self, field: Field, value: Value, confidence: f64, quotes: &[String]) -> ProposedChange {
        let said = quotes.iter().filter(|quote| !quote.trim().is_empty()).take(MOST_QUOTES);
        let found: Option<Vec<Span>> = said.map(|quote| self.text.find(quote)).collect();
        let mut evidence = found.unwrap_or_default();
        evidence.sort_unstable_by_key(|span| (span.start, span.end));
        evidence.dedup();
        ProposedChange { field, value, confidence, evidence }
    }
}

#[cfg(test)]
mod tests;

//! Terms that are being talked over, and stages that are named as such: `at proposal stage`.

use std::ops::Range;

use leadkeep_domain::DealStage;

use super::{paper::is_settled, request::named};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Clause, Document, Sentence, Who},
    words::Cue,
};

#[rustfmt::skip]
const TALKING: &[&str] = &[
    "negotiating", "haggling", "bargaining", "redlining", "verhandeln", "verhandelt", "négocions", "négocie", "négocient",
    "négociant", "negociando", "negociamos", "negocian", "trattando", "negoziando", "negoziamo", "onderhandelen", "onderhandelt",
    "forhandler", "förhandlar",
];
#[rustfmt::skip]
const TERMS: &[&str] = &[
    "terms", "term", "price", "prices", "pricing", "contract", "clause", "clauses", "conditions", "payment", "discount", "liability",
    "sla", "msa", "agreement", "wording", "rate", "rates", "konditionen", "preis", "preise", "vertrag", "bedingungen", "klausel",
    "klauseln", "rabatt", "prix", "contrat", "clause", "remise", "condiciones", "precio", "contrato", "cláusula", "condizioni",
    "prezzo", "contratto", "condições", "preço", "voorwaarden", "prijs", "korting", "betingelser", "villkor", "pris", "details",
];
const REDLINES: &[&str] = &["redlines", "redline", "redlined", "markup", "markups", "marked", "mark"];

/// What the clauses of a sentence say of talks and stages.
pub(super) fn talks(document: &Document<'_>, sentence: &Sentence) -> Vec<Candidate<DealStage>> {
    if sentence.cues.has(Cue::Rival) {
        return Vec::new();
    }
    let clauses = sentence.clauses.iter();
    clauses
        .filter_map(|clause| {
            negotiating(document, sentence, clause)
                .or_else(|| redlined(document, sentence, clause))
                .or_else(|| at_stage(document, sentence, clause))
        })
        .collect()
}

/// "We are negotiating the payment terms", but not a day off.
fn negotiating(
    document: &Document<'_>,
    sentence: &Sentence,
    clause: &Clause,
) -> Option<Candidate<DealStage>> {
    let verb = find(document, clause.range.clone(), TALKING)?;
    let with_lead = document.token(verb + 1)?.is_any(&["with", "mit", "avec", "con", "com", "met", "med"])
        && (document
            .token(verb + 2)?
            .is_any(&["him", "her", "them", "us", "ihm", "ihr", "lui", "elle", "ihnen"])
            || sentence.mentions.iter().any(|mention| mention.at == verb + 2 && mention.who == Who::Lead));
    let terms = find(document, verb + 1..clause.range.end, TERMS).or(with_lead.then_some(verb + 2))?;
    let stated = verb..terms + 1;
    is_settled(document, sentence, clause, &stated, DealStage::Negotiation)
        .then(|| candidate(DealStage::Negotiation, 0.9, stated))
}

/// "Their lawyers sent back redlines on the contract": whoever did.
fn redlined(document: &Document<'_>, sentence: &Sentence, clause: &Clause) -> Option<Candidate<DealStage>> {
    let redlines = find(document, clause.range.clone(), REDLINES)?;
    let several = document.token(redlines)?.is_any(&["redlines", "markups"]);
    let terms = find(document, clause.range.clone(), TERMS).or(several.then_some(redlines))?;
    let behind = document.slice(redlines + 1..clause.range.end.min(redlines + 3));
    let marked = !document.token(redlines)?.is_any(&["marked", "mark"])
        || behind.iter().any(|token| token.is_any(&["up", "ups"]));
    let denied = clause.unsure || clause.cues.has(Cue::Negated) || clause.cues.has(Cue::Future);
    let wanted = document.slice(clause.range.start..redlines).iter().any(|token| {
        token.is_any(&[
            "wants", "want", "will", "'ll", "to", "expect", "expects", "before", "after", "once", "no",
        ])
    });
    (marked && !denied && !wanted && !sentence.asks)
        .then(|| candidate(DealStage::Negotiation, 0.82, redlines.min(terms)..redlines.max(terms) + 1))
}

/// "That one is at proposal stage now."
fn at_stage(document: &Document<'_>, sentence: &Sentence, clause: &Clause) -> Option<Candidate<DealStage>> {
    let noun = find(document, clause.range.start + 1..clause.range.end, &["stage", "phase"])?;
    let stage = named(&document.token(noun - 1)?.lower)?;
    let joint =
        find(document, noun.saturating_sub(3).max(clause.range.start)..noun - 1, &["at", "in", "the"])?;
    let stated = joint..noun + 1;
    is_settled(document, sentence, clause, &stated, stage).then(|| candidate(stage, 0.92, stated))
}

fn candidate(stage: DealStage, confidence: f64, evidence: Range<usize>) -> Candidate<DealStage> {
    Candidate { value: stage, weight: Weight::Stated, confidence, evidence }
}

fn find(document: &Document<'_>, mut range: Range<usize>, words: &[&str]) -> Option<usize> {
    range.find(|at| document.token(*at).is_some_and(|token| token.is_any(words)))
}

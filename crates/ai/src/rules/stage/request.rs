use leadkeep_domain::DealStage;

use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Author, Clause, Document, Sentence},
    words::{Cue, Cues},
};

/// The words that name a stage.
#[rustfmt::skip]
const STAGES: &[(DealStage, &[&str])] = &[
    (DealStage::New, &["new"]),
    (DealStage::Contacted, &["contacted", "kontaktiert"]),
    (DealStage::Qualified, &["qualified", "qualifiziert", "qualifié"]),
    (DealStage::Proposal, &["proposal", "angebot"]),
    (DealStage::Negotiation, &["negotiation", "negotiations", "negotiating", "verhandlung", "négociation", "negociación"]),
    (DealStage::Won, &["won", "closed-won", "gewonnen", "gagné", "gagnée", "ganado", "ganada", "vinto", "vinta", "ganho"]),
    (DealStage::Lost, &["lost", "closed-lost", "verloren", "perdu", "perdue", "perdido", "perdida", "perso", "persa"]),
];

/// Words that ask for a stage, or announce one.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "move", "moved", "set", "put", "mark", "change", "update", "switch", "close", "advance", "push", "bring", "want",
    "bump", "flip", "moving", "shift", "drag", "count", "treat", "classify", "setting", "marking", "go", "goes", "passe", "mets",
    "marque", "ponlo", "pon", "pásalo", "muévelo", "márcalo", "mettilo", "spostalo", "segnalo", "passa", "põe", "marca", "zet",
    "zetten", "verplaats", "setz", "stell", "ändern", "pipeline", "column",
    "log", "flag", "down", "lead", "record", "file", "stage", "status", "phase", "setze", "setzen", "verschieben",
    "markieren", "stufe", "passer", "mettre", "marquer", "étape", "pasar", "poner", "marcar", "etapa", "passare",
    "segnare", "fase",
];
/// Words between them and the stage.
#[rustfmt::skip]
const JOINTS: &[&str] = &[
    "as", "to", "on", "in", "into", "=", ":", "is", "auf", "als", "comme", "en", "à", "como", "come", "now", "→", ">", "at", "op", "be",
];
const BETWEEN: &[&str] = &["\"", "'", "closed", "-", "stage", "now", "the", "“", "„"];
/// Verbs behind what they are about.
const BEHIND: &[&str] = &["setzen", "ändern", "stellen", "markieren", "verschieben", "schieben", "zetten"];
/// Words that may follow a stage. "Contacted" and "new" are other words as well: a stage has to end the request.
#[rustfmt::skip]
const AFTER: &[&str] = &[
    "please", "pls", "plz", "thx", "thanks", "now", "today", "and", "setzen", "markieren", "stage", "then", "already", "ändern",
    "stellen", "verschieben", "zetten", "bitte", "svp", "column", "bucket", "since", "as", "with", "+",
    "for", "in", "because",
];

/// The stage that a word names.
pub(crate) fn named(lower: &str) -> Option<DealStage> {
    STAGES.iter().find(|(_, names)| names.contains(&lower)).map(|(stage, _)| *stage)
}

/// `move the deal to negotiation`, `stage = won`, `set it to lost`. Only we may ask for it.
pub(super) fn asked_for(document: &Document<'_>, sentence: &Sentence) -> Vec<Candidate<DealStage>> {
    if sentence.author != Author::Rep {
        return Vec::new();
    }
    sentence.range.clone().filter_map(|at| request(document, sentence, at)).collect()
}

fn request(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<DealStage>> {
    let stage = named(&document.token(at)?.lower)?;
    let clause = sentence.clause(at)?;
    let joint = before(document, clause, at, 3, JOINTS)?;
    let behind = document.token(at + 1).is_some_and(|next| next.is_any(BEHIND));
    let verb = before(document, clause, joint, 7, VERBS).or(behind.then_some(joint))?;
    let between = document.slice(joint + 1..at);
    let joined = between.iter().all(|token| token.is_any(BETWEEN) || token.is_any(JOINTS));
    let next = document.token(at + 1).filter(|_| at + 1 < clause.range.end);
    let ends = next.is_none_or(|next| !next.is_word() || next.is_any(AFTER));
    let denied = Cues::of(&[Cue::Negated, Cue::Past, Cue::Condition]);
    let certain = !clause.unsure && !document.cues(clause.range.start..at).has_any(denied);
    let asked = joined && ends && certain && sentence.is_of_lead(at);
    let evidence = verb..at + 1;
    asked.then_some(Candidate { value: stage, weight: Weight::Final, confidence: 0.96, evidence })
}

/// The last of these words in the clause, up to so many tokens before `at`.
fn before(
    document: &Document<'_>,
    clause: &Clause,
    at: usize,
    within: usize,
    words: &[&str],
) -> Option<usize> {
    let from = at.saturating_sub(within).max(clause.range.start);
    (from..at).rev().find(|at| document.token(*at).is_some_and(|token| token.is_any(words)))
}

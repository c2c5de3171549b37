//! Whom they chose: somebody else.

use leadkeep_domain::DealStage;

use super::paper::is_settled;
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Clause, Document, Sentence},
    words::Cue,
};

/// Verbs of choosing.
#[rustfmt::skip]
const CHOSE: &[&str] = &[
    "went", "gone", "going", "goes", "chose", "chosen", "chooses", "picked", "selected", "awarded", "extended", "renewed", "stay",
    "stays", "staying", "stayed", "stick", "sticks", "sticking", "opted", "decided", "bought", "signed", "entschieden", "gewählt",
    "bleibt", "bleiben", "choisi", "retenu", "opté", "reste", "restent", "elegido", "escogido", "optado", "eligieron", "eligió",
    "escogieron", "scelto", "preferito", "optato", "escolheu", "escolheram", "optaram", "optou", "gekozen", "kozen", "blijven",
    "valgt", "valde", "valt", "préféré", "prefirió", "prefirieron", "preferiu", "preferiram",
];

/// "They went with another supplier": the one that is not us is named near the verb.
pub(super) fn chosen(document: &Document<'_>, sentence: &Sentence) -> Option<Candidate<DealStage>> {
    if !sentence.cues.has(Cue::Rival) {
        return None;
    }
    sentence.clauses.iter().find_map(|clause| in_clause(document, sentence, clause))
}

fn in_clause(document: &Document<'_>, sentence: &Sentence, clause: &Clause) -> Option<Candidate<DealStage>> {
    const NEAR: usize = 6;
    const JOINTS: &[&str] = &[
        "with", "for", "to", "on", "from", "at", "für", "bei", "zu", "chez", "pour", "avec", "por", "con",
        "a", "per", "voor", "bij", "met",
    ];
    let is_any = |at: usize, words: &[&str]| document.token(at).is_some_and(|token| token.is_any(words));
    let verb = clause.range.clone().find(|at| is_any(*at, CHOSE))?;
    let rival = clause.range.clone().find(|at| document.cues(*at..at + 1).has(Cue::Rival))?;
    let between = verb.min(rival) + 1..verb.max(rival);
    let transitive = is_any(
        verb,
        &[
            "chose",
            "chosen",
            "chooses",
            "picked",
            "selected",
            "gewählt",
            "choisi",
            "retenu",
            "elegido",
            "escogido",
            "eligieron",
            "eligió",
            "escogieron",
            "scelto",
            "preferito",
            "escolheu",
            "escolheram",
            "valgt",
            "valde",
            "valt",
            "préféré",
            "prefirió",
            "prefirieron",
            "preferiu",
            "preferiram",
        ],
    );
    let joined = transitive
        || between.clone().any(|at| is_any(at, JOINTS))
        || (rival.saturating_sub(2)..rival).any(|at| is_any(at, JOINTS));
    let stated = verb.min(rival)..verb.max(rival) + 1;
    let near = between.len() < NEAR;
    (near && joined && is_settled(document, sentence, clause, &stated, DealStage::Lost)).then_some(
        Candidate { value: DealStage::Lost, weight: Weight::Stated, confidence: 0.91, evidence: stated },
    )
}

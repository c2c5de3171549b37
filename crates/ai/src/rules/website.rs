//! Websites: which is the lead's.

use super::{
    candidate::{Candidate, Weight},
    phone::{is_ours, is_someones},
    text::{Document, Kind},
    words::{Cue, Cues},
};

/// The websites of the lead or its company, as written.
pub(crate) fn sites(document: &Document<'_>) -> Vec<Candidate<String>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            let (Some(token), Some(clause)) =
                (document.token(at).filter(|token| token.kind == Kind::Site), sentence.clause(at))
            else {
                continue;
            };
            let from = at.saturating_sub(8).max(sentence.range.start);
            let Some(label) = (from..at).rev().find(|at| document.cues(*at..at + 1).has(Cue::Site)) else {
                continue;
            };
            let before = document.cues(clause.range.start..at);
            let wrong =
                before.has_any(Cues::of(&[Cue::Negated, Cue::Past, Cue::Rival])) && !before.has(Cue::Final);
            let somebodys = is_someones(document, sentence, label) && !names_company(document, label);
            if wrong
                || clause.unsure
                || sentence.cues.has(Cue::Rival)
                || !sentence.is_of_lead(at)
                || somebodys
                || is_ours(document, sentence, at)
            {
                continue;
            }
            let weight = if before.has(Cue::Final) { Weight::Final } else { Weight::Stated };
            found.push(Candidate {
                value: token.text.to_owned(),
                weight,
                confidence: 0.95,
                evidence: label..at + 1,
            });
        }
    }
    found
}

/// "The marina's own site": what is possessive is the lead's company, in another word.
fn names_company(document: &Document<'_>, label: usize) -> bool {
    let before = document.slice(label.saturating_sub(3)..label);
    before.iter().any(|token| token.is("own"))
}

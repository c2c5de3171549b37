use leadkeep_domain::DealStage;

use super::{doubt::is_mislaid, is_certain};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Author, Document, Lead, Sentence, Who},
    words::Cue,
};

/// `lost Luke`: we did.
pub(super) fn lost(document: &Document<'_>, sentence: &Sentence) -> Option<Candidate<DealStage>> {
    let start = sentence.range.start;
    let first = if document.token(start)?.is("we") { start + 1 } else { start };
    let of_lead = sentence.mentions.iter().any(|mention| mention.at == first + 1 && mention.who == Who::Lead);
    let certain =
        sentence.clause(first).is_some_and(|clause| !clause.unsure) && sentence.author == Author::Rep;
    let lost = document.token(first)?.is("lost")
        && of_lead
        && certain
        && !is_mislaid(document, sentence, &(first..first + 1))
        && !document.token(first + 2).is_some_and(|next| next.is("'s"));
    lost.then(|| Candidate {
        value: DealStage::Lost,
        weight: Weight::Stated,
        confidence: 0.9,
        evidence: first..first + 2,
    })
}

/// `We sent Morag the proposal`, `they got our quote`.
pub(super) fn sent(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
) -> Option<Candidate<DealStage>> {
    #[rustfmt::skip]
    const SENT: &[&str] = &[
        "sent", "emailed", "mailed", "delivered", "presented", "submitted", "shared", "got", "received",
        "has", "have",
    ];
    const PAPERS: &[&str] = &["proposal", "quote", "quotation", "offer"];
    const BETWEEN: &[&str] = &[
        "the", "our", "him", "her", "them", "out", "over", "off", "updated", "revised", "final", "full",
        "written", "formal", "a",
    ];
    for at in sentence.range.clone() {
        if !document.token(at)?.is_any(SENT) {
            continue;
        }
        let clause = sentence.clause(at)?;
        let after = at + 1..clause.range.end.min(at + 6);
        let Some(paper) =
            after.clone().find(|at| document.token(*at).is_some_and(|token| token.is_any(PAPERS)))
        else {
            continue;
        };
        let between = document.slice(at + 1..paper);
        let passes = between.iter().all(|token| {
            token.is_any(BETWEEN) || lead.is_called(&token.lower) || lead.works_at(&token.lower)
        });
        let definite = between.iter().any(|token| token.is_any(&["the", "our"]))
            || document
                .token(at)
                .is_some_and(|token| token.is_any(&["sent", "emailed", "mailed", "submitted"]));
        if passes
            && definite
            && !document.cues(sentence.range.start..at).has(Cue::Rival)
            && !document.token(at)?.is_any(&["has", "have"])
            && is_certain(document, sentence, lead, &(at..paper + 1), DealStage::Proposal)
        {
            return Some(Candidate {
                value: DealStage::Proposal,
                weight: Weight::Stated,
                confidence: 0.92,
                evidence: at..paper + 1,
            });
        }
    }
    None
}

/// `Elena just signed!`: the lead or its side, something signed, and nothing else that it could be.
pub(super) fn signed(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
) -> Option<Candidate<DealStage>> {
    for at in sentence.range.clone() {
        if document.token(at).is_some_and(|token| token.is_any(&["signed", "countersigned"])) {
            return signed_at(document, sentence, lead, at);
        }
    }
    None
}

fn signed_at(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<DealStage>> {
    let clause = sentence.clause(at)?;
    let next = document.token(at + 1).filter(|_| at + 1 < clause.range.end);
    let ends = next.is_none_or(|next| {
        !next.is_word()
            || next.is_any(&[
                "today",
                "yesterday",
                "this",
                "just",
                "it",
                "on",
                "last",
                "and",
                "with",
                "at",
                "10",
                "already",
                "everything",
                "earlier",
            ])
    });
    let before = clause.range.start..at;
    let passes = |at: usize| {
        document.token(at).is_some_and(|token| {
            token.is_any(&[
                "has", "have", "'s", "'ve", "just", "finally", "already", "they", "theyve", "now", "both",
                "she", "he", "and", "all",
            ]) || lead.is_called(&token.lower)
                || lead.works_at(&token.lower)
        })
    };
    let named = before.clone().any(|at| {
        document
            .token(at)
            .is_some_and(|token| lead.is_called(&token.lower) || token.is_any(&["they", "she", "he"]))
    });
    let plain = ends && named && before.clone().all(passes) && sentence.is_of_lead(at);
    let stage = plain && !clause.unsure && !clause.cues.has(Cue::Negated) && !sentence.asks;
    stage.then(|| Candidate {
        value: DealStage::Won,
        weight: Weight::Stated,
        confidence: 0.9,
        evidence: before.start..at + 1,
    })
}

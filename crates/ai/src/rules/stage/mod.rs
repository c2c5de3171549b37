//! Stages: which the deal is said to be at now.

mod choice;
mod doubt;
mod events;
mod paper;
mod request;
mod statement;
mod talks;

use std::ops::Range;

use leadkeep_domain::DealStage;

use doubt::{
    is_at_another, is_by_profession, is_half_done, is_long_ago, is_mislaid, is_of_others, is_with_another,
    is_won_elsewhere, names_other_deal,
};
pub(crate) use request::named;

use super::{
    candidate::{Candidate, Weight},
    text::{Document, Lead, Sentence, Who},
    words::{Cue, Cues},
};

/// The stages that the text states, or asks to set.
pub(crate) fn stages(document: &Document<'_>, lead: &Lead) -> Vec<Candidate<DealStage>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        found.extend(request::asked_for(document, sentence));
        found.extend(statement::signed(document, sentence, lead));
        found.extend(statement::lost(document, sentence));
        found.extend(statement::sent(document, sentence, lead));
        let papers = paper::papers(document, sentence).into_iter();
        found.extend(papers.filter(|paper| {
            !is_half_done(document, sentence, &paper.evidence, paper.value)
                && !is_of_others(document, sentence, lead, &paper.evidence)
        }));
        found.extend(choice::chosen(document, sentence));
        found.extend(talks::talks(document, sentence));
    }
    for (range, stage) in &document.stages {
        let at = document.sentences.partition_point(|sentence| sentence.range.end <= range.start);
        let Some(sentence) =
            document.sentences.get(at).filter(|sentence| sentence.range.contains(&range.start))
        else {
            continue;
        };
        if is_certain(document, sentence, lead, range, *stage) {
            found.push(Candidate {
                value: *stage,
                weight: Weight::Stated,
                confidence: 0.93,
                evidence: range.clone(),
            });
        }
    }
    found
}

fn is_certain(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    stated: &Range<usize>,
    stage: DealStage,
) -> bool {
    let Some(clause) = sentence.clause(stated.start) else { return false };
    let before = document.cues(clause.range.start..stated.start);
    let doubted = clause.unsure
        || sentence.asks
        || sentence.elsewhere
        || before.has_any(Cues::of(&[Cue::Negated, Cue::Future, Cue::Wish, Cue::Event]));
    // Wanted, not done: "get the contract signed", "need it signed by August", "once signed".
    let wanted = document.slice(clause.range.start..stated.start).iter().any(|token| {
        token.is_any(&[
            "want", "wants", "wanted", "need", "needs", "get", "will", "'ll", "to", "until", "when",
            "before", "after", "once", "must", "should", "asked", "asks", "hopes", "plans", "as", "soll",
            "will", "muss", "bis", "nach", "veut", "doit", "quiere", "debe",
        ]) && !(token.is("as") && stage == DealStage::Qualified)
            && !(token.is("to") && stage == DealStage::Lost)
    });
    // Papers that bind nobody to buy.
    let unbinding = stage == DealStage::Won
        && document.slice(clause.range.clone()).iter().any(|token| {
            token.is_any(&[
                "nda",
                "ndas",
                "confidentiality",
                "disclosure",
                "loi",
                "mou",
                "intent",
                "petition",
                "lease",
                "loan",
            ])
        });
    let owner = sentence
        .mentions
        .iter()
        .rev()
        .find(|mention| mention.at <= stated.start)
        .map_or(sentence.before, |mention| mention.who);
    !doubted
        && !(stage == DealStage::Lost
            && (is_mislaid(document, sentence, stated) || is_with_another(document, sentence, lead, stated)))
        && !(stage != DealStage::Lost && clause.cues.has(Cue::Rival))
        && !is_half_done(document, sentence, stated, stage)
        && !is_of_others(document, sentence, lead, stated)
        && !is_long_ago(document, clause.range.clone())
        && !(stage == DealStage::Lost && document.cues(clause.range.start..stated.start).has(Cue::Rival))
        && !(stage == DealStage::Won && is_won_elsewhere(document, sentence, stated))
        && !is_at_another(document, sentence, lead, stated)
        && !unbinding
        && !is_by_profession(document, stated, stage)
        && !wanted
        && owner == Who::Lead
        && !names_other_deal(document, clause.range.start..clause.range.end, lead)
}

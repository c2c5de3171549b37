//! Stages: which the deal is said to be at now.

mod choice;
mod paper;
mod request;
mod statement;
mod talks;

use std::ops::Range;

use leadkeep_domain::DealStage;

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

/// "We lost her for ten minutes", "we lost the connection", "we lost the tender for the hospital".
fn is_mislaid(document: &Document<'_>, sentence: &Sentence, stated: &Range<usize>) -> bool {
    #[rustfmt::skip]
    const DEALS: &[&str] = &[
        "the", "this", "that", "it", "out", "to", "against", "him", "her", "them", "deal", "and", "because", "on", "over", "by", "again",
        "today", "yesterday", "here", "after", "due",
    ];
    #[rustfmt::skip]
    const OTHERS: &[&str] = &[
        "connection", "line", "signal", "thread", "call", "time", "touch", "contact", "track", "tender", "key", "keys", "file", "mail",
        "password", "way", "week", "day", "hour", "plot", "bet", "game", "match", "minutes", "minute", "weeks", "hours", "number",
    ];
    let last = stated.end.checked_sub(1).and_then(|at| document.token(at));
    if !last.is_some_and(|last| last.is_any(&["lost", "him", "her", "them", "it"])) {
        return false;
    }
    let end = sentence.range.end.min(stated.end + 5);
    let behind = document.slice(stated.end..end.max(stated.end));
    let next = behind.first().filter(|next| next.is_word());
    let other = next.is_some_and(|next| !next.is_any(DEALS))
        && !sentence.mentions.iter().any(|mention| mention.at == stated.end);
    other || behind.iter().any(|token| token.is_any(OTHERS))
}

/// "They nearly signed with Vantor but the contract fell through": what did not come about is somebody else's.
fn is_with_another(document: &Document<'_>, sentence: &Sentence, lead: &Lead, stated: &Range<usize>) -> bool {
    #[rustfmt::skip]
    const DEALS: &[&str] = &["deal", "contract", "order", "agreement", "project", "talks", "negotiations", "merger", "nearly", "almost"];
    let before = document.slice(sentence.range.start..stated.end);
    before.windows(2).enumerate().any(|(index, pair)| {
        let named = matches!(pair, [with, name] if with.is("with") && name.is_capitalised()
            && !lead.is_called(&name.lower) && !lead.works_at(&name.lower) && !super::words::is_ordinary_word(&name.lower));
        let of_deal = before.get(index.saturating_sub(2)..index).unwrap_or_default();
        named && of_deal.iter().any(|token| token.is_any(DEALS))
    })
}

/// "Contract signed by Nora, her director's signature is missing"; "the project was cancelled before she came".
fn is_half_done(
    document: &Document<'_>,
    sentence: &Sentence,
    stated: &Range<usize>,
    stage: DealStage,
) -> bool {
    const MISSING: &[&str] = &[
        "reste",
        "fehlt",
        "missing",
        "except",
        "manque",
        "falta",
        "manca",
        "ontbreekt",
        "mangler",
        "saknas",
    ];
    const BEFORE: &[&str] = &["before", "bevor", "avant", "antes", "prima", "voordat"];
    let behind = document.slice(stated.end..sentence.range.end.max(stated.end));
    stage == DealStage::Won && behind.iter().any(|token| token.is_any(MISSING))
        || stage == DealStage::Lost && behind.first().is_some_and(|token| token.is_any(BEFORE))
}

/// "The signed contract from the Denver branch", "in negotiations with her landlord".
fn is_of_others(document: &Document<'_>, sentence: &Sentence, lead: &Lead, stated: &Range<usize>) -> bool {
    const THIRD_PARTIES: &[&str] = &[
        "landlord",
        "supplier",
        "suppliers",
        "bank",
        "insurer",
        "union",
        "unions",
        "neighbour",
        "neighbor",
        "council",
    ];
    let behind = document.slice(stated.end..sentence.range.end.min(stated.end + 5).max(stated.end));
    let [joint, rest @ ..] = behind else { return false };
    if !joint.is_any(&["from", "with", "of"]) {
        return false;
    }
    let name = rest.iter().find(|token| !token.is_any(&["the", "their", "his", "her", "our"]));
    let named = name.is_some_and(|name| {
        name.is_capitalised()
            && !lead.is_called(&name.lower)
            && !lead.works_at(&name.lower)
            && !super::words::is_ordinary_word(&name.lower)
    });
    named && joint.is("from") || rest.iter().any(|token| token.is_any(THIRD_PARTIES))
}

/// "The contract she signed in 2019", "our proposal from last year".
pub(super) fn is_long_ago(document: &Document<'_>, clause: Range<usize>) -> bool {
    let year = document.written_on.year();
    let past = |token: &crate::rules::text::Token<'_>| {
        token.text.len() == 4 && token.text.parse::<i32>().is_ok_and(|number| (1950..year).contains(&number))
    };
    let tokens = document.slice(clause);
    tokens.windows(2).any(|pair| {
        matches!(pair, [before, number] if before.is_any(&["in", "from", "since", "of", "back", "back", "von", "en", "de", "del", "nel"]) && past(number)
            || before.is("last") && number.is("year")
            || before.is_any(&["year", "years"]) && number.is("ago"))
    })
}

/// "We won Gwen over", "we won the security review".
fn is_won_elsewhere(document: &Document<'_>, sentence: &Sentence, stated: &Range<usize>) -> bool {
    #[rustfmt::skip]
    const NEXT: &[&str] = &["the", "this", "that", "it", "and", "against", "with", "by", "because", "today", "at", "on", "for", "in", "them", "him", "her", "as"];
    #[rustfmt::skip]
    const DEALS: &[&str] = &[
        "deal", "business", "contract", "order", "tender", "bid", "pitch", "account", "project", "race", "job", "work", "one", "customer",
        "client", "lead", "opportunity", "whole", "thing",
    ];
    let last = stated.end.checked_sub(1).and_then(|at| document.token(at));
    if !last.is_some_and(|last| last.is("won")) {
        return false;
    }
    let behind = document.slice(stated.end..sentence.range.end.min(stated.end + 4));
    let over = behind.iter().take(3).any(|token| token.is("over"));
    let other = match behind {
        [article, rest @ ..]
            if article.is_any(&["the", "this", "that", "a", "an", "their", "his", "her"]) =>
        {
            !rest.iter().any(|token| token.is_any(DEALS))
        }
        [next, ..] => {
            next.is_word()
                && !next.is_any(NEXT)
                && !sentence.mentions.iter().any(|mention| mention.at == stated.end)
        }
        [] => false,
    };
    over || other
}

/// "Lost the deal at acme": whose deal it is stands behind.
fn is_at_another(document: &Document<'_>, sentence: &Sentence, lead: &Lead, stated: &Range<usize>) -> bool {
    #[rustfmt::skip]
    const TIMES: &[&str] = &["last", "noon", "least", "once", "first", "long", "night", "full", "our", "the", "a", "this", "that", "list", "midnight", "lunch"];
    let [at, name] = document.slice(stated.end..sentence.range.end.min(stated.end + 2)) else { return false };
    at.is("at")
        && name.is_word()
        && !name.is_any(TIMES)
        && document.cues(stated.end + 1..stated.end + 2) == Cues::NONE
        && !lead.works_at(&name.lower)
        && !lead.is_called(&name.lower)
}

/// "He is qualified as an engineer."
fn is_by_profession(document: &Document<'_>, stated: &Range<usize>, stage: DealStage) -> bool {
    let next = document.token(stated.end);
    stage == DealStage::Qualified
        && next.is_some_and(|next| next.is_any(&["as", "for", "to", "in", "engineer", "accountant"]))
}

/// "We won the Baxter deal": a deal with a name that is not the lead's.
fn names_other_deal(document: &Document<'_>, clause: Range<usize>, lead: &Lead) -> bool {
    let tokens = document.slice(clause);
    tokens.windows(2).any(|pair| {
        matches!(pair, [name, deal] if name.is_capitalised() && deal.is_any(&["deal", "contract", "account", "order", "project"])
            && !lead.is_called(&name.lower) && !lead.works_at(&name.lower) && !super::words::is_ordinary_word(&name.lower))
    })
}

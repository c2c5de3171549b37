//! What is said of another deal, of another time, or of something else that is won or lost.

use std::ops::Range;

use leadkeep_domain::DealStage;

use crate::rules::{
    text::{Document, Lead, Sentence, Token},
    words::{Cues, is_ordinary_word},
};

/// "We lost her for ten minutes", "we lost the connection", "we lost the tender for the hospital".
pub(super) fn is_mislaid(document: &Document<'_>, sentence: &Sentence, stated: &Range<usize>) -> bool {
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
pub(super) fn is_with_another(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    stated: &Range<usize>,
) -> bool {
    #[rustfmt::skip]
    const DEALS: &[&str] = &["deal", "contract", "order", "agreement", "project", "talks", "negotiations", "merger", "nearly", "almost"];
    let before = document.slice(sentence.range.start..stated.end);
    before.windows(2).enumerate().any(|(index, pair)| {
        let named = matches!(pair, [with, name] if with.is("with") && name.is_capitalised()
            && !lead.is_called(&name.lower) && !lead.works_at(&name.lower) && !is_ordinary_word(&name.lower));
        let of_deal = before.get(index.saturating_sub(2)..index).unwrap_or_default();
        named && of_deal.iter().any(|token| token.is_any(DEALS))
    })
}

/// "Contract signed by Nora, her director's signature is missing"; "the project was cancelled before she came".
pub(super) fn is_half_done(
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
pub(super) fn is_of_others(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    stated: &Range<usize>,
) -> bool {
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
            && !is_ordinary_word(&name.lower)
    });
    named && joint.is("from") || rest.iter().any(|token| token.is_any(THIRD_PARTIES))
}

/// "The contract she signed in 2019", "our proposal from last year".
pub(super) fn is_long_ago(document: &Document<'_>, clause: Range<usize>) -> bool {
    let year = document.written_on.year();
    let past = |token: &Token<'_>| {
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
pub(super) fn is_won_elsewhere(document: &Document<'_>, sentence: &Sentence, stated: &Range<usize>) -> bool {
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
pub(super) fn is_at_another(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    stated: &Range<usize>,
) -> bool {
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
pub(super) fn is_by_profession(document: &Document<'_>, stated: &Range<usize>, stage: DealStage) -> bool {
    let next = document.token(stated.end);
    stage == DealStage::Qualified
        && next.is_some_and(|next| next.is_any(&["as", "for", "to", "in", "engineer", "accountant"]))
}

/// "We won the Baxter deal": a deal with a name that is not the lead's.
pub(super) fn names_other_deal(document: &Document<'_>, clause: Range<usize>, lead: &Lead) -> bool {
    let tokens = document.slice(clause);
    tokens.windows(2).any(|pair| {
        matches!(pair, [name, deal] if name.is_capitalised() && deal.is_any(&["deal", "contract", "account", "order", "project"])
            && !lead.is_called(&name.lower) && !lead.works_at(&name.lower) && !is_ordinary_word(&name.lower))
    })
}

use std::ops::Range;

use super::{
    change::{appointed, apposed, begins_later, changed, took},
    has_lead_as_subject, is_said_of_lead,
    phrase::title_phrase,
};
use crate::rules::{
    candidate::{Candidate, Weight},
    phone::is_someones,
    text::{Author, Document, Lead, Sentence, Who},
    words::{Cue, Cues},
};

/// A title, and where the company may follow that it is held at.
pub(crate) type Title = Range<usize>;

/// The titles that the lead is said to have now, as the tokens of each.
pub(crate) fn titles(document: &Document<'_>, lead: &Lead) -> Vec<Candidate<Title>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            let claim = became(document, sentence, at)
                .or_else(|| labelled(document, sentence, at))
                .or_else(|| moved_as(document, sentence, at))
                .or_else(|| in_brackets(document, sentence, at))
                .or_else(|| appointed(document, sentence, at))
                .or_else(|| took(document, sentence, at))
                .or_else(|| changed(document, sentence, at))
                .or_else(|| apposed(document, sentence, lead, at));
            let end = clause_end(sentence, at);
            found.extend(
                claim.filter(|claim| !begins_later(document, claim.evidence.start, &claim.value, end)),
            );
        }
    }
    found
}

/// Where the clause of a token ends.
pub(super) fn clause_end(sentence: &Sentence, at: usize) -> usize {
    sentence.clause(at).map_or(sentence.range.end, |clause| clause.range.end)
}

/// A title that is said from `from` on.
pub(super) fn candidate(title: Title, weight: Weight, confidence: f64, from: usize) -> Candidate<Title> {
    Candidate { evidence: from.min(title.start)..title.end, value: title, weight, confidence }
}

/// `she is now …`, `has been made …`, `Everett now …`.
fn became(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    let cues = document.cues(at..at + 1);
    let named = at.checked_sub(1).is_some_and(|before| {
        sentence.mentions.iter().any(|mention| mention.at == before && mention.who == Who::Lead)
    });
    let now = named
        && document
            .token(at)
            .is_some_and(|token| token.is_any(&["now", "jetzt", "désormais", "ahora", "nu", "=", ":"]));
    let begins = at == sentence.range.start
        && document
            .token(at)
            .is_some_and(|token| token.is_any(&["now", "still", "jetzt", "désormais", "ahora", "nu"]));
    let now = now || begins;
    let ends = !document.cues(at + 1..at + 2).has(Cue::Becomes);
    if !(now || (cues.has(Cue::Becomes) && ends)) {
        return None;
    }
    let from = behind_since(document, at + 1);
    let title = title_phrase(document, from, clause_end(sentence, from), false)?;
    let verb = (sentence.range.start..=at)
        .rev()
        .take_while(|at| document.cues(*at..at + 1).has(Cue::Becomes))
        .last()
        .unwrap_or(at);
    // "I'm head of events now", the lead writes; when we say so, it is about us.
    let first_person = document.slice(verb..at + 1).iter().any(|token| token.is_any(FIRST_PERSON));
    if first_person && sentence.author != Author::Lead {
        return None;
    }
    let of_lead = is_said_of_lead(document, sentence, at, title.start)
        && (now
            || first_person
            || document.cues(verb..verb + 1).has(Cue::Third)
            || has_lead_as_subject(document, sentence, verb));
    // "Marta's assistant" is somebody else; "she's assistant" is she.
    let pronoun = at.checked_sub(1).is_some_and(|before| document.cues(before..at).has(Cue::Third));
    if document.token(at)?.is("'s") && verb == at && title.start == at + 1 && !pronoun {
        return None;
    }
    // "He has been a consultant" may be long ago.
    let has_been = document.token(at)?.is("been")
        && !document.token(title.start)?.is_capitalised()
        && !document.slice(sentence.range.clone()).iter().any(|token| token.is_any(&["since", "now"]));
    if has_been {
        return None;
    }
    let replaces = document.cues(verb..title.start).has(Cue::Final)
        || document.cues(title.end..title.end + 1).has(Cue::Final);
    let weight = if replaces { Weight::Final } else { Weight::Stated };
    of_lead.then(|| candidate(title, weight, 0.95, verb))
}

/// Of whoever speaks.
#[rustfmt::skip]
const FIRST_PERSON: &[&str] = &["i", "'m", "im", "am", "ich", "bin", "je", "suis", "soy", "sono", "sou", "ik", "ben", "jeg", "jag"];

/// Where a title may begin behind "since May", "seit dem 1. September".
fn behind_since(document: &Document<'_>, at: usize) -> usize {
    #[rustfmt::skip]
    const SINCE: &[&str] = &["since", "seit", "depuis", "desde", "sinds", "siden", "sedan"];
    const REACH: usize = 6;
    let since = |at: usize| document.token(at).is_some_and(|token| token.is_any(SINCE));
    if !since(at) && !at.checked_sub(1).is_some_and(since) {
        return at;
    }
    let dated = |at: &usize| {
        document.token(*at).is_some_and(|token| {
            crate::rules::date::is_month(&token.lower)
                || token.is_any(&["monday", "spring", "summer", "montag", "mai", "woche", "monat", "week"])
        })
    };
    (at + 1..at + REACH).find(dated).map_or(at, |date| date + 1)
}

/// `new role: …`, `official title …`.
fn labelled(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    let ends = !document.cues(at + 1..at + 2).has(Cue::TitleLabel);
    if !document.cues(at..at + 1).has(Cue::TitleLabel) || !ends {
        return None;
    }
    let says = document
        .token(at + 1)
        .is_some_and(|token| token.is_any(&[":", "is", "=", "ist", "est", "es", "now", "'s"]));
    let comma = document.token(at + 1).is_some_and(|token| token.is(","));
    // "Title on the card: …".
    let colon = (at + 1..clause_end(sentence, at).min(at + 6))
        .find(|at| document.token(*at).is_some_and(|token| token.is(":")));
    let from = colon.unwrap_or(at) + 1 + usize::from(comma && colon.is_none());
    let title = title_phrase(document, from, clause_end(sentence, from), says)?;
    let of_lead =
        is_said_of_lead(document, sentence, at, title.start) && !is_of_somebody(document, sentence, at);
    let has_head = super::has_head(document.slice(title.clone()));
    let confidence = if has_head { 0.95 } else { 0.8 };
    of_lead.then(|| candidate(title, Weight::Stated, confidence, at))
}

/// What somebody does as something.
#[rustfmt::skip]
const AT_WORK: &[&str] = &[
    "heads", "leads", "runs", "returns", "returned", "back", "started", "hired", "continues", "promoted",
    "arbeitet", "werkt", "jobber", "jobbar", "arbetar", "trabalha", "travaille", "trabaja", "lavora", "succeeds", "succeeded", "replaced", "replaces", "took", "taken", "appointed",
    "named", "heading", "leading", "running", "rejoined", "installed", "confirmed", "signed",
];

/// `moved to headquarters as …`, `joined them as …`.
fn moved_as(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    if !document.token(at)?.is_any(&["as", "als", "comme", "como", "come"]) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let before = clause.range.start..at;
    let works = |at: &usize| document.token(*at).is_some_and(|token| token.is_any(AT_WORK));
    // "The same school as the Head of Oakline" compares.
    if document.slice(before.clone()).iter().any(|token| token.is_any(&["same", "such", "well", "much"])) {
        return None;
    }
    let lasts = document
        .slice(before.clone())
        .iter()
        .any(|token| token.is_any(&["seit", "jetzt", "nun", "depuis", "desde", "sinds"]));
    let work = before.clone().find(works).or_else(|| {
        before.clone().find(|at| lasts && document.token(*at).is_some_and(|token| token.is("ist")))
    });
    // "We hired Ann as a buyer" is about Ann.
    if work.is_some_and(|verb| !has_lead_as_subject(document, sentence, verb)) {
        return None;
    }
    let moves = document.cues(before.clone()).has_any(Cues::of(&[Cue::Moved, Cue::Joins])) || work.is_some();
    let title = title_phrase(document, at + 1, clause.range.end, false).filter(|_| moves)?;
    is_said_of_lead(document, sentence, at, title.start)
        .then(|| candidate(title, Weight::Stated, 0.9, clause.range.start))
}

/// `Janelle (VP of Customer Success)`.
fn in_brackets(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    let of_lead = sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead);
    if !of_lead || document.cues(at..at + 1).has(Cue::Third) || !document.token(at + 1)?.is("(") {
        return None;
    }
    let title = title_phrase(document, at + 2, clause_end(sentence, at + 2), false)?;
    let closed = document.token(title.end)?.is_any(&[")", ","]);
    (closed && is_said_of_lead(document, sentence, at, at + 1))
        .then(|| candidate(title, Weight::Near, 0.85, at))
}

fn is_of_somebody(document: &Document<'_>, sentence: &Sentence, label: usize) -> bool {
    is_someones(document, sentence, label)
}

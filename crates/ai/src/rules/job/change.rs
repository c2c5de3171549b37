//! Titles that somebody gave to the lead, that it took, or that it changed to.

use std::ops::Range;

use super::{
    has_lead_as_subject, is_said_of_lead,
    phrase::title_phrase,
    title::{Title, candidate, clause_end},
};
use crate::rules::{
    candidate::{Candidate, Weight},
    text::{Document, Lead, Sentence, Token, Who},
    words::{Cue, Cues, is_ordinary_word},
};

fn is_any(document: &Document<'_>, at: usize, words: &[&str]) -> bool {
    document.token(at).is_some_and(|token| token.is_any(words))
}

fn names_lead(sentence: &Sentence, at: usize) -> bool {
    sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead)
}

/// `they made him Executive Director`, `the board elected Everett chairman`.
pub(super) fn appointed(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    #[rustfmt::skip]
    const APPOINT: &[&str] = &[
        "made", "named", "appointed", "promoted", "elected", "voted", "crowned", "nominated", "bumped", "elevated",
    ];
    if !is_any(document, at, APPOINT) {
        return None;
    }
    let mut end = at + 1;
    while names_lead(sentence, end) {
        end += 1;
    }
    let title = title_phrase(document, end, clause_end(sentence, end), false).filter(|_| end > at + 1)?;
    is_said_of_lead(document, sentence, at, title.start).then(|| candidate(title, Weight::Stated, 0.93, at))
}

/// `took the Operations Director job`, `stepped into the role of …` is another rule's.
pub(super) fn took(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    const TAKE: &[&str] = &["took", "taken", "got", "landed", "accepted", "holds", "filled", "has", "into"];
    if !is_any(document, at, TAKE) {
        return None;
    }
    let title = title_phrase(document, at + 1, clause_end(sentence, at + 1), false)?;
    let role = is_any(document, title.end, ROLES);
    let verb = if is_any(document, at, &["into"]) { at.checked_sub(1)? } else { at };
    (role
        && is_said_of_lead(document, sentence, at, title.start)
        && has_lead_as_subject(document, sentence, verb))
    .then(|| candidate(title, Weight::Stated, 0.9, at))
}

/// Nouns behind a title.
pub(super) const ROLES: &[&str] = &["role", "job", "position", "post", "seat", "slot", "chair"];

/// Titles that replace another one, which is named before.
pub(super) fn changed(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    from_to(document, sentence, at)
        .or_else(|| arrowed(document, sentence, at))
        .or_else(|| instead(document, sentence, at))
}

/// `went from Buyer to Head of Purchasing`.
fn from_to(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    const REACH: usize = 10;
    const MOVED: &[&str] = &[
        "went", "gone", "climbed", "advanced", "risen", "stepped", "moved", "promoted", "jumped", "rose",
        "changed", "switched", "bumped", "up",
    ];
    if !is_any(document, at, &["to"]) {
        return None;
    }
    let clause = sentence.clause(at)?;
    let from = (clause.range.start..at).rev().take(REACH).find(|at| is_any(document, *at, &["from"]))?;
    title_phrase(document, from + 1, at, false).filter(|old| old.end == at)?;
    let verb = from.checked_sub(1).filter(|verb| is_any(document, *verb, MOVED))?;
    let title = title_phrase(document, at + 1, clause.range.end, false)?;
    let of_lead = is_said_of_lead(document, sentence, from, title.start)
        && has_lead_as_subject(document, sentence, verb);
    of_lead.then(|| candidate(title, Weight::Final, 0.92, verb))
}

/// `Buyer -> Head of Purchasing`.
fn arrowed(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    const REACH: usize = 12;
    let arrow = match document.token(at)?.lower.as_ref() {
        ">" => at.checked_sub(1).filter(|dash| is_any(document, *dash, &["-", "="]))?,
        "→" => at,
        _ => return None,
    };
    let old = (arrow.saturating_sub(REACH).max(sentence.range.start)..arrow)
        .find_map(|from| title_phrase(document, from, arrow, false).filter(|old| old.end == arrow))?;
    let title = title_phrase(document, at + 1, clause_end(sentence, at + 1), false)?;
    is_said_of_lead(document, sentence, old.start, title.start)
        .then(|| candidate(title, Weight::Final, 0.9, old.start))
}

/// `no longer Buyer but Head of Purchasing`.
fn instead(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<Candidate<Title>> {
    const REACH: usize = 14;
    if !is_any(document, at, &["but", "sondern", "mais", "sino", "ma", "mas", "maar"]) {
        return None;
    }
    let before = at.saturating_sub(REACH).max(sentence.range.start)..at;
    let no_longer = |pair: &[Token<'_>]| matches!(pair, [no, longer] if no.is("no") && longer.is("longer"));
    let denied = document.cues(before.clone()).has(Cue::Negated)
        || document.slice(before.clone()).windows(2).any(no_longer);
    let was = before.clone().any(|at| document.cues(at..at + 1).has(Cue::Becomes));
    before.clone().find_map(|at| title_phrase(document, at, before.end, false))?;
    let title = title_phrase(document, at + 1, clause_end(sentence, at + 1), false)?;
    let clause = sentence.clause(at)?;
    let of_lead = !clause.unsure && !sentence.asks && sentence.is_of_lead(at);
    (denied && was && of_lead).then(|| candidate(title, Weight::Final, 0.9, at))
}

/// `John, now Head of Purchasing, …`, `John, the new Head of Purchasing, …`.
pub(super) fn apposed(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Title>> {
    let named = names_lead(sentence, at) && !document.cues(at..at + 1).has(Cue::Third);
    if !named || !is_any(document, at + 1, &[","]) {
        return None;
    }
    let title = title_phrase(document, at + 2, clause_end(sentence, at + 2), false)?;
    let introduced = document.slice(at + 2..title.start).iter().any(|token| {
        token.is_any(&[
            "now",
            "new",
            "their",
            "jetzt",
            "désormais",
            "ahora",
            "ora",
            "agora",
            "nu",
            "neuer",
            "neue",
        ])
    });
    // "Met John Tillery, Head of Sales at Brindle".
    let own = is_any(document, title.end, &["at", "of", "@", "for", "bei", "chez", "bij"])
        && document
            .token(title.end + 1)
            .is_some_and(|token| lead.works_at(&token.lower) && !lead.is_called(&token.lower));
    let introduced = introduced || own;
    let listed = (sentence.range.start..at).any(|at| is_any(document, at, &[":", "and", "with", ","]));
    let closed =
        is_any(document, title.end, &[",", ".", ")", "at", "of", "@", "for", "bei", "chez", "en", "bij"])
            || title.end >= sentence.range.end;
    let next = document.token(title.end + 1).filter(|_| title.end + 1 < sentence.range.end);
    let goes_on = next.is_some_and(|next| {
        is_any(document, title.end, &[","])
            && (next.is_any(&["and", "two", "our"])
                || (next.is_capitalised() && !is_ordinary_word(&next.lower)))
    });
    let of_lead = is_said_of_lead(document, sentence, at, at + 1);
    (introduced && !listed && closed && !goes_on && of_lead).then(|| candidate(title, Weight::Near, 0.86, at))
}

/// Whether a title or company is held only from some day on: `becomes Controller on 1 July`, `starts in May`.
pub(super) fn begins_later(document: &Document<'_>, verb: usize, stated: &Range<usize>, end: usize) -> bool {
    const REACH: usize = 8;
    #[rustfmt::skip]
    const FROM: &[&str] = &[
        "on", "from", "in", "as", "starting", "effective", "come", "next", "ab", "zum", "am", "im", "dès", "à", "en", "le", "desde", "a",
        "el", "dal", "dall'", "da", "vanaf", "per", "op", "fra", "från", "fr",
    ];
    #[rustfmt::skip]
    const PRESENT: &[&str] = &[
        "becomes", "starts", "joins", "moves", "takes", "succeeds", "steps", "wird", "wechselt", "devient", "rejoint", "prend", "pasa",
        "diventa", "passa", "wordt", "begint", "blir", "bliver",
    ];
    let reach = stated.end..end.min(stated.end + REACH);
    let present =
        document.slice(verb.saturating_sub(2)..stated.start).iter().any(|token| token.is_any(PRESENT));
    reach.into_iter().any(|at| {
        let month = (at + 1..at + 3).any(|at| {
            document
                .token(at)
                .is_some_and(|token| crate::rules::date::is_month(&token.lower) || token.is("next"))
        });
        is_any(document, at, FROM)
            && !document.cues(stated.end..at + 1).has_any(Cues::of(&[Cue::Closing]))
            && present
            && (month || crate::rules::date::is_ahead(document, at..end.min(at + REACH)))
    })
}

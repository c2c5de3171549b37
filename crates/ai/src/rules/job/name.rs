use std::ops::Range;

use super::{has_lead_as_subject, is_said_of_lead};
use crate::rules::{
    candidate::{Candidate, Weight},
    phone::is_someones,
    text::{Document, Lead, Sentence, Who},
    words::{Cue, Cues, is_ordinary_word},
};

/// The full names that the lead is said to have, as the tokens of each.
pub(crate) fn names(document: &Document<'_>, lead: &Lead) -> Vec<Candidate<Range<usize>>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            found.extend(
                equated(document, sentence, lead, at)
                    .or_else(|| stated(document, sentence, lead, at))
                    .or_else(|| corrected(document, sentence, lead, at)),
            );
        }
    }
    found
}

/// A person's name that begins here: two to five capitalised words.
fn name_phrase(document: &Document<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let mut start = from;
    while start < end
        && document.token(start).is_some_and(|token| {
            token.is_any(&[
                ":",
                "is",
                "now",
                "=",
                "\"",
                "“",
                "„",
                "jetzt",
                "désormais",
                "ahora",
                "as",
                "to",
                "it",
                "'s",
            ])
        })
    {
        start += 1;
    }
    let mut at = start;
    let mut words = 0;
    while let Some(token) = document.token(at).filter(|_| at < end && at < start + 9) {
        let particle = at > start
            && token.is_any(&["van", "von", "de", "der", "da", "di", "del", "la", "bin", "al", "-", "."])
            && document.token(at + 1).is_some_and(|next| at + 1 < end && next.is_capitalised());
        if token.is_capitalised() && !is_ordinary_word(&token.lower) {
            words += 1;
        } else if !particle {
            break;
        }
        at += 1;
    }
    (2..=5).contains(&words).then_some(start..at)
}

/// `ty = Tyrone Brackett`.
fn equated(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    if !document.token(at)?.is("=") {
        return None;
    }
    let of_lead = sentence.mentions.iter().any(|mention| mention.at + 1 == at && mention.who == Who::Lead);
    let name = name_phrase(document, at + 1, sentence.range.end)?;
    (of_lead && resembles(document, &name, lead)).then_some(Candidate {
        evidence: at - 1..name.end,
        value: name,
        weight: Weight::Final,
        confidence: 0.95,
    })
}

/// `her name is now Bettina Vogel`, `she is Giulia Ferraro now`.
fn stated(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    let cues = document.cues(at..at + 1);
    let next = document.cues(at + 1..at + 2);
    let ends = |cue: Cue| cues.has(cue) && !next.has(cue);
    let labelled = ends(Cue::NameLabel);
    let signs = document.token(at)?.is("as") && ends(Cue::TitleLabel);
    let called = ends(Cue::Becomes) || ends(Cue::Renamed) || signs;
    if !(labelled || called) {
        return None;
    }
    // "He spelled it out for me: …".
    let colon = (at + 1..sentence.range.end.min(at + 7))
        .find(|at| labelled && document.token(*at).is_some_and(|token| token.is(":")))
        .unwrap_or(at);
    let name = name_phrase(document, colon + 1, sentence.clause(colon + 1)?.range.end)?;
    let verb = (sentence.range.start..=at)
        .rev()
        .take_while(|at| {
            document.cues(*at..at + 1).has_any(Cues::of(&[
                Cue::Becomes,
                Cue::Renamed,
                Cue::NameLabel,
                Cue::TitleLabel,
            ]))
        })
        .last()
        .unwrap_or(at);
    let before = sentence.range.start..verb;
    let theirs = document
        .slice(verb..at + 1)
        .iter()
        .any(|token| token.is_any(&["they", "theyre", "trade", "trades", "trading"]));
    let company = theirs
        || document.cues(before.clone()).has_any(Cues::of(&[Cue::Company, Cue::Renamed]))
        || document
            .slice(before)
            .iter()
            .any(|token| lead.works_at(&token.lower) && !lead.is_called(&token.lower));
    let of_lead = is_said_of_lead(document, sentence, at, name.start)
        && !company
        && if labelled {
            !is_someones(document, sentence, verb)
        } else {
            has_lead_as_subject(document, sentence, verb)
        };
    // A word of the lead's company in it is no surname.
    // "Sasha's full name is Oleksandra Levchenko."
    let says_so = labelled
        && document.token(at)?.is_any(&["name", "is"])
        && (verb.saturating_sub(2)..=verb).any(|at| {
            sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead)
                && !document.cues(at..at + 1).has(Cue::Third)
        });
    let is_name = (says_so || resembles(document, &name, lead))
        && (colon > at
            || document
                .slice(name.clone())
                .iter()
                .all(|token| !lead.works_at(&token.lower) || lead.is_called(&token.lower)));
    (of_lead && is_name).then_some(Candidate {
        evidence: verb..name.end,
        value: name,
        weight: Weight::Final,
        confidence: 0.93,
    })
}

/// `It's Jonathan Tillery, not John.`
fn corrected(
    document: &Document<'_>,
    sentence: &Sentence,
    lead: &Lead,
    at: usize,
) -> Option<Candidate<Range<usize>>> {
    if !document.token(at)?.is_any(&["is", "'s"]) {
        return None;
    }
    let name = name_phrase(document, at + 1, sentence.clause(at + 1)?.range.end)?;
    let denies = document.token(name.end)?.is_any(&[",", "–", "—", "-"])
        && document.token(name.end + 1)?.is_any(&["not", "nicht", "pas", "no", "niet"]);
    let old = document.slice(name.end + 2..sentence.range.end.min(name.end + 5));
    let of_name = old.iter().any(|token| token.is_capitalised() && !is_ordinary_word(&token.lower));
    let certain = sentence.clause(at).is_some_and(|clause| !clause.unsure);
    (denies && of_name && certain && resembles(document, &name, lead)).then_some(Candidate {
        evidence: at..name.end,
        value: name,
        weight: Weight::Final,
        confidence: 0.88,
    })
}

/// Whether a name shares a word with the lead's, or one begins as the other does: `Ty`, `Tyrone`.
fn resembles(document: &Document<'_>, name: &Range<usize>, lead: &Lead) -> bool {
    let alike = |token: &crate::rules::text::Token<'_>| {
        lead.names().iter().any(|word| {
            *word == token.lower
                || (word.chars().count() >= 2 && token.lower.starts_with(word.as_str()))
                || (token.text.len() >= 3 && word.starts_with(token.lower.as_ref()))
        })
    };
    lead.names().is_empty() || document.slice(name.clone()).iter().any(alike)
}

//! Websites: which is the lead's.

use super::{
    candidate::{Candidate, Weight},
    phone::{is_ours, is_someones},
    text::{Document, Kind, Token},
    words::{Cue, Cues},
};

/// How far before a site its label may be.
const REACH: usize = 12;
/// Words before what is plainly a site.
const ADDRESSES: &[&str] =
    &["address", "adresse", "dirección", "indirizzo", "endereço", "adres", "relaunched", "now"];

/// A site that begins here, as it is written or spoken, and where it ends: `x.example`, `x dot example`.
fn written(document: &Document<'_>, at: usize) -> Option<(String, usize)> {
    const LONGEST: usize = 7;
    const DOTS: &[&str] = &["dot", "punkt", "point", "punto", "ponto", "punt"];
    let token = document.token(at)?;
    if token.kind == Kind::Site {
        return Some((token.text.to_owned(), at + 1));
    }
    let before = at.checked_sub(1).and_then(|at| document.token(at));
    if !token.is_word() || before.is_some_and(|token| token.is_any(&["dot", "at", "arroba", "punkt"])) {
        return None;
    }
    let mut site = token.lower.to_string();
    let mut end = at + 1;
    while document.token(end).is_some_and(|token| token.is_any(DOTS)) && end < at + LONGEST {
        let Some(next) = document.token(end + 1).filter(|next| matches!(next.kind, Kind::Word | Kind::Site))
        else {
            break;
        };
        site.push('.');
        site.push_str(&next.lower);
        end += 2;
    }
    let at_sign = document.token(end).is_some_and(|token| token.is_any(&["at", "arroba"]));
    (end > at + 1 && !at_sign).then_some((site, end))
}

/// The websites of the lead or its company, as written.
pub(crate) fn sites(document: &Document<'_>) -> Vec<Candidate<String>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        for at in sentence.range.clone() {
            let (Some(token), Some(clause)) = (document.token(at), sentence.clause(at)) else { continue };
            let Some((site, end)) = written(document, at) else { continue };
            let from = at.saturating_sub(REACH).max(sentence.range.start);
            let plain = token.lower.starts_with("www.") || token.lower.contains("://");
            let labels = |at: &usize| {
                document.cues(*at..at + 1).has(Cue::Site)
                    || plain && document.token(*at).is_some_and(|token| token.is_any(ADDRESSES))
            };
            let Some(label) = (from..at).rev().find(labels) else {
                continue;
            };
            let before = document.cues(clause.range.start..at);
            let wrong =
                before.has_any(Cues::of(&[Cue::Negated, Cue::Past, Cue::Rival])) && !before.has(Cue::Final);
            let between = document.slice(label + 1..at);
            let spoken = end > at + 1;
            let Some(site) = (if spoken { joined(document, between, site, end) } else { Some(site) }) else {
                continue;
            };
            let somebodys = document.cues(label + 1..at).has(Cue::Relation)
                || is_someones(document, sentence, label) && !names_company(document, label);
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
                value: site,
                weight,
                confidence: if end > at + 1 { 0.9 } else { 0.95 },
                evidence: label..end,
            });
        }
    }
    found
}

/// "The website is skylark training dot example": a site of several spoken words is one only if they are said to be one word.
fn joined(document: &Document<'_>, between: &[Token<'_>], site: String, end: usize) -> Option<String> {
    #[rustfmt::skip]
    const JOINTS: &[&str] = &[
        "is", "'s", "at", "now", "the", "new", "their", "his", "her", "as", "ist", "lautet", "est", "es", "è", "é", "jetzt", "on", "under",
        "unter", "www", "dot", "be", "it", "to", "also", "so", "called", "address", "adresse", "web", "site", "page",
    ];
    const ONE: usize = 5;
    let mut words: Vec<&str> = between
        .iter()
        .rev()
        .take_while(|token| token.is_word() && !token.is_any(JOINTS))
        .map(|token| token.lower.as_ref())
        .collect();
    if words.is_empty() {
        return Some(site);
    }
    let behind = document.slice(end..end + ONE);
    let one_word = behind.windows(2).any(|pair| matches!(pair, [one, word] if one.is_any(&["one", "single", "ein", "un", "una", "een"]) && word.is_any(&["word", "wort", "mot", "palabra", "parola", "woord"])));
    words.reverse();
    one_word.then(|| format!("{}{site}", words.concat()))
}

/// "The marina's own site": what is possessive is the lead's company, in another word.
fn names_company(document: &Document<'_>, label: usize) -> bool {
    let before = document.slice(label.saturating_sub(3)..label);
    before.iter().any(|token| token.is("own"))
}

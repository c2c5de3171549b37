use std::ops::Range;

use super::phrase::is_part;
use crate::rules::{
    text::{Document, Kind, Lead, Sentence, Token},
    words::{Cues, OF, is_ordinary_word},
};

/// Legal forms of companies.
#[rustfmt::skip]
const FORMS: &[&str] = &[
    "gmbh", "ag", "kg", "ltd", "limited", "inc", "llc", "plc", "corp", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as",
    "oy", "aps", "se", "sl", "lda", "llp", "ug", "ohg", "gruppe", "group", "holding",
];

/// Whether a company's name ends with its legal form.
pub(super) fn has_form(document: &Document<'_>, company: &Range<usize>) -> bool {
    document.slice(company.clone()).iter().any(|token| token.is_any(FORMS))
}

/// Whether these are only words of the lead's company: `Head of Sales for Brindle`.
pub(super) fn names_own_company(document: &Document<'_>, company: &Range<usize>, lead: &Lead) -> bool {
    document
        .slice(company.clone())
        .iter()
        .filter(|token| token.is_word())
        .all(|token| lead.works_at(&token.lower))
}

/// A company's name that begins here: capitalised words, with what joins them.
pub(super) fn company_phrase(document: &Document<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    const JOINTS: &[&str] = &[
        "&", "of", "and", "de", "du", "der", "von", "van", "+", "-", ".", "'s", "the", "for", "y", "et",
        "und",
    ];
    let mut start = from;
    while start < end.min(from + 3)
        && document.token(start).is_some_and(|token| {
            token.is_any(&[
                "the", "der", "die", "das", "la", "le", "a", "an", "el", "il", ":", "-", ">", "→", "\"", "“",
                "„", "'", "firma", "company", "called",
            ]) && !token.is_capitalised()
        })
    {
        start += 1;
    }
    let mut at = start;
    let mut last = start;
    while let Some(token) = document.token(at).filter(|_| at < end && at < start + 10) {
        let named = token.is_capitalised() && !is_ordinary_word(&token.lower)
            || (at > start && token.kind == Kind::Number && token.spaced && token.text.len() <= 3);
        if named {
            at += 1;
            last = at;
            continue;
        }
        let joins = at == last
            && at > start
            && token.is_any(JOINTS)
            && document.token(at + 1).is_some_and(|next| {
                at + 1 < end
                    && next.is_capitalised()
                    && !is_ordinary_word(&next.lower)
                    && (token.spaced || !token.is("."))
            });
        let abuts = token.is_any(&["-", "."]) && token.spaced;
        if !joins || abuts {
            break;
        }
        at += 1;
    }
    let spelled = document
        .slice(start..last)
        .windows(2)
        .any(|pair| pair.iter().all(|token| token.is_word() && token.text.chars().count() == 1));
    (last > start && last - start <= 8 && !spelled).then_some(start..last)
}

/// A company's name in a sentence without any capital: one to three words that mean nothing else, up to a word that joins or the end.
pub(super) fn small_company(
    document: &Document<'_>,
    sentence: &Sentence,
    from: usize,
) -> Option<Range<usize>> {
    const LONGEST: usize = 3;
    const STOPS: &[&str] = &[
        "now", "and", "as", "since", "but", "so", "btw", "these", "where", "for", "to", "&", "w", "lol",
        "too", "in",
    ];
    let tokens = document.slice(sentence.range.clone());
    if tokens.iter().any(Token::is_capitalised) {
        return None;
    }
    let mut end = from;
    while let Some(token) = document.token(end).filter(|_| end < sentence.range.end && end < from + LONGEST) {
        let plain = token.is_word() && document.cues(end..end + 1) == Cues::NONE;
        let known = token.is_any(STOPS)
            || is_ordinary_word(&token.lower)
            || is_part(token)
            || OF.contains(&token.lower.as_ref())
            || token.text.chars().count() < 3;
        if !plain || known {
            break;
        }
        end += 1;
    }
    let stops = document
        .token(end)
        .filter(|_| end < sentence.range.end)
        .is_none_or(|token| token.is_any(STOPS) || matches!(token.kind, Kind::Mark | Kind::Break));
    (end > from && stops).then_some(from..end)
}

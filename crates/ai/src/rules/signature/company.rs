use std::ops::Range;

use crate::rules::{
    email::plain,
    text::{Document, Kind, Lead, Token},
};

/// A signature, taken apart.
pub(super) struct Signature<'s, 't> {
    pub(super) document: &'s Document<'t>,
    pub(super) lead: &'s Lead,
    /// Its parts, line by line; the first is the name.
    pub(super) segments: &'s [Range<usize>],
    /// The domains of its addresses, without accents and in lower case.
    pub(super) domains: &'s [String],
}

impl Signature<'_, '_> {
    /// Whether a segment is a company's name: the lead's, one with a legal form, or that of an address in the signature.
    pub(super) fn is_company(&self, segment: &Range<usize>) -> bool {
        const FORMS: &[&str] = &[
            "gmbh", "ag", "kg", "ltd", "limited", "inc", "llc", "plc", "corp", "sa", "sas", "sarl", "srl",
            "spa", "bv", "nv", "ab", "as", "oy", "aps", "se", "co", "sl", "lda", "llp",
        ];
        let tokens = self.document.slice(segment.clone());
        let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.is_word()).collect();
        let own = !words.is_empty()
            && words.iter().filter(|word| self.lead.works_at(&word.lower)).count() * 2 >= words.len();
        let formed =
            words.len() >= 2 && words.last().is_some_and(|word| FORMS.contains(&word.lower.as_ref()));
        own || formed || self.is_addressed(&words)
    }

    /// "Fernwhistle Home" above `@fernwhistle.example`.
    fn is_addressed(&self, words: &[&Token<'_>]) -> bool {
        const LONG_ENOUGH: usize = 4;
        const GENERIC: &[&str] = &[
            "group",
            "gruppe",
            "holding",
            "global",
            "international",
            "sales",
            "marketing",
            "services",
            "digital",
        ];
        let named = |word: &&Token<'_>| {
            if word.is_any(GENERIC) {
                return false;
            }
            let word = plain(&word.lower);
            word.chars().count() >= LONG_ENOUGH && self.domains.iter().any(|domain| domain.contains(&word))
        };
        let begins = words.first().is_some_and(|first| first.is_capitalised());
        begins && words.len() <= 6 && words.iter().take(2).any(named)
    }
}

/// The domains of the addresses in these lines, and of those that the lead writes from.
pub(super) fn domains(document: &Document<'_>, lines: &[Range<usize>]) -> Vec<String> {
    const MOST: usize = 8;
    let senders = document.senders.iter().rev().take(2);
    let tokens = lines.iter().chain(senders).flat_map(|line| document.slice(line.clone()));
    let addresses = tokens.filter(|token| matches!(token.kind, Kind::Email | Kind::Site));
    addresses.take(MOST).filter_map(|token| domain(&token.lower)).collect()
}

/// `paper` of `dana@paper.example` and of `https://www.paper.example/x`.
fn domain(address: &str) -> Option<String> {
    let host = address.rsplit('@').next()?;
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split('/').next()?.trim_start_matches("www.");
    let (name, _) = host.rsplit_once('.')?;
    Some(plain(name))
}

use std::ops::Range;

use super::company_name::{company_phrase, has_form};
use crate::rules::{
    text::{Document, Token},
    words::{ADJECTIVES, Cue, Cues, HEAD_ENDINGS, HEADS, MODIFIERS, OF, STARTS, is_ordinary_word},
};

/// Whether a word is the noun of a title: `Manager`, `Einkaufsleiter`.
pub(super) fn is_head(token: &Token<'_>) -> bool {
    let by_ending = || {
        HEAD_ENDINGS.iter().any(|ending| token.lower.len() > ending.len() && token.lower.ends_with(ending))
    };
    token.is_word() && (HEADS.contains(&token.lower.as_ref()) || by_ending())
}

/// Whether one of these tokens is the noun of a title.
pub(crate) fn has_head(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(is_head)
}

/// Whether a word is one of a title.
pub(super) fn is_part(token: &Token<'_>) -> bool {
    is_head(token) || MODIFIERS.contains(&token.lower.as_ref())
}

/// Those whose company follows "of": `CEO of Acme`.
#[rustfmt::skip]
const OF_COMPANIES: &[&str] = &[
    "ceo", "cto", "cfo", "coo", "cio", "cmo", "founder", "co-founder", "owner", "president", "chairman",
    "chairwoman", "md", "inhaber", "inhaberin", "geschäftsführer", "geschäftsführerin", "vorstand", "gérant", "gérante", "pdg",
    "titolare", "eigenaar",
];

/// Parts of the world that a title may be for.
#[rustfmt::skip]
const REGIONS: &[&str] = &[
    "emea", "apac", "dach", "latam", "benelux", "nordics", "americas", "europe", "asia", "uk", "us", "usa", "eu", "cee", "mena",
    "anz", "north", "south", "east", "west", "central", "northern", "southern", "eastern", "western", "america", "africa", "middle",
    "pacific", "iberia", "scandinavia", "worldwide", "global", "international", "germany", "france", "spain", "italy", "nord", "süd",
    "ost", "west", "europa", "norte", "sur", "sud", "northeast", "northwest", "southeast", "southwest", "midwest", "midlands",
];

fn is_region(token: &Token<'_>) -> bool {
    token.is_capitalised()
        && (REGIONS.contains(&token.lower.as_ref()) || MODIFIERS.contains(&token.lower.as_ref()))
}

/// The title that begins here, up to `end`. It needs a noun of titles, unless it is labelled as a title.
pub(crate) fn title_phrase(
    document: &Document<'_>,
    from: usize,
    end: usize,
    labelled: bool,
) -> Option<Range<usize>> {
    let start = skip_starts(document, from, end);
    let mut phrase = Phrase { document, start, end, at: start, head: false };
    while phrase.takes_word() || phrase.takes_joint() {}
    phrase.takes_region();
    let range = start..phrase.at;
    let words = range.len();
    ((phrase.head || (labelled && words > 0)) && words <= 10).then_some(range)
}

fn skip_starts(document: &Document<'_>, mut at: usize, end: usize) -> usize {
    let limit = end.min(at + 4);
    while at < limit
        && document
            .token(at)
            .is_some_and(|token| token.is_any(STARTS) && !(token.is_capitalised() && is_part(token)))
    {
        at += 1;
    }
    // "seit August Vertriebsleiterin".
    let is_since =
        |token: &Token<'_>| token.is_any(&["since", "seit", "depuis", "desde", "da", "sinds", "siden"]);
    let since = (at.saturating_sub(1)..=at).any(|at| document.token(at).is_some_and(is_since));
    let is_month =
        |at: &usize| document.token(*at).is_some_and(|token| crate::rules::date::is_month(&token.lower));
    match (at..end.min(at + 2)).find(is_month) {
        Some(month) if since => month + 1,
        _ => at,
    }
}

struct Phrase<'p, 't> {
    document: &'p Document<'t>,
    start: usize,
    end: usize,
    /// Behind the last word that belongs to the title.
    at: usize,
    head: bool,
}

impl Phrase<'_, '_> {
    fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.document.token(at).filter(|_| at < self.end)
    }

    fn takes_word(&mut self) -> bool {
        let Some(token) = self.token(self.at).filter(|token| token.is_word()) else { return false };
        let joint = token.is_any(OF) && !token.is_capitalised();
        let belongs =
            is_capital(token) || is_part(token) || (self.head && ADJECTIVES.contains(&token.lower.as_ref()));
        if joint || !belongs {
            return false;
        }
        self.head |= is_head(token);
        self.at += 1;
        true
    }

    /// `…, EMEA`, `… for North America`.
    fn takes_region(&mut self) {
        let joins =
            self.head && self.document.token(self.at).is_some_and(|token| token.is_any(&[",", "for"]));
        if !joins {
            return;
        }
        let from = self.at + 1;
        let mut end = from;
        while end < from + 4
            && self.document.token(end).is_some_and(|token| {
                is_region(token)
                    || end > from
                        && token.is_any(&["&", "and"])
                        && self.document.token(end + 1).is_some_and(is_region)
            })
        {
            end += 1;
        }
        let closed = self.document.token(end).is_none_or(|token| {
            !token.is_word() || token.is_any(&["at", "since", "now", "and", "bei", "chez"])
        });
        let region = self.document.slice(from..end);
        let one = region.iter().any(|token| REGIONS.contains(&token.lower.as_ref()));
        let comma = self.document.token(self.at).is_some_and(|token| token.is(","));
        if end > from && closed && (one || comma && region.iter().all(|token| !is_head(token))) {
            self.at = end;
        }
    }

    /// "of", "& ", "de la" with the word behind them.
    fn takes_joint(&mut self) -> bool {
        let joints = (0..2)
            .take_while(|offset| self.token(self.at + offset).is_some_and(|token| token.is_any(OF)))
            .count();
        let (Some(joint), Some(next)) = (self.token(self.at), self.token(self.at + joints)) else {
            return false;
        };
        if joints == 0 || self.at == self.start || !next.is_word() {
            return false;
        }
        let noun = self.at.checked_sub(1).and_then(|at| self.document.token(at));
        let genitive = joint.is_any(&["of", "der", "von", "des", "de", "du", "di", "della", "van"]);
        let formed = company_phrase(self.document, self.at + joints, self.end)
            .is_some_and(|company| has_form(self.document, &company));
        let of_company = genitive
            && next.is_capitalised()
            && (formed
                || (joint.is("of") || joints == 1 && joint.is("von"))
                    && noun.is_some_and(|noun| noun.is_any(OF_COMPANIES)));
        let dash = joint.is_any(&["-", "/"]) && joint.spaced;
        let adds = joint.is_any(&["and", "&", "/", "-", "und", "et", "y", "e"]);
        let cues = self.document.cues(self.at + joints..self.at + joints + 1);
        let acts = cues.has_any(Cues::of(&[Cue::Speaks, Cue::Third, Cue::Us, Cue::They]));
        let follows = if adds {
            (is_capital(next) || is_part(next)) && !acts
        } else {
            self.head && !acts && !is_ordinary_word(&next.lower) || (self.head && next.is("it"))
        };
        if of_company || dash || !follows {
            return false;
        }
        self.head |= is_head(next);
        self.at += joints + 1;
        true
    }
}

/// A capitalised word that may be part of a title. `IT` is one, `It` is not.
fn is_capital(token: &Token<'_>) -> bool {
    token.is_capitalised() && (!is_ordinary_word(&token.lower) || token.text == "IT")
}

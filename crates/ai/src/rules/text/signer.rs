use std::ops::Range;

use super::{
    letter::{Author, GREETINGS, Reader},
    lines::Line,
    token::{Kind, Token},
};
use crate::rules::words::{Cue, Cues, HEADS, is_ordinary_word};

/// Words above a name that are none.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &[
    "regards", "wishes", "best", "kind", "warm", "warmly", "sincerely", "cheers", "thanks", "grüße", "grüßen", "gruß", "gruss",
    "viele", "liebe", "cordialement", "cordialmente", "saludos", "saludo", "saluti", "groet", "groeten", "hilsen", "hälsningar",
    "atentamente", "salutations", "abraço",
];

/// Words before a name, and behind it.
const HONORIFICS: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "mx", "ing", "dipl", "mag", "herr", "frau", "ir", "drs", "sir", "dame",
];
const BEHIND_NAMES: &[&str] = &[
    "she", "her", "hers", "he", "him", "his", "they", "them", "theirs", "elle", "il", "sie", "er", "ella",
    "él", "phd", "mba", "msc", "bsc", "ma", "ba", "md", "pe", "cpa", "cfa", "acca", "esq", "jr", "sr",
    "mrics", "ceng", "pmp", "frcs", "obe", "mbe", "llm", "ph", "d", "m", "a",
];

/// "Best regards,": a short line that takes leave.
pub(super) fn takes_leave(line: &[Token<'_>]) -> bool {
    const LONGEST: usize = 5;
    line.len() <= LONGEST && line.iter().any(|token| CLOSINGS.contains(&token.lower.as_ref()))
}

/// Signatures: a name on a line of its own, above a title, a number or an address.
impl Reader<'_, '_> {
    /// Whose name is on the first of these lines, if it is a signature's.
    pub(super) fn signs(&self, lines: &[Line]) -> Option<Author> {
        let line = lines.first().filter(|line| !line.bulleted)?;
        let tokens = self.of(&line.tokens);
        let name = name_of(tokens)?;
        let name_end = name.end;
        let name = tokens.get(name)?;
        let words: Vec<String> = name
            .iter()
            .filter(|token| token.text.len() > 1 && token.is_word())
            .map(|token| token.lower.to_string())
            .collect();
        let rest = tokens.get(name_end..).unwrap_or_default();
        let titled = rest
            .iter()
            .all(|token| token.is_any(BEHIND_NAMES) || token.is_any(&["(", ")", "/", ",", ".", "|"]));
        let alone = titled;
        let next = lines.get(1).map(|next| self.of(&next.tokens)).unwrap_or_default();
        let followed = self.is_contact(rest)
            || (alone
                && (self.is_contact(next)
                    || lines.get(2).is_some_and(|line| self.is_contact(self.of(&line.tokens)))));
        if words.len() >= 2 && self.lead.is_named(&words)
            || words.len() == 1
                && self.lead.is_named(&words)
                && self.author(line.quoted) == Author::Lead
                && followed
                && alone
        {
            let signed = alone && self.takes_leave && words.len() >= 2;
            return (followed || signed || self.author(line.quoted) == Author::Lead).then_some(Author::Lead);
        }
        let closes = words.iter().any(|word| CLOSINGS.contains(&word.as_str()));
        let known = closes || words.iter().any(|word| self.lexicon.knows(word) || self.lead.works_at(word));
        (words.len() >= 2 && !known && followed).then_some(Author::Other)
    }

    /// Something that is below a name: a title, a number, an address.
    fn is_contact(&self, tokens: &[Token<'_>]) -> bool {
        let parts = tokens.iter().filter(|token| token.is_any(&["|", "/", "•", "·"])).count();
        let short = tokens.len() <= if parts >= 2 { 40 } else { 14 };
        let contact = |token: &Token<'_>| {
            matches!(token.kind, Kind::Email | Kind::Site) || HEADS.contains(&token.lower.as_ref())
        };
        let labelled = tokens.len() > 2
            && tokens
                .first()
                .zip(tokens.first().map(|_| self.cues_of(tokens)))
                .is_some_and(|(_, cues)| cues.has(Cue::Phone))
            && tokens.iter().any(|token| token.kind == Kind::Number);
        let number =
            tokens.first().is_some_and(|token| token.is_any(&["+", "("]) || token.kind == Kind::Number)
                && tokens.iter().all(|token| !token.is_word());
        let company = tokens.len() <= 6
            && !tokens.is_empty()
            && tokens.iter().all(|token| {
                !token.is_word()
                    || self.lead.works_at(&token.lower)
                    || token.is_any(&["gmbh", "ag", "ab", "a", "s", "as", "ltd", "inc", "llc", "sa", "bv"])
            })
            && tokens.iter().any(|token| self.lead.works_at(&token.lower));
        short && (tokens.iter().any(contact) || labelled || number || company)
    }

    fn cues_of(&self, tokens: &[Token<'_>]) -> Cues {
        let Some(first) = tokens.first() else { return Cues::NONE };
        let at = self.tokens.partition_point(|token| token.span.start < first.span.start);
        self.cues.get(at).copied().unwrap_or_default()
    }

    /// Takes the lines up to the next blank one.
    pub(super) fn signature(&mut self, lines: &[Line], owner: Author) -> usize {
        const LONGEST: usize = 12;
        let ends = |line: &Line| {
            line.is_blank() || self.sender(self.of(&line.tokens)).is_some() || self.is_prose(line)
        };
        let len = 1 + lines.iter().skip(1).take(LONGEST).take_while(|line| !ends(line)).count();
        self.letter_by(owner);
        if owner == Author::Lead {
            let lines = lines.iter().take(len).map(|line| line.tokens.clone());
            self.letter.signatures.push(lines.collect());
        } else if let Some(line) = lines.first() {
            // What follows "Becca Stone | … wrote:" is hers.
            self.write_by(line.quoted + 1, Author::Other);
        }
        len
    }

    /// A letter without a line of `From` is by the one who signs it, from its greeting on.
    fn letter_by(&mut self, owner: Author) {
        let greets =
            |range: &Range<usize>| self.tokens.get(range.start).is_some_and(|token| token.is_any(GREETINGS));
        let Some(greeting) =
            self.letter.prose.iter().rposition(|(range, author)| *author == Author::Rep && greets(range))
        else {
            return;
        };
        let after = self.letter.prose.split_off(greeting);
        let signed = after
            .into_iter()
            .map(|(range, author)| (range, if author == Author::Rep { owner } else { author }));
        self.letter.prose.extend(signed.filter(|(_, author)| *author != Author::Other));
    }

    fn is_prose(&self, line: &Line) -> bool {
        let tokens = self.of(&line.tokens);
        let words = tokens.iter().filter(|token| token.is_word()).count();
        let sentence = tokens.last().is_some_and(|last| last.is_any(&[".", "?", "!"])) && words > 6;
        line.bulleted || sentence || words > 12
    }
}

/// The name that a line begins with, if it has nothing else, or what is parted from it by a bar or a comma.
pub(crate) fn name_of(line: &[Token<'_>]) -> Option<Range<usize>> {
    let start = line
        .iter()
        .take_while(|token| token.is_any(&["/", "-", "–", "~", "."]) || token.is_any(HONORIFICS))
        .count();
    let mut end = start;
    while let Some(token) = line.get(end) {
        let particle = token
            .is_any(&["van", "von", "de", "der", "da", "di", "del", "la", "bin", "al", "el", "-"])
            && end > start;
        let initial = token.is(".") && end > start;
        // "Jae-won".
        let hyphened = end > start + 1
            && !token.spaced
            && token.is_word()
            && line.get(end - 1).is_some_and(|before| before.is("-") && !before.spaced);
        if !(hyphened || token.is_capitalised() && !is_ordinary_word(&token.lower) || particle || initial) {
            break;
        }
        end += 1;
    }
    let words = line.get(start..end)?.iter().filter(|token| token.is_capitalised()).count();
    let parted = line.get(end).is_none_or(|token| token.is_any(&["|", ",", "•", "·", "–", "—", "/", "("]));
    let real =
        line.get(start..end)?.iter().any(|token| token.is_word() && !HEADS.contains(&token.lower.as_ref()));
    ((1..=5).contains(&words) && parted && real).then_some(start..end)
}

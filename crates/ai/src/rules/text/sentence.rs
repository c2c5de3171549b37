use std::ops::Range;

use super::{
    letter::Author,
    people::{Mention, Who},
    token::{Kind, Token},
};
use crate::rules::words::{Cue, Cues};

/// Tokens between two full stops, or a line.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Sentence {
    /// Its tokens.
    pub(crate) range: Range<usize>,
    /// Its parts, between commas and conjunctions.
    pub(crate) clauses: Vec<Clause>,
    /// The cues of all its tokens.
    pub(crate) cues: Cues,
    /// Who wrote it.
    pub(crate) author: Author,
    /// Whether it asks.
    pub(crate) asks: bool,
    /// Whether it speaks of another deal.
    pub(crate) elsewhere: bool,
    /// Whether it takes back what was said before it.
    pub(crate) corrects: bool,
    /// Who is spoken of in it.
    pub(crate) mentions: Vec<Mention>,
    /// Of whom the sentence before it spoke, where they share a line.
    pub(crate) before: Who,
    /// Whether the sentence before it, on the same line, spoke last of somebody else: "her number" may be that one's.
    pub(crate) introduced: bool,
}

/// A part of a sentence that is sure or unsure by itself.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    /// Its tokens.
    pub(crate) range: Range<usize>,
    /// The cues of all its tokens.
    pub(crate) cues: Cues,
    /// Whether it holds only if something else does, or perhaps.
    pub(crate) unsure: bool,
}

impl Sentence {
    /// The clause that a token is in.
    pub(crate) fn clause(&self, at: usize) -> Option<&Clause> {
        let index = self.clauses.partition_point(|clause| clause.range.end <= at);
        self.clauses.get(index)
    }

    /// Of whom something at this token is said: the last one spoken of.
    pub(crate) fn owner(&self, at: usize) -> Who {
        let before = self.mentions.iter().rev().find(|mention| mention.at <= at);
        before.map_or(self.before, |mention| mention.who)
    }

    /// Whether a pronoun that owns something here may mean somebody whom the sentence before introduced.
    pub(crate) fn may_be_of_another(&self, cues: &[Cues]) -> bool {
        let by_name = |mention: &Mention| {
            mention.who == Who::Lead && cues.get(mention.at).is_some_and(|cues| !cues.has(Cue::Third))
        };
        self.introduced && !self.mentions.iter().any(by_name)
    }

    /// Whether somebody else is spoken of up to this token, without the lead coming in between.
    pub(crate) fn is_of_lead(&self, at: usize) -> bool {
        self.owner(at) == Who::Lead
    }
}

/// Longer sentences are cut: nobody speaks so, and what looks around in them has to end.
const LONGEST_SENTENCE: usize = 320;

/// Where the sentences of a line end.
pub(super) fn sentences(tokens: &[Token<'_>], line: Range<usize>) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = line.start;
    for at in line.clone() {
        if ends_sentence(tokens, at) || at + 1 == line.end || at + 1 - start >= LONGEST_SENTENCE {
            sentences.push(start..at + 1);
            start = at + 1;
        }
    }
    sentences
}

fn ends_sentence(tokens: &[Token<'_>], at: usize) -> bool {
    const ABBREVIATIONS: &[&str] = &[
        "mr", "mrs", "ms", "dr", "st", "tel", "tél", "approx", "ca", "vs", "inc", "ltd", "co", "corp", "jr",
        "sr", "sept", "sep", "jan", "feb", "aug", "oct", "nov", "dec", "prof", "capt", "eng", "ext", "no",
        "nr", "bzw", "inkl", "zzgl", "evtl", "mio", "tsd", "mob", "ing", "sig", "sra", "dhr",
    ];
    let Some(token) = tokens.get(at) else { return false };
    let next = tokens.get(at + 1);
    if !next.is_none_or(|next| next.spaced || next.is_any(&["\"", "”", ")", "!", "?", "."])) {
        return false;
    }
    if token.is_any(&["!", "?", ";", "…", "//", "///"]) {
        return true;
    }
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    token.is(".")
        && before.is_none_or(|before| {
            let company =
                before.is_any(&["inc", "ltd", "co", "corp"]) && next.is_some_and(Token::is_capitalised);
            let abbreviated = ABBREVIATIONS.contains(&before.lower.as_ref())
                && next.is_some_and(|next| !next.is("."))
                && !company;
            let initial = before.text.chars().count() == 1
                && before.is_capitalised()
                && next.is_some_and(Token::is_capitalised);
            // "i.e.", "z.B.", "a.m.": a full stop after one letter, behind another full stop.
            let initials = before.text.chars().count() == 1
                && before.is_word()
                && at >= 2
                && tokens.get(at - 2).is_some_and(|dot| dot.is(".") && !before.spaced)
                && next.is_some_and(|next| !next.is_capitalised());
            let ordinal = before.kind == Kind::Number
                && before.text.len() <= 2
                && next.is_some_and(|next| crate::rules::date::is_month(&next.lower))
                // "am 14.10. zustimmt".
                || before.kind == Kind::Number
                    && before.text.len() <= 5
                    && before.text.contains('.')
                    && next.is_some_and(|next| next.is_word() && !next.is_capitalised());
            !(abbreviated || initial || initials || ordinal)
        })
}

/// Whether a sentence begins as one does that takes back the one before it.
pub(super) fn corrects(tokens: &[Token<'_>]) -> bool {
    #[rustfmt::skip]
    const CORRECTIONS: &[&str] = &[
        "correction", "actually", "rather", "sorry", "korrektur", "vielmehr", "correctif", "corrección",
        "correzione",
    ];
    tokens.iter().take(3).any(|token| token.is_any(CORRECTIONS))
        || matches!(tokens, [no, wait, ..] if no.is("no") && wait.is_any(&["wait", ","]))
}

/// Whether a sentence asks: as a whole, or only with its last clause ("we have 6k, can you do it?").
pub(super) fn asks(tokens: &[Token<'_>], sentence: &Range<usize>, clauses: &mut [Clause]) -> bool {
    const OPENERS: &[&str] = &[
        "can", "could", "is", "does", "do", "what", "how", "when", "who", "would", "should", "kann",
        "können", "peux", "pouvez", "puede",
    ];
    let ends = tokens
        .get(sentence.clone())
        .is_some_and(|tokens| tokens.iter().rev().take(3).any(|token| token.is("?")));
    let tagged = tokens.get(sentence.clone()).is_some_and(
        |tokens| matches!(tokens, [.., before, right] if right.is_any(&["right", "innit"]) && (before.is_word() || before.kind == Kind::Number)),
    );
    if !ends && !tagged {
        return false;
    }
    let opens = |clause: &Clause| tokens.get(clause.range.start).is_some_and(|token| token.is_any(OPENERS));
    let only_last = clauses.len() == 2
        && clauses.first().is_some_and(|first| !opens(first))
        && clauses.last().is_some_and(opens);
    if let Some(last) = clauses.last_mut().filter(|_| only_last) {
        last.unsure = true;
    }
    !only_last
}

/// The cues of these tokens.
pub(super) fn union(cues: &[Cues], range: Range<usize>) -> Cues {
    cues.get(range).unwrap_or_default().iter().fold(Cues::NONE, |all, cues| all.and(*cues))
}

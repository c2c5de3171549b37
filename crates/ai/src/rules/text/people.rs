use std::ops::Range;

use leadkeep_domain::LeadFields;

use super::token::{Kind, Token, tokens};
use crate::rules::words::{Cue, Cues, HEADS, is_ordinary_word};

/// Whom a word speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The lead.
    Lead,
    /// Anybody else.
    Other,
}

/// How the lead may be called.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    names: Vec<String>,
    company: Vec<String>,
    /// Its address, in lower case.
    pub(crate) email: String,
}

impl Lead {
    /// The words of its name, its company and its address.
    pub(crate) fn new(fields: &LeadFields) -> Self {
        let words = |text: Option<&str>| words(text.unwrap_or_default());
        Self {
            names: words(fields.name.as_ref().map(|name| name.as_str())),
            company: words(fields.company.as_ref().map(|company| company.as_str())),
            email: fields.email.key(),
        }
    }

    /// The words of its name, in lower case.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether this is a word of its name.
    pub(crate) fn is_called(&self, lower: &str) -> bool {
        self.names.iter().any(|name| name == lower)
    }

    /// Whether this is a word of its company's name.
    pub(crate) fn works_at(&self, lower: &str) -> bool {
        self.company.iter().any(|word| word == lower)
    }

    /// Whether these words name it: its first name, and nothing that contradicts the rest.
    pub(crate) fn is_named(&self, words: &[String]) -> bool {
        let shared = words.iter().filter(|word| self.is_called(word)).count();
        shared > 0 && (shared == self.names.len() || shared == words.len() || (shared >= 2))
    }
}

fn words(text: &str) -> Vec<String> {
    let words =
        tokens(text).into_iter().filter(|token| token.kind == Kind::Word && token.text.chars().count() > 1);
    words.map(|token| token.lower.into_owned()).filter(|word| word != "'s").collect()
}

/// A word that speaks of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) at: usize,
    pub(crate) who: Who,
}

/// Finds out who is spoken of, sentence by sentence.
pub(super) struct People<'d, 't> {
    pub(super) tokens: &'d [Token<'t>],
    pub(super) cues: &'d [Cues],
    pub(super) lead: &'d Lead,
    /// Of whom the last sentence spoke last: `he` and `she` mean this one.
    pub(super) focus: Who,
}

impl People<'_, '_> {
    /// The mentions of a sentence, in order.
    pub(super) fn mentions(&mut self, sentence: Range<usize>, lead_writes: bool) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for at in sentence.clone() {
            let who = self.named(at, &sentence).or_else(|| self.pronoun(at, lead_writes));
            if let Some(who) = who {
                self.focus = who;
                mentions.push(Mention { at, who });
            }
        }
        mentions
    }

    fn pronoun(&self, at: usize, lead_writes: bool) -> Option<Who> {
        let cues = self.cues(at);
        if lead_writes {
            return match () {
                () if cues.has(Cue::Us) => Some(Who::Lead),
                () if cues.has(Cue::Third) => Some(Who::Other),
                () => None,
            };
        }
        let itself = self.token(at).is_some_and(|token| token.is_any(&["herself", "himself"]));
        cues.has(Cue::Third).then_some(if itself { Who::Lead } else { self.focus })
    }

    fn named(&self, at: usize, sentence: &Range<usize>) -> Option<Who> {
        let token = self.token(at)?;
        if token.kind != Kind::Word {
            return None;
        }
        let before = at
            .checked_sub(1)
            .filter(|before| sentence.contains(before))
            .and_then(|before| self.token(before));
        if self.lead.is_called(&token.lower) {
            return Some(if self.is_namesake(at, sentence) { Who::Other } else { Who::Lead });
        }
        let introduced = before.is_some_and(|before| {
            self.cues(at - 1).has_any(OWNERS)
                || before.is_any(&["'s", "the", "a", "der", "die", "le", "la", "el", "il", "de", "het"])
        });
        if introduced && self.cues(at).has(Cue::Relation) || self.is_their_officer(at, sentence) {
            return Some(Who::Other);
        }
        self.is_somebody(at, sentence).then_some(Who::Other)
    }

    /// A relative: `Frank Tillery`, where the lead is John Tillery.
    fn is_namesake(&self, at: usize, sentence: &Range<usize>) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before > sentence.start) else { return false };
        let Some(token) = self.token(before) else { return false };
        token.is_capitalised()
            && self.token(at).is_some_and(|token| !token.text.eq(&token.lower))
            && !self.lead.is_called(&token.lower)
            && !is_ordinary_word(&token.lower)
            && self.cues(before) == Cues::NONE
            && self
                .lead
                .names()
                .first()
                .is_some_and(|first| self.token(at).is_some_and(|token| !token.is(first)))
    }

    /// `their CFO`, but not `she is their CFO`.
    fn is_their_officer(&self, at: usize, sentence: &Range<usize>) -> bool {
        if !self.token(at).is_some_and(|token| HEADS.contains(&token.lower.as_ref())) {
            return false;
        }
        let owner = (sentence.start..at).rev().take(3).find(|before| self.cues(*before).has_any(OWNERS));
        owner.is_some_and(|owner| {
            let stated = owner.checked_sub(1).is_some_and(|before| {
                self.cues(before).has_any(Cues::of(&[Cue::Becomes, Cue::TitleLabel]))
                    || self.token(before).is_some_and(|token| token.is("as"))
            });
            let plain = (owner + 1..at).all(|between| {
                self.token(between).is_some_and(Token::is_word)
                    && !self.cues(between).has_any(Cues::of(&[Cue::TitleLabel, Cue::Becomes]))
            });
            plain && !stated
        })
    }

    /// A name that is not the lead's: `Mrs Jelbert`, `Dan says`, `call Wim`, `Orla Keane (Finance Lead)`.
    fn is_somebody(&self, at: usize, sentence: &Range<usize>) -> bool {
        let Some(token) = self.token(at) else { return false };
        let titled = at > sentence.start && self.cues(at - 1).has(Cue::Honorific);
        let dotted = at > sentence.start + 1
            && self.token(at - 1).is_some_and(|dot| dot.is("."))
            && self.cues(at - 2).has(Cue::Honorific);
        if !token.is_capitalised() || is_ordinary_word(&token.lower) || self.lead.works_at(&token.lower) {
            return false;
        }
        if titled || dotted {
            return true;
        }
        if self.cues(at) != Cues::NONE || HEADS.contains(&token.lower.as_ref()) {
            return false;
        }
        let called = at > sentence.start
            && self.token(at - 1).is_some_and(|before| {
                before.is_any(&["call", "contact", "ask", "phone", "ring", "colleague", "reach"])
            });
        called || self.acts(at, sentence) || self.is_apposed(at, sentence)
    }

    /// What follows is what people do, or where they are from.
    fn acts(&self, at: usize, sentence: &Range<usize>) -> bool {
        let next = at + 1;
        if !sentence.contains(&next) {
            return false;
        }
        let from_us = self.token(next).is_some_and(|token| token.is_any(&["on", "from"]))
            && self.token(next + 1).is_some_and(|token| {
                token.is_any(&[
                    "our",
                    "us",
                    "hr",
                    "it",
                    "finance",
                    "legal",
                    "sales",
                    "purchasing",
                    "accounting",
                ])
            });
        self.cues(next).has(Cue::Speaks) && !self.cues(next).has(Cue::Joins) || from_us
    }

    /// A title follows behind a comma or in brackets.
    fn is_apposed(&self, at: usize, sentence: &Range<usize>) -> bool {
        let after = at + 1;
        let opens = self.token(after).is_some_and(|token| token.is_any(&[",", "("]));
        let has_title = |at: usize| self.token(at).is_some_and(|token| HEADS.contains(&token.lower.as_ref()));
        let named = at > sentence.start && self.token(at - 1).is_some_and(Token::is_capitalised);
        opens && named && (after + 1..sentence.end.min(after + 6)).any(has_title)
    }

    fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    fn cues(&self, at: usize) -> Cues {
        self.cues.get(at).copied().unwrap_or_default()
    }
}

const OWNERS: Cues = Cues::of(&[Cue::Third, Cue::They, Cue::Us]);

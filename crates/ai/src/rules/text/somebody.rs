use std::ops::Range;

use super::{people::People, token::Token};
use crate::rules::words::{Cue, Cues, HEADS, is_ordinary_word};

/// Names that are not the lead's.
impl People<'_, '_> {
    /// A name that is not the lead's: `Mrs Jelbert`, `Dan says`, `call Wim`, `Orla Keane (Finance Lead)`.
    pub(super) fn is_somebody(&self, at: usize, sentence: &Range<usize>) -> bool {
        let Some(token) = self.token(at) else { return false };
        let titled = at > sentence.start && self.cues(at - 1).has(Cue::Honorific);
        let dotted = at > sentence.start + 1
            && self.token(at - 1).is_some_and(|dot| dot.is("."))
            && self.cues(at - 2).has(Cue::Honorific);
        if !token.is_capitalised()
            || token.text.chars().count() == 1
            || is_ordinary_word(&token.lower)
            || self.lead.works_at(&token.lower)
        {
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
        // "Ann from Oakline".
        let from_there = at == sentence.start
            && self.token(next).is_some_and(|token| token.is("from"))
            && self.token(next + 1).is_some_and(|token| {
                token.is_capitalised() && !is_ordinary_word(&token.lower) && !self.lead.works_at(&token.lower)
            });
        if from_there {
            return true;
        }
        self.cues(next).has(Cue::Speaks) && !self.cues(next).has(Cue::Joins) || from_us
    }

    /// A title follows behind a comma or in brackets.
    fn is_apposed(&self, at: usize, sentence: &Range<usize>) -> bool {
        let after = at + 1;
        let opens = self.token(after).is_some_and(|token| token.is_any(&[",", "("]));
        let has_title = |at: usize| self.token(at).is_some_and(|token| HEADS.contains(&token.lower.as_ref()));
        let named = at > sentence.start && self.token(at - 1).is_some_and(Token::is_capitalised);
        // "Kestrel Foods, where he is Head of Buying" is no person.
        let goes_on = |at: &usize| {
            self.cues(*at).has(Cue::Third)
                || self.token(*at).is_some_and(|token| token.is_any(&["where", "which", "i"]))
        };
        let apposed = after + 1..sentence.end.min(after + 6);
        opens && named && apposed.take_while(|at| !goes_on(at)).any(has_title)
    }
}

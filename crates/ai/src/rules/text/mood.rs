//! What carries over from one sentence to the next: words to the machine, and another deal.

use std::ops::Range;

use super::{lead::Lead, token::Token};
use crate::rules::words::{Cue, Cues, is_ordinary_word};

/// "The stock has nothing to do with it": only that, in that clause.
pub(super) fn sets_apart(tokens: &[Token<'_>], range: &Range<usize>) -> bool {
    let sentence = tokens.get(range.clone()).unwrap_or_default();
    let apart = |words: &[Token<'_>]| {
        matches!(words, [nothing, to, do_, with, it] if nothing.is("nothing") && to.is("to") && do_.is("do") && with.is("with")
            && it.is_any(&["it", "this", "us", "ours", "that", "our"]))
    };
    sentence.windows(5).position(apart).is_some_and(|at| at > 2)
}

/// "For the new line: …", "Ours is at 40k": it is about this deal again.
pub(super) fn comes_back(tokens: &[Token<'_>], range: &Range<usize>) -> bool {
    let first = tokens.get(range.start..range.end.min(range.start + 4)).unwrap_or_default();
    let about =
        first.first().is_some_and(|token| token.is_any(&["for", "on", "about", "regarding", "as", "back"]));
    about && first.iter().skip(1).any(|token| token.is_any(&["our", "ours", "this", "new", "us"]))
        || first.iter().take(2).any(|token| token.is_any(&["ours", "our"])) && !about
}

/// "Nothing to do with our project" is about the sentence before it.
pub(super) fn takes_aside(tokens: &[Token<'_>], range: &Range<usize>) -> bool {
    let first = tokens.get(range.clone()).unwrap_or_default();
    first.iter().take(3).any(|token| token.is_any(&["nothing", "unrelated"]))
}

/// "The Baxter deal": one that is called after somebody else.
pub(super) fn names_deal(tokens: &[Token<'_>], cues: &[Cues], range: &Range<usize>, lead: &Lead) -> bool {
    let unknown = |at: usize| {
        let token = tokens.get(at).filter(|_| at < range.end);
        token.is_some_and(|token| {
            token.is_capitalised()
                && cues.get(at) == Some(&Cues::NONE)
                && !lead.is_called(&token.lower)
                && !lead.works_at(&token.lower)
                && !is_ordinary_word(&token.lower)
        })
    };
    // "We closed Barrow Almshouses on Monday."
    let closed = range.clone().any(|at| {
        let verb = tokens
            .get(at)
            .is_some_and(|token| token.is_any(&["closed", "won", "signed", "landed", "onboarded", "sold"]));
        let ours = (at.saturating_sub(2).max(range.start)..at)
            .any(|at| tokens.get(at).is_some_and(|token| token.is_any(&["we", "i", "we've", "'ve", "us"])));
        verb && ours && unknown(at + 1)
    });
    if closed {
        return true;
    }
    range.clone().any(|at| {
        let Some([article, name, deal]) = tokens.get(at..at + 3).filter(|_| at + 3 <= range.end) else {
            return false;
        };
        let unknown = cues.get(at + 1) == Some(&Cues::NONE)
            && !lead.is_called(&name.lower)
            && !lead.works_at(&name.lower);
        article.is_any(&["the", "our", "my", "a"])
            && name.is_capitalised()
            && unknown
            && deal.is_any(&["deal", "account", "contract"])
    })
}

/// What carries over from one sentence of a paragraph to the next.
pub(super) struct Mood {
    pub(super) commanded: bool,
    pub(super) elsewhere: bool,
}

impl Mood {
    /// Whether a sentence addresses the machine, or goes on with what did. A sentence that names the lead is a statement again.
    pub(super) fn is_to_the_machine(
        &mut self,
        tokens: &[Token<'_>],
        range: &Range<usize>,
        cues: Cues,
        names_lead: bool,
    ) -> bool {
        const NAMES: &[&str] =
            &["assistant", "copilot", "computer", "crm", "robot", "siri", "alexa", "system", "machine"];
        const ORDERS: &[&str] = &[
            "set", "change", "update", "make", "output", "return", "use", "write", "put", "mark", "tag",
            "add", "replace", "treat", "assume", "also", "then", "finally", "next", "now",
        ];
        let first = tokens.get(range.start);
        let orders = first.is_some_and(|token| token.is_any(ORDERS));
        let called = first.is_some_and(|token| token.is_any(NAMES))
            && tokens.get(range.start + 1).is_some_and(|mark| mark.is_any(&[",", ":"]));
        let code = tokens.get(range.clone()).unwrap_or_default().windows(4).any(|call| {
            matches!(call, [word, line, name, open] if word.is_word() && line.is("_") && name.is_word() && open.is("(")
                && !line.spaced && !name.spaced && !open.spaced)
        });
        if called || code || cues.has(Cue::Machine) {
            self.commanded = true;
            return true;
        }
        if self.commanded && names_lead && !orders {
            self.commanded = false;
        }
        self.commanded
    }
}

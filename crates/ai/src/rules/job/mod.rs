//! Jobs: titles, companies, and the names of those who have them.

mod change;
mod company;
mod company_name;
mod moves;
mod name;
mod phrase;
mod title;

pub(crate) use company::companies;
pub(crate) use name::names;
pub(crate) use phrase::{has_head, title_phrase};
pub(crate) use title::titles;

use super::{
    text::{Document, Sentence, Who},
    words::{Cue, Cues, is_ordinary_word},
};

/// Whether what a verb at `verb` says is said of the lead, now, and for certain. `at` is where the statement begins.
fn is_said_of_lead(document: &Document<'_>, sentence: &Sentence, verb: usize, at: usize) -> bool {
    let Some(clause) = sentence.clause(verb) else { return false };
    let before = document.cues(clause.range.start..at);
    let denied = before.has_any(Cues::of(&[Cue::Negated, Cue::Past, Cue::Future, Cue::Rival]));
    let later = document.cues(at..clause.range.end).has_any(Cues::of(&[Cue::Future]));
    let uncertain = clause.unsure || sentence.asks || sentence.elsewhere;
    !denied && !later && !uncertain && sentence.is_of_lead(at.saturating_sub(1))
}

/// Whether the word before a verb can be the lead: its name, a pronoun, or nothing at all.
fn has_lead_as_subject(document: &Document<'_>, sentence: &Sentence, verb: usize) -> bool {
    let Some(clause) = sentence.clause(verb) else { return false };
    let mut at = verb;
    while at > clause.range.start {
        at -= 1;
        let Some(token) = document.token(at) else { return false };
        if let Some(mention) = sentence.mentions.iter().find(|mention| mention.at == at) {
            return mention.who == Who::Lead;
        }
        let passes = token.is_any(&[
            "who",
            "and",
            "has",
            "'s",
            "is",
            "been",
            "just",
            "also",
            "now",
            "already",
            "recently",
            "officially",
            "had",
            "have",
            "so",
            "that",
            "then",
            "hat",
            "ist",
            "jetzt",
            "inzwischen",
            "a",
            "est",
            "ha",
            "foi",
            ",",
            ":",
            "(",
            "meanwhile",
            "finally",
            "actually",
            "got",
            "to",
            "too",
            "und",
            "et",
            "y",
            "e",
            "ahora",
            "been",
            "vient",
            "viene",
            "d'",
            "être",
            "de",
            "was",
            "stepped",
            "moved",
            "agora",
            "ora",
            "now",
            "still",
            "today",
            "seit",
        ]);
        if !passes {
            return false;
        }
    }
    // The clause has no subject: the one of the clause before it. "The new one, Caio, is …" is about Caio.
    let named =
        clause.range.start.checked_sub(2).filter(|at| *at >= sentence.range.start).is_some_and(|at| {
            document.token(at).is_some_and(|token| token.is_capitalised() && !is_ordinary_word(&token.lower))
                && document.token(at + 1).is_some_and(|token| token.is(","))
                && document.cues(at..at + 1) == Cues::NONE
                && !sentence.mentions.iter().any(|mention| mention.at == at && mention.who == Who::Lead)
                && at > sentence.range.start
        });
    if named {
        return false;
    }
    let first = sentence.clauses.first().is_some_and(|first| first.range == clause.range);
    first
        || sentence
            .mentions
            .iter()
            .rev()
            .find(|mention| mention.at < verb)
            .is_some_and(|mention| mention.who == Who::Lead)
}

//! Sentences, cut into clauses, and how sure each is.

use std::ops::Range;

use super::{
    sentence::{Clause, union},
    token::Token,
};
use crate::rules::words::{Cue, Cues};

/// Longer clauses are cut.
const LONGEST_CLAUSE: usize = 60;

/// Cuts a sentence into clauses.
pub(super) fn clauses(tokens: &[Token<'_>], cues: &[Cues], sentence: Range<usize>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut start = sentence.start;
    for at in sentence.clone() {
        let last = at + 1 == sentence.end;
        if last || begins_clause(tokens, cues, at + 1, start) || at + 1 - start >= LONGEST_CLAUSE {
            clauses.push(clause(tokens, cues, start..at + 1));
            start = at + 1;
        }
    }
    spread_conditions(tokens, cues, &mut clauses);
    take_back(&mut clauses);
    told(tokens, &mut clauses);
    clauses
}

fn begins_clause(tokens: &[Token<'_>], cues: &[Cues], at: usize, start: usize) -> bool {
    let (Some(token), Some(before)) = (tokens.get(at), tokens.get(at - 1)) else { return false };
    if before.is_any(&[",", "–", "—", "(", ")", "|", "/", ";"]) && (token.spaced || !before.is("/")) {
        return true;
    }
    if token.is_any(&[
        "but", "while", "whereas", "although", "though", "because", "so", "aber", "sondern", "mais", "pero",
        "sino", "maar", "men", "porém", "(",
    ]) {
        return at > start;
    }
    let joins = token.is_any(&["and", "und", "et", "y", "e", "en", "og", "och"]);
    let next = cues.get(at + 1).copied().unwrap_or_default();
    joins && next.has_any(Cues::of(&[Cue::Us, Cue::They, Cue::Third, Cue::Becomes, Cue::Closing, Cue::Joins]))
}

fn clause(tokens: &[Token<'_>], cues: &[Cues], range: Range<usize>) -> Clause {
    let of_all = union(cues, range.clone());
    // "before, no, by April" takes back; it does not deny.
    let lone_no = tokens.get(range.clone()).is_some_and(
        |tokens| matches!(tokens, [no, ..] if tokens.len() <= 2 && no.is_any(&["no", "nein", "non"])),
    );
    // "No: exactly 17 April" answers.
    let answers = tokens.get(range.clone()).is_some_and(
        |tokens| matches!(tokens, [no, mark, ..] if no.is_any(&["no", "nein", "non", "nee", "nope"]) && mark.is_any(&[":", ".", "-", "–"])),
    );
    let all = if lone_no {
        Cues::NONE
    } else if answers {
        union(cues, range.start + 1..range.end)
    } else {
        of_all
    };
    Clause { range, cues: all, unsure: all.has(Cue::Unsure) }
}

/// A condition at the head of a clause holds for what follows it; elsewhere only for its own clause.
fn spread_conditions(tokens: &[Token<'_>], cues: &[Cues], clauses: &mut [Clause]) {
    let mut spreading = false;
    for clause in clauses {
        let contrasts = tokens
            .get(clause.range.start)
            .is_some_and(|token| token.is_any(&["but", "aber", "mais", "pero", "maar"]));
        if contrasts {
            spreading = false;
        }
        if clause.cues.has(Cue::Condition) {
            let head = clause.range.start..clause.range.end.min(clause.range.start + 3);
            spreading |= union(cues, head).has(Cue::Condition);
            clause.unsure = true;
        }
        clause.unsure |= spreading;
    }
}

/// "They can afford 27 thousand, I told her": that is what we say.
fn told(tokens: &[Token<'_>], clauses: &mut [Clause]) {
    const TOLD: &[&str] = &["told", "said", "think", "guess", "reckon", "suppose", "figure", "bet"];
    const SHORT: usize = 6;
    let [.., before, last] = clauses else { return };
    let says =
        matches!(tokens.get(last.range.clone()), Some([i, told, ..]) if i.is("i") && told.is_any(TOLD));
    before.unsure |= says && last.range.len() <= SHORT;
}

/// What is said just before "not sure I got that right" is not sure.
fn take_back(clauses: &mut [Clause]) {
    const REACH: usize = 4;
    for at in 0..clauses.len() {
        if clauses.get(at).is_some_and(|clause| clause.cues.has(Cue::Unknown)) {
            clauses
                .iter_mut()
                .take(at + 1)
                .skip(at.saturating_sub(REACH))
                .for_each(|clause| clause.unsure = true);
        }
    }
}

//! Telephone numbers: how they are written, and which is the lead's.

mod scan;

pub(crate) use scan::{Written, written};

use super::{
    candidate::{Candidate, Weight},
    text::{Author, Clause, Document, Kind, Sentence, Token, Who, tokens},
    words::{Cue, Cues},
};

/// The one telephone number that a quote states: E.164 where it has a country code (`+` or `00`) or is plainly of North America,
/// otherwise its digits.
///
/// Nothing where there is none, or several that differ.
pub fn phone(quote: &str) -> Option<String> {
    let tokens = tokens(quote);
    let mut numbers = written(&tokens).into_iter().map(|written| written.number);
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}

/// Whether two numbers are the same line: the national form of a number equals its international one.
pub fn same_phone(one: &str, other: &str) -> bool {
    let dialled = |number: &str| -> String {
        let number = phone(number).unwrap_or_else(|| number.to_owned());
        number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    };
    let (one, other) = (dialled(one), dialled(other));
    one == other || is_national(&one, &other) || is_national(&other, &one)
}

/// Whether `short` is `long` without its country code, of up to three digits.
fn is_national(short: &str, long: &str) -> bool {
    let Some(long) = long.strip_prefix('+').filter(|_| !short.starts_with('+')) else { return false };
    let short = short.trim_start_matches('0');
    short.len() >= 6
        && long.strip_suffix(short).is_some_and(|code| (1..=3).contains(&code.trim_end_matches('0').len()))
}

/// The numbers under which the lead is to be reached.
pub(crate) fn lines(document: &Document<'_>) -> Vec<Candidate<String>> {
    let mut found = Vec::new();
    for sentence in document.sentences.iter().filter(|sentence| !sentence.asks && !sentence.elsewhere) {
        let numbers = written(document.slice(sentence.range.clone()));
        // "The line during the day and the cell after six."
        let hours = |token: &Token<'_>| {
            token.is_any(&[
                "after", "during", "evening", "evenings", "weekend", "weekends", "night", "nights", "hours",
                "mornings",
            ])
        };
        if numbers.len() > 1 && document.slice(sentence.range.clone()).iter().any(hours) {
            continue;
        }
        for mut written in numbers {
            written.range =
                written.range.start + sentence.range.start..written.range.end + sentence.range.start;
            if let Some(weight) = weight(document, sentence, &written) {
                let clause = sentence
                    .clause(written.range.start)
                    .map_or(written.range.start, |clause| clause.range.start);
                let confidence = if weight == Weight::Near { 0.85 } else { 0.95 };
                found.push(Candidate {
                    value: written.number,
                    weight,
                    confidence,
                    evidence: clause..written.range.end,
                });
            }
        }
    }
    found
}

fn weight(document: &Document<'_>, sentence: &Sentence, written: &Written) -> Option<Weight> {
    let start = written.range.start;
    let clause = sentence.clause(start)?;
    let from = start.saturating_sub(12).max(sentence.range.start);
    let labelled = (from..start)
        .rev()
        .find(|at| document.cues(*at..at + 1).has_any(Cues::of(&[Cue::Phone, Cue::WrongLine])));
    let Some(label) = labelled else { return alone(document, sentence, clause, written) };
    let labelled = document.cues(label..label + 1);
    let before = document.cues(clause.range.start..start);
    let after = document.cues(written.range.end..clause.range.end);
    // "His cell is dead, use … instead."
    let replaced = label < clause.range.start && clause.cues.has_any(Cues::of(&[Cue::Preferred, Cue::Final]));
    let wrong = labelled.has(Cue::WrongLine) && !replaced
        || before.has_any(Cues::of(&[Cue::WrongLine, Cue::Past, Cue::Negated]))
        || after.has(Cue::Past);
    if wrong
        || clause.unsure
        || !sentence.is_of_lead(start)
        || is_someones(document, sentence, label)
        || sentence.may_be_of_another(&document.cues)
        || is_ours(document, sentence, start)
    {
        return None;
    }
    // "Number 4500123" may be anything's.
    let bare = !written.plain
        && document.token(label).is_some_and(|token| token.is_any(&["number", "nummer", "no", "nr"]));
    let owned = document.cues(sentence.range.clone()).has(Cue::Third)
        || sentence.mentions.iter().any(|mention| mention.at + 3 >= label && mention.at <= label);
    if bare && !owned {
        return None;
    }
    let preferred = clause.cues.has_any(Cues::of(&[Cue::Preferred, Cue::Final]));
    Some(if preferred {
        Weight::Final
    } else if start - label <= 6 {
        Weight::Stated
    } else {
        Weight::Near
    })
}

/// `she's in Leeds now, +44 …`: an international number that is a clause of its own.
fn alone(document: &Document<'_>, sentence: &Sentence, clause: &Clause, written: &Written) -> Option<Weight> {
    let plain = written.number.starts_with('+') && clause.range.len() <= written.range.len() + 1;
    let of_lead =
        !sentence.mentions.is_empty() && sentence.mentions.iter().all(|mention| mention.who == Who::Lead);
    let certain = !clause.unsure
        && !document.cues(sentence.range.clone()).has_any(Cues::of(&[Cue::WrongLine, Cue::Us]));
    (plain && of_lead && certain).then_some(Weight::Near)
}

/// "Our new office, phone …": what we say of ourselves.
pub(crate) fn is_ours(document: &Document<'_>, sentence: &Sentence, at: usize) -> bool {
    const OURS: &[&str] = &["our", "my", "unser", "unsere", "mein", "meine", "notre", "nuestro", "nuestra"];
    if sentence.author != Author::Rep {
        return false;
    }
    let ours = (sentence.range.start..at)
        .rev()
        .find(|at| document.token(*at).is_some_and(|token| token.is_any(OURS)));
    // "Please use my Gmail" in quotes is what the lead says.
    let quoted = ours.is_some_and(|ours| {
        let marks = document.slice(sentence.range.start..ours).iter();
        let opened = marks.filter(|token| token.is_any(&["\"", "“", "„", "«", "”"])).count();
        opened % 2 == 1
    });
    if quoted {
        return false;
    }
    let theirs = sentence.mentions.iter().rev().find(|mention| mention.at < at).map(|mention| mention.at);
    ours.is_some_and(|ours| theirs.is_none_or(|theirs| theirs < ours))
}

/// "The caterer's number": not the lead's, and not its company's.
pub(crate) fn is_someones(document: &Document<'_>, sentence: &Sentence, label: usize) -> bool {
    let from = label.saturating_sub(3).max(sentence.range.start);
    let owned = (from..label).rev().find(|at| document.token(*at).is_some_and(|token| token.is("'s")));
    let Some(owner) = owned.and_then(|at| at.checked_sub(1)) else { return false };
    let is_lead = sentence.mentions.iter().any(|mention| mention.at == owner && mention.who == Who::Lead);
    !is_lead
        && document.token(owner).is_some_and(|token| {
            token.kind == Kind::Word
                && !token.is_any(&[
                    "it", "that", "here", "there", "she", "he", "number", "phone", "cell", "mobile", "what",
                    "who", "company", "firm",
                ])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(quote: &str, expected: Option<&str>) {
        assert_eq!(phone(quote).as_deref(), expected, "{quote}");
    }

    #[test]
    fn numbers_are_read_as_they_are_dialled() {
        check("phone her on (312) 555-0183", Some("+13125550183"));
        check("+47 22 55 01 98", Some("+4722550198"));
        check("+44 (0)20 7946 0712", Some("+442079460712"));
        check("Tél. 0033 1 99 00 63 25", Some("+33199006325"));
        check("808.555.0129", Some("+18085550129"));
        check("1-808-555-0129", Some("+18085550129"));
        check("0171 3920044", Some("01713920044"));
        check("five one two, five five five, oh one nine four", Some("+15125550194"));
        check("555-0123", Some("5550123"));
    }

    #[test]
    fn other_digits_are_no_numbers() {
        for quote in ["2025-03-28", "19.12.2025", "50,000,000", "12", "", "one two three"] {
            check(quote, None);
        }
        check("212-555-0165 or 212-555-0166", None);
    }

    #[test]
    fn a_national_number_is_the_international_one() {
        assert!(same_phone("01632 960744", "+441632960744"));
        assert!(same_phone("+1 (212) 555-0147", "2125550147"));
        assert!(!same_phone("01632 960744", "+441632960745"));
        assert!(!same_phone("555", "+13125555555"));
    }
}

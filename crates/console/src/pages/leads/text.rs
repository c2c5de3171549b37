//! A text with the words in it that state something.

use leadkeep_domain::{AiChange, Field};
use maud::{Markup, html};

use super::values::label;
use crate::room::on_page;

/// Texts that have up to so much room are shown whole; of longer ones what is around the evidence.
const WHOLE: usize = 8 * 1024;

/// How many bytes are shown around evidence of a long text.
const AROUND: usize = 200;

/// A part of a text: what it is evidence of, if of anything.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    fields: Vec<Field>,
}

/// The text, with its evidence marked.
pub(super) fn marked(text: &str, changes: &[AiChange]) -> Markup {
    let pieces = pieces(text, changes);
    let is_long = on_page(text) > WHOLE;
    html! {
        div.read-text dir="auto" {
            @for piece in &pieces {
                @if piece.fields.is_empty() {
                    @if is_long { (shortened(piece.text)) } @else { (piece.text) }
                } @else {
                    mark title=(names(&piece.fields)) { (piece.text) }
                }
            }
        }
    }
}

fn names(fields: &[Field]) -> String {
    fields.iter().map(|field| label(*field)).collect::<Vec<_>>().join(", ")
}

/// The text in order, cut where evidence begins or ends. A place that is not in the text, or within a character, is passed over.
fn pieces<'a>(text: &'a str, changes: &[AiChange]) -> Vec<Piece<'a>> {
    let spans: Vec<(usize, usize, Field)> = changes
        .iter()
        .flat_map(|change| change.evidence.iter().map(|quote| (quote.start, quote.end, change.change.field)))
        .filter(|(start, end, _)| text.get(*start..*end).is_some_and(|quote| !quote.is_empty()))
        .collect();
    let mut cuts: Vec<usize> = spans.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |(start, end): (&usize, &usize)| {
        let mut fields = Vec::new();
        for (_, _, field) in spans.iter().filter(|(from, to, _)| from <= start && end <= to) {
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
        text.get(*start..*end).map(|text| Piece { text, fields })
    };
    cuts.iter().zip(cuts.iter().skip(1)).filter_map(piece).collect()
}

/// The ends of a long text, where evidence may be near.
fn shortened(text: &str) -> Markup {
    if text.len() <= 2 * AROUND {
        return html! { (text) };
    }
    let begin = text.get(..text.floor_char_boundary(AROUND)).unwrap_or_default();
    let end = text.get(text.ceil_char_boundary(text.len() - AROUND)..).unwrap_or_default();
    html! { (begin) span.quiet { " […] " } (end) }
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::{Change, Quote};
    use serde_json::Value;

    use super::*;

    fn change(field: Field, start: usize, end: usize) -> AiChange {
        let evidence = vec![Quote { start, end, quote: String::new() }];
        let change = Change { field, from: Value::Null, to: Value::Null };
        AiChange { change, confidence: 1.0, evidence }
    }

    #[track_caller]
    fn check(text: &str, changes: &[AiChange], expect: &[(&str, usize)]) {
        let found = pieces(text, changes);
        let found: Vec<_> = found.iter().map(|piece| (piece.text, piece.fields.len())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_text_is_cut_where_evidence_begins_and_ends() {
        let (name, company) = (change(Field::Name, 0, 4), change(Field::Company, 2, 6));
        check("abcdefgh", std::slice::from_ref(&name), &[("abcd", 1), ("efgh", 0)]);
        check("abcdefgh", &[name.clone(), company], &[("ab", 1), ("cd", 2), ("ef", 1), ("gh", 0)]);
        check("abcd", &[name.clone(), name], &[("abcd", 1)]);
        check("", &[], &[]);
    }

    #[test]
    fn no_character_is_broken_and_nothing_is_lost() {
        for (start, end) in [(1, 3), (0, 1), (3, 99), (5, 4), (usize::MAX, usize::MAX)] {
            check("éü–", &[change(Field::Name, start, end)], &[("éü–", 0)]);
        }
        check("éü–", &[change(Field::Name, 2, 4)], &[("é", 0), ("ü", 1), ("–", 0)]);
    }

    #[test]
    fn markup_in_a_text_stays_text() {
        let shown = marked("<b>x</b>", &[change(Field::Name, 0, 3)]).into_string();
        assert!(shown.contains("&lt;b&gt;</mark>x&lt;/b&gt;"), "{shown}");
    }
}

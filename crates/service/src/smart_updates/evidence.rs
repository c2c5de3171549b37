//! Whether a value that a model proposes follows from the words that it quotes. A quote is the model's choice: what is read is
//! what stands there in the text, to its first and last character.

use std::sync::Arc;

use leadkeep_ai::{
    Note, ProposedChange, Rules, Span,
    rules::{self, Money},
};
use leadkeep_domain::{CloseDate, Currency, Email, Field, Text};
use serde_json::Value;

/// What is known of a text beside what a model says of it.
#[derive(Clone)]
pub struct Doubt {
    pub(super) rules: Arc<Rules>,
    /// The parts that are no statements.
    pub(super) instructions: Vec<Span>,
    /// Amounts, days, numbers and addresses, each as a whole.
    pub(super) readings: Vec<Span>,
}

impl Doubt {
    /// Whether any part of this is no statement.
    pub(super) fn is_instruction(&self, span: Span) -> bool {
        self.instructions.iter().any(|other| overlap(*other, span))
    }

    /// Whether the value follows from the evidence. Numbers, days and addresses are read by the rules; words must stand there; a
    /// stage must not be another one, and there must be a word for it.
    pub(super) fn allows(&self, change: &ProposedChange, note: &Note, all: &[ProposedChange]) -> bool {
        let evidence = Evidence { doubt: self, note, spans: &change.evidence };
        let text = change.value.as_str();
        match change.field {
            Field::DealValue => {
                let currency = currency_after(note, all);
                evidence.money(currency).is_some_and(|money| {
                    change.value.as_i64() == Some(money.amount.get()) && money.currency == currency
                })
            }
            // Alone, a currency would make another price of the amount that there is.
            Field::DealCurrency => evidence.money(note.lead.deal_currency).is_some_and(|money| {
                let is_priced = all.iter().any(|change| change.field == Field::DealValue);
                let same_amount = note.lead.deal_value.is_none_or(|amount| amount == money.amount);
                text == Some(money.currency.code()) && (is_priced || same_amount)
            }),
            Field::DealCloseDate => {
                let wanted = text.and_then(|text| CloseDate::parse(text).ok()).map(CloseDate::date);
                wanted.is_some() && evidence.derived(|quote| rules::date(quote, note.written_on)) == wanted
            }
            Field::Phone => {
                let found = evidence.derived(rules::phone);
                let wanted = text.map(|text| rules::phone(text).unwrap_or_else(|| text.to_owned()));
                wanted.is_some() && found == wanted
            }
            Field::Email => {
                let wanted =
                    text.and_then(|text| Email::parse(text.to_owned()).ok()).map(|email| email.key());
                let found = evidence.derived(|quote| rules::email(quote).map(|email| email.key()));
                wanted.is_some() && found == wanted
            }
            Field::DealStage => {
                // What is no stage is told to be none.
                let stage = text.and_then(|name| name.parse().ok());
                stage.is_none_or(|stage| {
                    change.evidence.iter().any(|span| self.rules.may_state(&sentence(note, *span), stage))
                })
            }
            Field::Tags => evidence.has_tags(&change.value),
            Field::Website => text.is_some_and(|text| evidence.has_words(text, is_part_of_site)),
            _ => text.is_some_and(|text| evidence.has_words(text, char::is_alphanumeric)),
        }
    }
}

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

/// The currency that the deal has afterwards.
fn currency_after(note: &Note, all: &[ProposedChange]) -> Currency {
    let proposed = all.iter().find(|change| change.field == Field::DealCurrency);
    let proposed = proposed.and_then(|change| Currency::parse(change.value.as_str()?).ok());
    proposed.unwrap_or(note.lead.deal_currency)
}

/// What may be on either side of a site without a space and make another one of it.
fn is_part_of_site(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '-' | '_')
}

/// The words that a change rests on.
struct Evidence<'e> {
    doubt: &'e Doubt,
    note: &'e Note,
    spans: &'e [Span],
}

impl Evidence<'_> {
    fn money(&self, usual: Currency) -> Option<Money> {
        self.derived(|quote| rules::money(quote, usual))
    }

    /// The one value that the quotes state, each with all of what it has a part of.
    fn derived<T: PartialEq>(&self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut found = self.spans.iter().filter_map(|span| {
            let whole = self.doubt.readings.iter().filter(|reading| overlap(**reading, *span));
            let whole = whole.fold(*span, |all, part| join(all, *part));
            read(self.note.text.get(whole.start..whole.end)?)
        });
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// Whether these words are in one quote, in any case and with any spaces, and are no part of longer ones.
    fn has_words(&self, words: &str, is_part: fn(char) -> bool) -> bool {
        let words = folded(words);
        let quotes = adjoined(&self.note.text, self.spans);
        !words.is_empty() && quotes.iter().any(|span| stands_in(&self.note.text, *span, &words, is_part))
    }

    /// Whether every tag that is added or removed is named.
    fn has_tags(&self, after: &Value) -> bool {
        let Some(after) = after.as_array() else { return false };
        let after: Vec<&str> = after.iter().filter_map(Value::as_str).collect();
        let before: Vec<&str> = self.note.lead.tags.iter().map(Text::as_str).collect();
        let added = after.iter().filter(|tag| !before.contains(tag));
        let removed = before.iter().filter(|tag| !after.contains(tag));
        added.chain(removed).all(|tag| self.has_words(tag, char::is_alphanumeric))
    }
}

fn join(one: Span, other: Span) -> Span {
    Span { start: one.start.min(other.start), end: one.end.max(other.end) }
}

/// Quotes that follow on each other, with nothing but spaces between them, as one.
fn adjoined(text: &str, spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable_by_key(|span| (span.start, span.end));
    let mut joined: Vec<Span> = Vec::new();
    for span in sorted {
        match joined.last_mut() {
            Some(last) if text.get(last.end..span.start).is_some_and(|gap| gap.trim().is_empty()) => {
                *last = join(*last, span);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Whether folded words stand within this part of a text, as whole words of the text.
fn stands_in(text: &str, span: Span, words: &str, is_part: fn(char) -> bool) -> bool {
    // With what belongs to the first and last word, so that it is seen that they are cut.
    let before = text.get(..span.start).unwrap_or_default();
    let head = before.trim_end_matches(is_bound).len();
    let behind = text.get(span.end..).unwrap_or_default();
    let tail = behind.len() - behind.trim_start_matches(is_bound).len();
    let quote = folded(text.get(head..span.end + tail).unwrap_or_default());
    quote.match_indices(words).any(|(start, found)| {
        let before = quote.get(..start).unwrap_or_default();
        let behind = quote.get(start + found.len()..).unwrap_or_default();
        !continues(before.chars().rev(), is_part) && !continues(behind.chars(), is_part)
    })
}

/// What is not cut by white space.
fn is_bound(c: char) -> bool {
    !c.is_whitespace()
}

/// Whether a word goes on here: at once, or behind a point.
fn continues(mut chars: impl Iterator<Item = char>, is_part: fn(char) -> bool) -> bool {
    match chars.next() {
        Some('.') if is_part('@') => chars.next().is_some_and(is_part),
        Some(c) => is_part(c),
        None => false,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The sentence, or its nearest part, that a span is in.
fn sentence(note: &Note, span: Span) -> Note {
    const REACH: usize = 300;
    let text = &note.text;
    let ends = |c: char| matches!(c, '\n' | '.' | '!' | '?' | ';');
    let from = text.floor_char_boundary(span.start.saturating_sub(REACH));
    let before = text.get(from..span.start).unwrap_or_default();
    let start = before.rfind(ends).map_or(from, |at| from + at + 1);
    let to = text.ceil_char_boundary((span.end + REACH).min(text.len()));
    let behind = text.get(span.end..to).unwrap_or_default();
    let end = behind.find(ends).map_or(to, |at| span.end + at + 1);
    Note { text: text.get(start..end).unwrap_or_default().to_owned(), ..note.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, quote: &str, words: &str, expected: bool) {
        let start = text.find(quote).unwrap();
        let span = Span { start, end: start + quote.len() };
        assert_eq!(
            stands_in(text, span, &folded(words), char::is_alphanumeric),
            expected,
            "{words} in {quote}"
        );
    }

    #[test]
    fn words_are_whole() {
        check("the annual plan", "annual", "Ann", false);
        check("she said so", "said", "AI", false);
        check("Ann, the buyer", "Ann", "Ann", true);
        check("ANN\n  Miller-Roe", "ANN\n  Miller", "Ann Miller", true);
        check("Annabel", "Ann", "Ann", false);
        check("call (Ann)", "(Ann)", "ann", true);
        check("VP of  Sales.", "VP of  Sales", "VP of Sales", true);
    }

    #[test]
    fn a_site_is_no_part_of_an_address_or_of_another_site() {
        #[track_caller]
        fn site(text: &str, expected: bool) {
            let span =
                Span { start: text.find("acme.com").unwrap(), end: text.find("acme.com").unwrap() + 8 };
            assert_eq!(stands_in(text, span, "acme.com", is_part_of_site), expected, "{text}");
        }
        site("john@acme.com", false);
        site("acme.com.au", false);
        site("my-acme.com", false);
        site("shop.acme.com", false);
        site("See acme.com.", true);
        site("https://acme.com/about", true);
        site("(acme.com)", true);
    }

    #[test]
    fn quotes_that_follow_on_each_other_are_one() {
        let text = "CEO of sales and sales";
        let span = |start, end| Span { start, end };
        assert_eq!(adjoined(text, &[span(7, 12), span(4, 6)]), [span(4, 12)]);
        assert_eq!(adjoined(text, &[span(0, 3), span(7, 12)]), [span(0, 3), span(7, 12)]);
    }
}

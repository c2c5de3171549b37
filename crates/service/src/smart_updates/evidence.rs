//! Whether a value follows from the words that should state it.

use leadkeep_ai::{
    Note, ProposedChange,
    rules::{self, Money},
};
use leadkeep_domain::{CloseDate, Currency, Email, Field, Quote, Text};
use serde_json::Value;

/// What the evidence says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// That it is so.
    Agrees,
    /// Something else, or nothing.
    Differs,
}

/// Derives a value again from its quotes. Numbers, days and addresses are read by the rules; words must stand there. A stage is
/// a reading of many wordings: its quote must be in the text, no more.
pub(super) fn verdict(
    change: &ProposedChange,
    quotes: &[Quote],
    note: &Note,
    all: &[ProposedChange],
) -> Verdict {
    let text = change.value.as_str();
    let agrees = match change.field {
        Field::DealValue => {
            let currency = currency_after(note, all);
            money(quotes, currency).is_some_and(|money| {
                change.value.as_i64() == Some(money.amount.get()) && money.currency == currency
            })
        }
        // Alone, a currency would make another price of the amount that there is.
        Field::DealCurrency => money(quotes, note.lead.deal_currency).is_some_and(|money| {
            let is_priced = all.iter().any(|change| change.field == Field::DealValue);
            let same_amount = note.lead.deal_value.is_none_or(|amount| amount == money.amount);
            text == Some(money.currency.code()) && (is_priced || same_amount)
        }),
        Field::DealCloseDate => {
            let wanted = text.and_then(|text| CloseDate::parse(text).ok());
            wanted.is_some()
                && derived(quotes, |quote| rules::date(quote, note.written_on)) == wanted.map(CloseDate::date)
        }
        Field::Phone => {
            let found = derived(quotes, rules::phone);
            text.zip(found.as_deref()).is_some_and(|(text, found)| rules::same_phone(text, found))
        }
        Field::Email => {
            let wanted = text.and_then(|text| Email::parse(text.to_owned()).ok());
            let found = derived(quotes, |quote| rules::email(quote).map(|email| email.key()));
            wanted.is_some_and(|wanted| found == Some(wanted.key()))
        }
        Field::DealStage => true,
        Field::Tags => tags_stand_there(&change.value, quotes, note),
        _ => text.is_some_and(|text| stands_there(text, quotes)),
    };
    if agrees { Verdict::Agrees } else { Verdict::Differs }
}

/// The currency that the deal has afterwards.
fn currency_after(note: &Note, all: &[ProposedChange]) -> Currency {
    let proposed = all.iter().find(|change| change.field == Field::DealCurrency);
    let proposed = proposed.and_then(|change| Currency::parse(change.value.as_str()?).ok());
    proposed.unwrap_or(note.lead.deal_currency)
}

fn money(quotes: &[Quote], usual: Currency) -> Option<Money> {
    derived(quotes, |quote| rules::money(quote, usual))
}

/// The one value that the quotes state.
fn derived<T: PartialEq>(quotes: &[Quote], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut found = quotes.iter().filter_map(|quote| read(&quote.quote));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Whether the words are in the quotes, one after the other, in any case and with any spaces.
fn stands_there(words: &str, quotes: &[Quote]) -> bool {
    let all = quotes.iter().map(|quote| quote.quote.as_str()).collect::<Vec<_>>().join(" ");
    let words = folded(words);
    !words.is_empty() && folded(&all).contains(&words)
}

/// Whether every tag that is added or removed is named.
fn tags_stand_there(value: &Value, quotes: &[Quote], note: &Note) -> bool {
    let Some(after) = value.as_array() else { return false };
    let after: Vec<&str> = after.iter().filter_map(Value::as_str).collect();
    let before: Vec<&str> = note.lead.tags.iter().map(Text::as_str).collect();
    let added = after.iter().filter(|tag| !before.contains(tag));
    let removed = before.iter().filter(|tag| !after.contains(tag));
    added.chain(removed).all(|tag| stands_there(tag, quotes))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

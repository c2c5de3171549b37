//! Money: how it is written, and which amount is the deal's.

mod currency;
mod number;
mod reader;
mod scan;
mod words;

use leadkeep_domain::{Currency, MinorUnits};

pub(crate) use reader::deal;
pub(crate) use scan::{Written, written};

use super::text::{Token, tokens};

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much, in the currency's minor unit.
    pub amount: MinorUnits,
    /// In which currency.
    pub currency: Currency,
}

/// The one amount that a quote states: `$50k`, `€50.000`, `fifty thousand dollars`, `25 lakh`. An amount without a currency is in
/// `usual`, and so is a bare `$` where that is a dollar.
///
/// Nothing where there is none, several that differ, or one that can be read in two ways.
pub fn money(quote: &str, usual: Currency) -> Option<Money> {
    let tokens = tokens(quote);
    let all: Vec<Written> = written(&tokens).into_iter().filter(Written::may_be_money).collect();
    let stated = reader::meant(&tokens, &all);
    let mut amounts = stated.iter().map(|written| value(written, usual));
    let first = amounts.next()??;
    amounts.all(|other| other == Some(first)).then_some(first)
}

/// What is written, as money.
pub(crate) fn value(written: &Written, usual: Currency) -> Option<Money> {
    let currency = match written.shown {
        Some(shown) => shown.resolve(usual).or_else(|| is_usual_krone(shown).then_some(usual))?,
        None => usual,
    };
    let units = written.number.in_units(minor_digits(currency))?;
    MinorUnits::parse(units).ok().map(|amount| Money { amount, currency })
}

fn is_usual_krone(shown: currency::Shown) -> bool {
    matches!(shown, currency::Shown::OneOf(_))
}

/// How many decimal digits the minor unit is, by ISO 4217.
fn minor_digits(currency: Currency) -> u32 {
    match currency.code() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Whether a token is a currency's name or symbol.
pub(crate) fn names_currency(tokens: &[Token<'_>]) -> Option<(usize, currency::Shown)> {
    currency::currency(tokens)
}

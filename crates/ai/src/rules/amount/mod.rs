//! Money: how it is written, and which amount is the deal's.

mod currency;
mod doubt;
mod haggle;
mod number;
mod others;
mod paid;
mod ranges;
mod reader;
mod replaced;
mod scan;
mod spoken;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(quote: &str, usual: &str, expected: Option<(i64, &str)>) {
        let money = money(quote, Currency::parse(usual).unwrap());
        assert_eq!(money.map(|money| (money.amount.get(), money.currency.code())), expected, "{quote}");
    }

    #[test]
    fn money_is_read_in_the_usual_writings() {
        check("Budget is around $50k", "USD", Some((5_000_000, "USD")));
        check("1.2M", "USD", Some((120_000_000, "USD")));
        check("€50.000", "USD", Some((5_000_000, "EUR")));
        check("82.300,50 €", "USD", Some((8_230_050, "EUR")));
        check("fifty thousand dollars", "USD", Some((5_000_000, "USD")));
        check("a hundred and sixty thousand", "USD", Some((16_000_000, "USD")));
        check("thirty-eight and a half thousand euros", "EUR", Some((3_850_000, "EUR")));
        check("a quarter of a million dollars", "USD", Some((25_000_000, "USD")));
        check("twenty-six thousand five hundred dollars", "USD", Some((2_650_000, "USD")));
        check("25 lakh", "INR", Some((250_000_000, "INR")));
        check("1.5 crore rupees", "INR", Some((1_500_000_000, "INR")));
        check("120 T€", "USD", Some((12_000_000, "EUR")));
        check("65 TEUR", "USD", Some((6_500_000, "EUR")));
        check("38.750,- €", "EUR", Some((3_875_000, "EUR")));
        check("CHF 88'000", "EUR", Some((8_800_000, "CHF")));
        check("NOK 450 000", "NOK", Some((45_000_000, "NOK")));
        check("14 grand", "GBP", Some((1_400_000, "GBP")));
        check("from $30k to $36k", "USD", Some((3_600_000, "USD")));
        check("¥ 500,000", "JPY", Some((500_000, "JPY")));
    }

    #[test]
    fn a_dollar_is_the_usual_one() {
        check("$72,250", "CAD", Some((7_225_000, "CAD")));
        check("$72,250", "EUR", Some((7_225_000, "USD")));
        check("US$72,250", "CAD", Some((7_225_000, "USD")));
        check("$64,000 USD", "CAD", Some((6_400_000, "USD")));
    }

    #[test]
    fn what_may_be_two_amounts_or_none_is_none() {
        for quote in ["between $40k and $50k", "2,500k", "no budget", "140 names", "30%", "", "$"] {
            check(quote, "USD", None);
        }
    }
}

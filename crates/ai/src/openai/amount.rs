//! Amounts: models speak of dollars, Leadkeep counts cents.

use leadkeep_domain::{Currency, MinorUnits};
use serde_json::Number;

/// A decimal amount in the currency's minor unit.
///
/// Nothing where it is negative, too large or finer than the unit, and where ISO 4217 knows no unit: amounts are not rounded.
pub(super) fn minor_units(amount: &Number, currency: Currency) -> Option<MinorUnits> {
    // The shortest decimal that is this number: what was written, up to 15 digits.
    let written = match amount.as_i64() {
        Some(whole) => whole.to_string(),
        None => amount.as_f64()?.to_string(),
    };
    let digits = digits(currency)?;
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let fraction = fraction.trim_end_matches('0');
    let missing = digits.checked_sub(fraction.len())?;
    let units: i64 = format!("{whole}{fraction}{}", "0".repeat(missing)).parse().ok()?;
    MinorUnits::parse(units).ok()
}

/// An amount as a decimal of the currency's major unit. Nothing where ISO 4217 knows no unit.
pub(super) fn major_units(amount: MinorUnits, currency: Currency) -> Option<String> {
    let digits = digits(currency)?;
    let mut written = format!("{:0>width$}", amount.get(), width = digits + 1);
    if digits > 0 {
        written.insert(written.len().saturating_sub(digits), '.');
    }
    Some(written)
}

/// How many decimal digits the minor unit is, by ISO 4217.
fn digits(currency: Currency) -> Option<usize> {
    let exponent = iso_currency::Currency::from_code(currency.code())?.exponent()?;
    Some(usize::from(exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[track_caller]
    fn check(amount: &str, code: &str, expected: Option<i64>) {
        let amount: Number = serde_json::from_str(amount).unwrap();
        assert_eq!(minor_units(&amount, currency(code)).map(MinorUnits::get), expected, "{amount} {code}");
    }

    #[test]
    fn decimal_amounts_become_minor_units() {
        check("50000", "USD", Some(5_000_000));
        check("50000.0", "USD", Some(5_000_000));
        check("1234.5", "EUR", Some(123_450));
        check("0.07", "EUR", Some(7));
        check("1e3", "EUR", Some(100_000));
        check("1E-2", "EUR", Some(1));
        check("1500", "JPY", Some(1500));
        check("1.234", "KWD", Some(1234));
        check("0", "USD", Some(0));
        check("-0.0", "USD", Some(0));
        check("9007199254740.99", "USD", Some(900_719_925_474_099));
    }

    #[test]
    fn amounts_are_not_rounded() {
        check("10.005", "USD", None);
        check("1500.5", "JPY", None);
        check("1e-7", "USD", None);
    }

    #[test]
    fn amounts_that_no_deal_has_are_none() {
        check("-1", "USD", None);
        check("-0.01", "USD", None);
        check("90071992547409.92", "USD", None);
        check("1e300", "USD", None);
        check("18446744073709551615", "USD", None);
        check("5", "XAU", None); // gold has no minor unit
    }

    #[test]
    fn the_rules_know_the_same_units() {
        for code in ["USD", "EUR", "GBP", "JPY", "KRW", "KWD", "CLP", "ISK", "HUF", "VND", "INR", "NOK"] {
            let currency = currency(code);
            let read = rules::money("1234", currency).unwrap().amount;
            assert_eq!(minor_units(&1234.into(), currency), Some(read), "{code}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_survives_being_told(units in 0_i64..100_000_000_000_000, code in "USD|JPY|KWD") {
            let amount = MinorUnits::parse(units).unwrap();
            let told = major_units(amount, currency(&code)).unwrap();
            let heard: Number = serde_json::from_str(&told).unwrap();
            prop_assert_eq!(minor_units(&heard, currency(&code)), Some(amount), "{}", told);
        }
    }
}

//! Amounts as people read and type them: in the major unit of their currency, with as many decimals as it has.

use leadkeep_domain::{Currency, MinorUnits};

use crate::numbers::grouped;

/// "1,234.50": with commas, without the currency.
pub(crate) fn written(amount: MinorUnits, currency: Currency) -> String {
    let plain = typed(amount, currency);
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    let grouped = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    if decimals.is_empty() { grouped } else { format!("{grouped}.{decimals}") }
}

/// "1234.50": as a field begins with it.
pub(crate) fn typed(amount: MinorUnits, currency: Currency) -> String {
    let decimals = currency.decimals() as usize;
    // One digit before the point at least.
    let digits = format!("{:0width$}", amount.get(), width = decimals + 1);
    match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
        _ => digits,
    }
}

/// The number of minor units that was typed. The reason why it is none ends a sentence that begins with "It".
pub(crate) fn parse(text: &str, currency: Currency) -> Result<i64, String> {
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\'')).collect();
    let (whole, fraction) = bare.split_once('.').unwrap_or((&bare, ""));
    let decimals = currency.decimals() as usize;
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return Err("must be an amount such as 5000 or 1250.50".to_owned());
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(match decimals {
            0 => format!("must be a whole number of {currency}"),
            _ => format!("must have at most {decimals} decimals in {currency}"),
        });
    }
    format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| "is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(minor: i64, code: &str, shown: &str, field: &str) {
        let (amount, currency) = (MinorUnits::parse(minor).unwrap(), Currency::parse(code).unwrap());
        assert_eq!(written(amount, currency), shown);
        assert_eq!(typed(amount, currency), field);
        assert_eq!(parse(field, currency), Ok(minor));
        assert_eq!(parse(shown, currency), Ok(minor));
    }

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        check(5_000_000, "USD", "50,000.00", "50000.00");
        check(5, "USD", "0.05", "0.05");
        check(0, "USD", "0.00", "0.00");
        check(5_000_000, "JPY", "5,000,000", "5000000");
        check(0, "JPY", "0", "0");
        check(1_234, "KWD", "1.234", "1.234");
        check(MinorUnits::MAX, "EUR", "90,071,992,547,409.91", "90071992547409.91");
    }

    #[test]
    fn what_is_typed_is_an_amount_or_told_why_not() {
        let read = |text, code| parse(text, Currency::parse(code).unwrap());
        assert_eq!(read("50 000.5", "USD"), Ok(5_000_050));
        assert_eq!(read("12.00", "JPY"), Ok(12));
        for (text, code, reason) in [
            ("", "USD", "such as"),
            (".5", "USD", "such as"),
            ("-1", "USD", "such as"),
            ("1e3", "USD", "such as"),
            ("1.2.3", "USD", "such as"),
            ("$5", "USD", "such as"),
            ("1.234", "USD", "at most 2 decimals"),
            ("1.5", "JPY", "whole number of JPY"),
            ("99999999999999999999", "USD", "too large"),
        ] {
            assert!(read(text, code).is_err_and(|why| why.contains(reason)), "{text} {code}");
        }
    }
}

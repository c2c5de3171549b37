//! Numbers as people read them.

/// With a comma before every three digits: "1,234,567".
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// In the room beside an axis: "950", "12k", "1.5M".
pub(crate) fn short(number: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    for (unit, letter) in UNITS {
        if number >= unit {
            let tenths = number / (unit / 10);
            let (whole, rest) = (tenths / 10, tenths % 10);
            return if rest == 0 { format!("{whole}{letter}") } else { format!("{whole}.{rest}{letter}") };
        }
    }
    number.to_string()
}

/// How many of a unit whose plural ends in s: "1 request", "1,234 requests".
pub(crate) fn many(count: u64, unit: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {unit}{s}", grouped(count))
}

/// A part of a whole in thousandths, between none and all.
pub(crate) fn thousandths(part: u64, whole: u64) -> u128 {
    (u128::from(part) * 1000).checked_div(u128::from(whole)).map_or(0, |part| part.min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped_and_shortened() {
        for (number, long, brief) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1,000", "1k"),
            (12_500, "12,500", "12.5k"),
            (1_234_567, "1,234,567", "1.2M"),
            (2_000_000_000, "2,000,000,000", "2G"),
        ] {
            assert_eq!((grouped(number).as_str(), short(number).as_str()), (long, brief));
        }
    }

    #[test]
    fn a_part_is_between_none_and_all() {
        let parts = [(0, 0), (1, 0), (1, 2), (2, 3), (5, 4), (u64::MAX, u64::MAX)];
        assert_eq!(parts.map(|(part, whole)| thousandths(part, whole)), [0, 0, 500, 666, 1000, 1000]);
    }
}

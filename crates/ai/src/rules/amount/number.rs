/// A number without a sign, exact to the thousandth, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thousandths(u64);

/// More than any deal, and far from the end of the type.
const MOST: u64 = 1_000_000_000_000_000;

impl Thousandths {
    /// A whole number.
    pub(super) fn whole(number: u64) -> Option<Self> {
        (number <= MOST / 1000).then_some(Self(number * 1000))
    }

    /// So many times as much.
    pub(super) fn times(self, factor: u64) -> Option<Self> {
        self.0.checked_mul(factor).filter(|product| *product <= MOST).map(Self)
    }

    /// The sum.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).filter(|sum| *sum <= MOST).map(Self)
    }

    /// The number of units of which there are ten to the power of `digits` in one, if it is whole.
    pub(super) fn in_units(self, digits: u32) -> Option<i64> {
        let per_unit = 10_u64.pow(3_u32.checked_sub(digits)?);
        self.0
            .is_multiple_of(per_unit)
            .then_some(self.0 / per_unit)
            .and_then(|units| i64::try_from(units).ok())
    }

    /// Whether it is a whole number from `low` to `high`.
    pub(super) fn is_within(self, low: u64, high: u64) -> bool {
        self.0.is_multiple_of(1000) && (low * 1000..=high * 1000).contains(&self.0)
    }
}

/// How the digits of a number are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    /// As in `50.000`, where nothing follows.
    Usual,
    /// A magnitude follows: `1.250 million` has a fraction, and `1,250k` may or may not.
    Magnified,
}

/// Reads `50,000`, `50.000,50`, `1.2`, `25,00,000`, `88'000`; nothing where it could be one of two numbers.
pub(super) fn parse(digits: &str, grouping: Grouping) -> Option<Thousandths> {
    if digits.len() > 24 {
        return None;
    }
    let digits = digits.replace(['\'', '’'], "_");
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let last = *separators.last().unwrap_or(&'_');
    let (whole, fraction) = digits.rsplit_once(last).unwrap_or((digits.as_str(), ""));
    let is_fraction = match separators.as_slice() {
        [] => return number(&digits, ""),
        ['_', ..] if last == '_' => false,
        [.., before, _] if *before != last => true,
        [_] => fraction.len() <= 2 || whole == "0" || (grouping == Grouping::Magnified && last == '.'),
        _ => false,
    };
    if is_fraction {
        return is_grouped(whole).then(|| number(whole, fraction)).flatten();
    }
    let doubtful = grouping == Grouping::Magnified && separators.len() == 1;
    (is_grouped(&digits) && !doubtful).then(|| number(&digits, "")).flatten()
}

/// Groups of three; or of two before the last, as in India.
fn is_grouped(digits: &str) -> bool {
    let mut groups = digits.split(|c: char| !c.is_ascii_digit()).rev();
    let Some(last) = groups.next() else { return false };
    let before: Vec<usize> = groups.map(str::len).collect();
    let Some((first, between)) = before.split_last() else { return !last.is_empty() };
    let one_separator = digits
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .all(|c| Some(c) == digits.chars().find(|c| !c.is_ascii_digit()));
    let by_three = (1..=3).contains(first) && between.iter().all(|len| *len == 3);
    let by_two = (1..=2).contains(first) && between.iter().all(|len| *len == 2);
    one_separator && last.len() == 3 && (by_three || by_two)
}

fn number(whole: &str, fraction: &str) -> Option<Thousandths> {
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if fraction.len() > 3 || whole.is_empty() {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse().ok()?;
    Thousandths::whole(whole.parse().ok()?)?.plus(Thousandths(thousandths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(digits: &str, usual: Option<u64>, magnified: Option<u64>) {
        assert_eq!(parse(digits, Grouping::Usual).map(|n| n.0), usual, "{digits}");
        assert_eq!(parse(digits, Grouping::Magnified).map(|n| n.0), magnified, "{digits} k");
    }

    #[test]
    fn numbers_are_read_as_they_are_written_here_and_there() {
        check("50", Some(50_000), Some(50_000));
        check("50,000", Some(50_000_000), None);
        check("50.000", Some(50_000_000), Some(50_000));
        check("82.300,50", Some(82_300_500), Some(82_300_500));
        check("1,234,567.89", Some(1_234_567_890), Some(1_234_567_890));
        check("25,00,000", Some(2_500_000_000), Some(2_500_000_000));
        check("88'000", Some(88_000_000), None);
        check("23,4", Some(23_400), Some(23_400));
        check("1.25", Some(1_250), Some(1_250));
        check("1,2345", None, None);
        check("1,1,1,1", None, None);
        check("12.12.2025", None, None);
    }
}

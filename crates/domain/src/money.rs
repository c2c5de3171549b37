use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

use iso_currency::{Currency as Iso, IntoEnumIterator as _};

use crate::Invalid;

/// An amount in the minor unit of its currency (cents), from 0 to [`MinorUnits::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinorUnits(i64);

impl MinorUnits {
    /// The largest amount: 2^53 − 1, the last whole number that every JSON reader reads exactly.
    pub const MAX: i64 = (1 << 53) - 1;

    /// Parses a number of minor units.
    pub fn parse(amount: i64) -> Result<Self, Invalid> {
        match amount {
            0..=Self::MAX => Ok(Self(amount)),
            _ => Err(Invalid::new(format!("must be from 0 to {}", Self::MAX))),
        }
    }

    /// Takes back what was parsed before it was stored.
    pub const fn from_stored(amount: i64) -> Self {
        Self(amount)
    }

    /// The number of minor units.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(Iso);

impl Currency {
    /// US dollars: what a new workspace counts in until it is told otherwise.
    pub const USD: Self = Self(Iso::USD);

    /// Parses the three capital letters.
    pub fn parse(code: &str) -> Result<Self, Invalid> {
        // Compared one by one the standard's codes cost more than all else of a lead's row.
        static BY_CODE: LazyLock<HashMap<&str, Iso>> =
            LazyLock::new(|| Iso::iter().map(|currency| (currency.code(), currency)).collect());
        BY_CODE
            .get(code)
            .copied()
            .map(Self)
            .ok_or_else(|| Invalid::new("must be a currency code of ISO 4217 in capitals, such as USD"))
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals its major unit has: 2 for dollars and cents, 0 for yen. What has no minor unit has none.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        Self::parse(code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_not_negative_and_survive_javascript() {
        assert!(MinorUnits::parse(-1).is_err());
        assert!(MinorUnits::parse(0).is_ok());
        assert!(MinorUnits::parse(9_007_199_254_740_991).is_ok());
        assert!(MinorUnits::parse(9_007_199_254_740_992).is_err());
        assert!(MinorUnits::parse(i64::MIN).is_err());
    }

    #[test]
    fn each_currency_has_its_decimals() {
        for (code, decimals) in [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XAU", 0)] {
            assert_eq!(Currency::parse(code).map(Currency::decimals), Ok(decimals), "{code}");
        }
    }

    #[test]
    fn currencies_are_those_of_the_standard() {
        for code in ["USD", "EUR", "JPY", "CHF", "KWD"] {
            assert_eq!(Currency::parse(code).map(Currency::code), Ok(code));
        }
        for code in ["usd", "US", "USDX", "ZZZ", "", "$"] {
            assert!(Currency::parse(code).is_err(), "{code}");
        }
    }
}

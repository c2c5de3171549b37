use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;

use crate::Invalid;

/// A network address, or a range of them in CIDR notation (RFC 4632): `203.0.113.9`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange(IpNet);

/// Ranges of addresses. None at all means that nobody cares where a call comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRanges(Vec<AddressRange>);

impl AddressRange {
    /// Whether the address is in the range. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the same as the plain
    /// one.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for AddressRange {
    type Err = Invalid;

    /// A range whose address has bits behind its prefix is refused: `10.0.0.7/8` is one address or another range, and
    /// nobody can tell which.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("must be an address or a range such as 203.0.113.9 or 10.0.0.0/8");
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.to_canonical().into()));
        }
        let range: IpNet = text.parse().map_err(|_| wrong())?;
        if range == range.trunc() { Ok(Self(range)) } else { Err(wrong()) }
    }
}

impl fmt::Display for AddressRange {
    /// As it is read: one address without a prefix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            fmt::Display::fmt(&self.0.addr(), f)
        } else {
            fmt::Display::fmt(&self.0, f)
        }
    }
}

impl AddressRanges {
    /// The most ranges that a credential lists: they are looked through at each of its calls.
    pub const MAX: usize = 50;

    /// These ranges.
    pub fn new(ranges: Vec<AddressRange>) -> Result<Self, Invalid> {
        if ranges.len() > Self::MAX {
            return Err(Invalid::new(format!("must be at most {} ranges", Self::MAX)));
        }
        Ok(Self(ranges))
    }

    /// Reads ranges parted by spaces, as they are [written](fmt::Display); an empty text is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::new(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// Whether a call from this address is welcome.
    pub fn allow(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.contain(address)
    }

    /// Whether one of the ranges holds the address.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges in their order.
    pub fn iter(&self) -> impl Iterator<Item = &AddressRange> {
        self.0.iter()
    }
}

impl fmt::Display for AddressRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, range) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{range}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses_however_they_are_written() {
        #[track_caller]
        fn check(range: &str, address: &str, inside: bool) {
            let range: AddressRange = range.parse().unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), inside);
        }
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("203.0.113.9", "203.0.113.9", true);
        check("203.0.113.9", "203.0.113.8", false);
        check("::ffff:203.0.113.9", "203.0.113.9", true);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "10.0.0.1", false);
        check("0.0.0.0/0", "192.0.2.1", true);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.7/8", "10.0.0.0/33", "localhost", "10.0.0", "10.0.0.0/", "10.0.0.0/8 "] {
            assert!(text.parse::<AddressRange>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn no_ranges_allow_everyone_and_contain_nobody() {
        let none = AddressRanges::default();
        let address = "192.0.2.1".parse().unwrap();
        assert!(none.allow(address) && !none.contain(address));
        let text = "10.0.0.0/8 2001:db8::1";
        let some = AddressRanges::parse(text).unwrap();
        assert_eq!(some.to_string(), text);
        assert!(!some.allow(address) && some.allow("10.1.2.3".parse().unwrap()));
        assert!(AddressRanges::parse(&"10.0.0.1 ".repeat(51)).is_err());
    }
}

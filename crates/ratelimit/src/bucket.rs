use std::net::{IpAddr, Ipv6Addr};

use crate::Quota;

/// What belongs together: all buckets of one decision are of one group, for instance one workspace.
///
/// The group picks the lock (in memory) or the node (in a cluster), so a decision over several buckets is all or nothing.
/// The same key in two groups may be two buckets: a key always goes with the same group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(pub u128);

/// Whose calls a bucket counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BucketKey {
    /// One that was verified: a credential, a site, an app's user. Its open window is never dropped.
    Credential(u128),
    /// One that anybody can make up: a network address. A store may forget such buckets when it has too many of them.
    Address(u128),
}

impl BucketKey {
    /// The bucket of a network address: an IPv4 address as a whole, an IPv6 address by its /64, as one subscriber holds at
    /// least that much. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the same as the plain one.
    pub fn address(ip: IpAddr) -> Self {
        Self::Address(match ip.to_canonical() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits() & SUBSCRIBER.to_bits(),
        })
    }
}

/// The half of an IPv6 address that names a network.
const SUBSCRIBER: Ipv6Addr = Ipv6Addr::new(0xffff, 0xffff, 0xffff, 0xffff, 0, 0, 0, 0);

/// A key and what it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Whose calls are counted.
    pub key: BucketKey,
    /// How many are allowed.
    pub quota: Quota,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, same: bool, reason: &str) {
        let key = |ip: &str| BucketKey::address(ip.parse().unwrap());
        assert_eq!(key(left) == key(right), same, "{left} and {right}: {reason}");
    }

    #[test]
    fn addresses_of_one_subscriber_share_a_bucket() {
        check("192.0.2.1", "192.0.2.1", true, "the same address");
        check("192.0.2.1", "192.0.2.2", false, "IPv4 counts as a whole");
        check("192.0.2.1", "::ffff:192.0.2.1", true, "another spelling of the same");
        check("::ffff:192.0.2.1", "::ffff:192.0.2.2", false, "mapped addresses are not one /64");
        check("2001:db8::1", "2001:db8::ffff:0:0:2", true, "one /64");
        check("2001:db8::1", "2001:db8:0:1::1", false, "neighbouring /64s");
        check("::1", "0.0.0.0", false, "the first /64 is no IPv4 address");
    }
}

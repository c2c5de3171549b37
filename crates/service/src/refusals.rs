use std::{collections::HashMap, net::IpAddr};

use parking_lot::Mutex;

use crate::gate::Refusal;

/// How many addresses are told apart between two reports. Addresses are anybody's to make up.
const ADDRESSES: usize = 1_000;

/// How many of them a report has a line for: those with the most refusals.
const LINES: usize = 20;

/// Counts refused credentials by address and reason, so that a flood of them is a few lines in the log and not one each.
#[derive(Debug, Default)]
pub struct RefusalLog {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    by_address: HashMap<IpAddr, Reasons>,
    /// Of addresses that there was no room for.
    others: Reasons,
}

/// How often each reason was given, in the order of [`Refusal::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reasons([u64; Refusal::ALL.len()]);

impl RefusalLog {
    /// Notes a refusal.
    pub fn note(&self, refusal: Refusal, address: IpAddr) {
        let address = address.to_canonical();
        let mut counts = self.counts.lock();
        let Counts { by_address, others } = &mut *counts;
        if by_address.len() < ADDRESSES || by_address.contains_key(&address) {
            by_address.entry(address).or_default().add(refusal);
        } else {
            others.add(refusal);
        }
    }

    /// How often something was refused to an address since the last report, for this reason.
    pub fn count(&self, refusal: Refusal, address: IpAddr) -> u64 {
        let counts = self.counts.lock();
        counts.by_address.get(&address.to_canonical()).map_or(0, |reasons| reasons.of(refusal))
    }

    /// Writes what was noted since the last time to the log, and forgets it.
    pub fn report(&self) {
        let Counts { by_address, mut others } = std::mem::take(&mut *self.counts.lock());
        let mut addresses: Vec<_> = by_address.into_iter().collect();
        addresses.sort_by_key(|(_, reasons)| std::cmp::Reverse(reasons.total()));
        for (at, (address, reasons)) in addresses.into_iter().enumerate() {
            if at < LINES {
                let (count, reasons) = (reasons.total(), reasons.to_string());
                tracing::info!(%address, count, reasons, "credentials refused");
            } else {
                others.merge(&reasons);
            }
        }
        if others.total() > 0 {
            let (count, reasons) = (others.total(), others.to_string());
            tracing::info!(address = "others", count, reasons, "credentials refused");
        }
    }
}

impl Reasons {
    fn add(&mut self, refusal: Refusal) {
        let counts = self.0.iter_mut().zip(Refusal::ALL);
        counts.filter(|(_, reason)| *reason == refusal).for_each(|(count, _)| *count += 1);
    }

    fn of(&self, refusal: Refusal) -> u64 {
        let counts = self.0.iter().zip(Refusal::ALL);
        counts.filter(|(_, reason)| *reason == refusal).map(|(count, _)| *count).sum()
    }

    fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl std::fmt::Display for Reasons {
    /// `unknown 3, revoked 1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = self.0.iter().zip(Refusal::ALL).filter(|(count, _)| **count > 0);
        for (at, (count, reason)) in given.enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{} {count}", reason.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_by_address_and_the_rest_together() {
        let log = RefusalLog::default();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..2_000 {
            log.note(Refusal::Unknown, address(n));
        }
        log.note(Refusal::Revoked, address(7));
        assert_eq!(log.count(Refusal::Revoked, address(7)), 1);
        assert_eq!(log.count(Refusal::Revoked, address(8)) + log.count(Refusal::Unknown, address(1_999)), 0);
        let counts = log.counts.lock();
        assert_eq!(counts.by_address.len(), ADDRESSES);
        assert_eq!(counts.by_address[&address(7)].to_string(), "unknown 1, revoked 1");
        assert_eq!(counts.others.to_string(), "unknown 1000");
    }
}

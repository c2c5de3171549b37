use std::{collections::HashMap, net::IpAddr};

use leadkeep_credentials::Secret;
use parking_lot::Mutex;

/// How many exposures are told apart between two reports. Addresses and secrets of the right form are anybody's to make up.
const TOLD_APART: usize = 1_000;

/// How many of them a report has a line for: those that came most often.
const LINES: usize = 20;

/// A secret that came in the clear, as far as a log may name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exposed {
    kind: &'static str,
    preview: Option<String>,
}

impl Exposed {
    /// A secret of ours, by its form; whether it was ever issued is not asked.
    pub fn of(secret: &Secret) -> Self {
        Self { kind: secret.kind().name(), preview: Some(secret.preview()) }
    }

    /// What has none of our forms. Nothing of it is shown: nobody knows how much of it is secret.
    pub const fn unrecognized(kind: &'static str) -> Self {
        Self { kind, preview: None }
    }

    /// What people call it.
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Its first 12 and last 4 characters.
    pub fn preview(&self) -> Option<&str> {
        self.preview.as_deref()
    }
}

/// Counts secrets that came over plain HTTP, so that whoever repeats one, or makes them up, does not fill the log.
#[derive(Debug, Default)]
pub struct ExposureLog {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    told_apart: HashMap<(IpAddr, Exposed), u64>,
    /// Those that there was no room for.
    others: u64,
}

impl ExposureLog {
    /// Notes a secret, and where it came from.
    pub fn note(&self, exposed: Exposed, address: IpAddr) {
        let key = (address.to_canonical(), exposed);
        let mut counts = self.counts.lock();
        let Counts { told_apart, others } = &mut *counts;
        if told_apart.len() < TOLD_APART || told_apart.contains_key(&key) {
            *told_apart.entry(key).or_default() += 1;
        } else {
            *others += 1;
        }
    }

    /// Writes what was noted since the last time to the log, and forgets it.
    pub fn report(&self) {
        let Counts { told_apart, mut others } = std::mem::take(&mut *self.counts.lock());
        let mut exposures: Vec<_> = told_apart.into_iter().collect();
        exposures.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (at, ((address, exposed), count)) in exposures.into_iter().enumerate() {
            if at < LINES {
                let Exposed { kind, preview } = exposed;
                tracing::warn!(%address, kind, preview, count, "a secret was exposed: it came over plain HTTP");
            } else {
                others += count;
            }
        }
        if others > 0 {
            tracing::warn!(
                address = "others",
                count = others,
                "secrets were exposed: they came over plain HTTP"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_credentials::SecretKind;

    use super::*;

    #[test]
    fn exposures_are_counted_by_secret_and_address_and_the_rest_together() {
        let log = ExposureLog::default();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let secret = Exposed::of(&Secret::generate(SecretKind::ApiKey).unwrap());
        log.note(secret.clone(), address(7));
        for n in 0..2_000 {
            log.note(Exposed::unrecognized("credential"), address(n));
        }
        log.note(secret.clone(), address(7));
        let counts = log.counts.lock();
        assert_eq!(counts.told_apart.len(), TOLD_APART);
        assert_eq!(counts.told_apart[&(address(7), secret)], 2);
        assert_eq!(counts.others, 1_001);
    }
}

//! The public identifier of an OAuth client.

use crate::{Malformed, RandomUnavailable, SecretKind, format};
use std::fmt;

/// The public identifier of an OAuth client (RFC 6749 §2.2): `slk_ci_`, 40 base62 characters and 6 check characters.
///
/// It proves nothing alone, so unlike a [`Secret`](crate::Secret) it may be stored, listed and logged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// A new identifier. Fails only when the operating system's random number generator does.
    pub fn generate() -> Result<Self, RandomUnavailable> {
        let mut text = format::generate(SecretKind::ClientId)?;
        Ok(Self(std::mem::take(&mut *text)))
    }

    /// Takes what a caller presented. Success proves form and check, not that such a client exists.
    pub fn parse(presented: &str) -> Result<Self, Malformed> {
        if format::is_well_formed(SecretKind::ClientId, presented) {
            Ok(Self(presented.to_owned()))
        } else {
            Err(Malformed)
        }
    }

    /// Takes an identifier back from where it was stored, as it is: what was issued once stays valid, even if the
    /// form of new identifiers should change.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The whole text, prefix included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

//! A secret in the clear.

use crate::{Malformed, RandomUnavailable, SecretKind, format};
use zeroize::Zeroizing;

/// A secret in the clear. Exists twice in its life: when it is generated and shown once, and when a caller presents
/// it. In between there is only its [`SecretHash`](crate::SecretHash).
///
/// The only way to the text is [`expose`](Self::expose), so that a search for that word finds every place where a
/// secret could leak. The memory is wiped when the value is dropped.
///
/// ```
/// use leadkeep_credentials::{Secret, SecretKind};
///
/// let secret = Secret::generate(SecretKind::ApiKey).unwrap();
/// println!("Copy it now, it is not shown again: {}", secret.expose());
/// ```
///
/// It cannot be formatted, neither for people nor for debugging, and it cannot be copied:
///
/// ```compile_fail
/// use leadkeep_credentials::{Secret, SecretKind};
///
/// let secret = Secret::generate(SecretKind::ApiKey).unwrap();
/// println!("{}", secret);
/// ```
///
/// ```compile_fail
/// use leadkeep_credentials::{Secret, SecretKind};
///
/// let secret = Secret::generate(SecretKind::ApiKey).unwrap();
/// println!("{:?}", secret);
/// ```
///
/// ```compile_fail
/// use leadkeep_credentials::{Secret, SecretKind};
///
/// let secret = Secret::generate(SecretKind::ApiKey).unwrap();
/// let _: Secret = secret.clone();
/// ```
pub struct Secret {
    kind: SecretKind,
    // On the heap: moving the value leaves no copy of the text behind.
    text: Zeroizing<String>,
}

impl Secret {
    /// A new secret of this kind, from the operating system's random number generator: 238 bits of entropy or more.
    /// Fails only when the generator does.
    pub fn generate(kind: SecretKind) -> Result<Self, RandomUnavailable> {
        Ok(Self { kind, text: format::generate(kind)? })
    }

    /// Takes what a caller presented, of whatever kind. Success proves form and check; whether such a secret was
    /// ever issued, only a look-up of its hash can tell.
    pub fn parse(presented: &str) -> Result<Self, Malformed> {
        let kind = SecretKind::of(presented.as_bytes()).ok_or(Malformed)?;
        Self::parse_as(kind, presented)
    }

    /// As [`parse`](Self::parse), but refuses every other kind too.
    pub fn parse_as(kind: SecretKind, presented: &str) -> Result<Self, Malformed> {
        if format::is_well_formed(kind, presented) {
            Ok(Self { kind, text: Zeroizing::new(presented.to_owned()) })
        } else {
            Err(Malformed)
        }
    }

    /// What the secret is for, as its prefix says.
    pub fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The whole text, prefix included. Show it once to whom it is issued; never log it, never store it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What lists show to tell secrets apart: the first 12 characters, an ellipsis, and the last 4, as in
    /// `sk_live_ab3d…9xYz`. More than 200 bits of the secret stay unknown.
    pub fn preview(&self) -> String {
        // All characters are ASCII, and all texts are longer than 16.
        let head = self.text.get(..12).unwrap_or_default();
        let tail = self.text.get(self.text.len().saturating_sub(4)..).unwrap_or_default();
        format!("{head}…{tail}")
    }
}

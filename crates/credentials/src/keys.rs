//! The installation's one key and what is derived from it.

use crate::{Hasher, PasswordHasher, RandomUnavailable, format::random_bytes};
use std::fmt::{self, Write};
use thiserror::Error;
use zeroize::Zeroizing;

// One context per use, fixed for ever: a changed context is a changed key, and no stored hash would match again.
const KEY_ID_CONTEXT: &str = "leadkeep credentials v1 key id";
const CHECK_VALUE_CONTEXT: &str = "leadkeep credentials v1 check value";
const SECRETS_CONTEXT: &str = "leadkeep credentials v1 secret hashes";
const CURSORS_CONTEXT: &str = "leadkeep credentials v1 cursors";
const FINGERPRINTS_CONTEXT: &str = "leadkeep credentials v1 request fingerprints";
const FORMS_CONTEXT: &str = "leadkeep credentials v1 forms";
const PASSWORDS_CONTEXT: &str = "leadkeep credentials v1 password hashes";

/// The installation's one key: 32 bytes, from which every other key is derived (BLAKE3's `derive_key` mode).
///
/// Whoever steals the database without this key can neither test guesses against the stored hashes nor forge
/// what is authenticated with a derived key. The memory is wiped when the value is dropped.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// What a derived key is for. Keys of different purposes tell nothing about each other, so what was made for one
/// purpose is never valid for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Hashes of secrets, as they are stored.
    Secrets,
    /// Authentication of opaque list cursors.
    Cursors,
    /// What tells requests apart that are sent under the same idempotency key.
    Fingerprints,
    /// What a form says of the browser that it was shown to, and what a browser is remembered by.
    Forms,
}

/// Public identifier of a [`MasterKey`], never negative. Stored beside each hash, so that hashes made with an older
/// key can be told apart once keys are rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(i32);

/// The text is no key. The message says what a key looks like, never what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the secret key must be exactly 64 hexadecimal digits (32 random bytes), as `openssl rand -hex 32` prints"
)]
pub struct InvalidKey;

impl MasterKey {
    /// Reads a key from 64 hexadecimal digits of either case. Whitespace around them is ignored, as files end in a
    /// newline; anything else is refused.
    pub fn parse_hex(text: &str) -> Result<Self, InvalidKey> {
        let (pairs, rest) = text.trim().as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(InvalidKey);
        }
        let mut key = Zeroizing::new([0; 32]);
        for (byte, [high, low]) in key.iter_mut().zip(pairs) {
            *byte = hex_value(*high)? << 4 | hex_value(*low)?;
        }
        Ok(Self(key))
    }

    /// A new key. Fails only when the operating system's random number generator does.
    pub fn generate() -> Result<Self, RandomUnavailable> {
        Ok(Self(random_bytes()?))
    }

    /// The key as 64 lower-case hexadecimal digits, for writing the key file once. [`parse_hex`](Self::parse_hex)
    /// reads it back.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Hashes people's passwords. Fails only when the operating system's random number generator does.
    pub fn passwords(&self) -> Result<PasswordHasher, RandomUnavailable> {
        PasswordHasher::new(Zeroizing::new(self.derive(PASSWORDS_CONTEXT)))
    }

    /// The key's public identifier. Two different keys share one with a chance of 1 in 2³¹: it selects a key, it does
    /// not prove one; [`check_value`](Self::check_value) does.
    pub fn id(&self) -> KeyId {
        let [a, b, c, d, ..] = self.derive(KEY_ID_CONTEXT);
        KeyId(i32::from_le_bytes([a, b, c, d]) & i32::MAX)
    }

    /// A public value that only this key gives. Store it with the first data and compare it at each start: a wrong
    /// key is then refused at once, instead of every secret being refused later.
    pub fn check_value(&self) -> [u8; 32] {
        self.derive(CHECK_VALUE_CONTEXT)
    }

    /// The hasher whose key is derived for this purpose. Make it once and keep it: deriving costs more than hashing.
    pub fn hasher(&self, purpose: Purpose) -> Hasher {
        Hasher::new(self.derive(purpose.context()), self.id())
    }

    fn derive(&self, context: &'static str) -> [u8; 32] {
        blake3::derive_key(context, self.0.as_slice())
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl Purpose {
    const fn context(self) -> &'static str {
        match self {
            Self::Secrets => SECRETS_CONTEXT,
            Self::Cursors => CURSORS_CONTEXT,
            Self::Fingerprints => FINGERPRINTS_CONTEXT,
            Self::Forms => FORMS_CONTEXT,
        }
    }
}

impl From<i32> for KeyId {
    fn from(stored: i32) -> Self {
        Self(stored)
    }
}

impl From<KeyId> for i32 {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn hex_value(digit: u8) -> Result<u8, InvalidKey> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(InvalidKey),
    }
}

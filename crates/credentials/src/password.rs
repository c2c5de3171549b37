//! What people sign in with.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordVerifier, phc},
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{RandomUnavailable, format::random_bytes};

/// A password in the clear: as somebody chooses it, or as somebody presents it.
///
/// It cannot be formatted, copied or compared; the memory is wiped when the value is dropped.
pub struct Password(Zeroizing<String>);

/// Why a password can't be chosen. Never says what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnsuitablePassword {
    /// It can be guessed.
    #[error("must have at least {} characters", Password::SHORTEST)]
    TooShort,
    /// Nobody types so much, and hashing it costs.
    #[error("must have at most {} bytes", Password::LONGEST)]
    TooLong,
    /// It is one character, or a few, again and again.
    #[error("must not be the same few characters again and again")]
    TooUniform,
}

impl Password {
    /// The fewest characters of a password. There are no rules about their kinds: they make passwords worse (NIST SP 800-63B
    /// §3.1.1.2).
    pub const SHORTEST: usize = 12;

    /// The most bytes.
    pub const LONGEST: usize = 512;

    /// Takes a password that somebody chooses.
    pub fn choose(text: String) -> Result<Self, UnsuitablePassword> {
        let text = Zeroizing::new(text);
        if text.chars().count() < Self::SHORTEST {
            return Err(UnsuitablePassword::TooShort);
        }
        if text.len() > Self::LONGEST {
            return Err(UnsuitablePassword::TooLong);
        }
        let mut different: Vec<char> = text.chars().collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < 4 {
            return Err(UnsuitablePassword::TooUniform);
        }
        Ok(Self(text))
    }

    /// Takes a password that somebody presents. One that nobody can have chosen is nobody's, and costs no less to refuse.
    pub fn presented(text: String) -> Self {
        let mut text = Zeroizing::new(text);
        if text.len() > Self::LONGEST {
            text.clear();
        }
        Self(text)
    }
}

/// What is kept of a password: an Argon2id hash with its salt and its costs, in the PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes back what was hashed before it was stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Hashes and verifies passwords: Argon2id (RFC 9106) with 19 MiB, two passes and one lane, and a key of the installation's, so
/// that whoever has the database alone can test no guess.
///
/// Either takes tens of milliseconds of a processor: do it where nobody else waits.
#[derive(Clone)]
pub struct PasswordHasher {
    key: Zeroizing<[u8; 32]>,
    /// Of a password that nobody has: verified where there is no user, for the same work.
    nobody: PasswordHash,
}

impl PasswordHasher {
    const MEMORY_KIB: u32 = 19 * 1024;
    const PASSES: u32 = 2;
    const LANES: u32 = 1;

    pub(crate) fn new(key: Zeroizing<[u8; 32]>) -> Result<Self, RandomUnavailable> {
        let mut hasher = Self { key, nobody: PasswordHash(String::new()) };
        let unknown = random_bytes::<32>()?.iter().map(|byte| char::from(*byte)).collect();
        hasher.nobody = hasher.hash(&Password(Zeroizing::new(unknown)))?;
        Ok(hasher)
    }

    /// What is to be kept of a password, with a salt of its own.
    pub fn hash(&self, password: &Password) -> Result<PasswordHash, RandomUnavailable> {
        let salt = random_bytes::<16>()?;
        let mut output = Zeroizing::new([0; 32]);
        // These costs and lengths are within what the function takes, so only the memory could fail it.
        self.argon2()
            .hash_password_into(password.0.as_bytes(), &*salt, &mut *output)
            .map_err(|_| RandomUnavailable)?;
        let encoded = |bytes: &[u8]| base64::Engine::encode(&base64::prelude::BASE64_STANDARD_NO_PAD, bytes);
        Ok(PasswordHash(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            Self::MEMORY_KIB,
            Self::PASSES,
            Self::LANES,
            encoded(&*salt),
            encoded(&*output)
        )))
    }

    /// Whether the password is the one that was hashed. With no hash there is nobody: it is not, after the same work.
    pub fn verify(&self, password: &Password, stored: Option<&PasswordHash>) -> bool {
        let (hash, is_somebody) = stored.map_or((&self.nobody, false), |stored| (stored, true));
        let Ok(hash) = phc::PasswordHash::new(&hash.0) else { return false };
        let is_right = self.argon2().verify_password(password.0.as_bytes(), &hash).is_ok();
        is_right && is_somebody
    }

    fn argon2(&self) -> Argon2<'_> {
        // The costs are constants within the allowed ranges; the defaults are the same.
        let params = Params::new(Self::MEMORY_KIB, Self::PASSES, Self::LANES, Some(32)).unwrap_or_default();
        Argon2::new_with_secret(&*self.key, Algorithm::Argon2id, Version::V0x13, params).unwrap_or_default()
    }
}

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHasher(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MasterKey;

    fn hasher(byte: &str) -> PasswordHasher {
        MasterKey::parse_hex(&byte.repeat(32)).unwrap().passwords().unwrap()
    }

    fn chosen(text: &str) -> Password {
        Password::choose(text.to_owned()).unwrap()
    }

    #[test]
    fn a_password_is_verified_by_its_own_hash_only() {
        let hasher = hasher("07");
        let hash = hasher.hash(&chosen("correct horse battery")).unwrap();
        assert!(hasher.verify(&chosen("correct horse battery"), Some(&hash)));
        assert!(!hasher.verify(&chosen("correct horse batterz"), Some(&hash)));
        assert!(!hasher.verify(&Password::presented(String::new()), Some(&hash)));
        assert!(!hasher.verify(&chosen("correct horse battery"), None));
    }

    #[test]
    fn the_same_password_has_another_hash_each_time_and_under_each_key() {
        let (one, other) = (hasher("07"), hasher("08"));
        let password = chosen("correct horse battery");
        let hash = one.hash(&password).unwrap();
        assert_ne!(hash.as_str(), one.hash(&password).unwrap().as_str());
        assert!(!other.verify(&password, Some(&hash)));
        // As it comes back from the database.
        let stored = PasswordHash::from_stored(hash.as_str().to_owned());
        assert!(one.verify(&password, Some(&stored)));
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
    }

    #[test]
    fn nobody_is_refused_after_the_same_work() {
        let hasher = hasher("07");
        let hash = hasher.hash(&chosen("correct horse battery")).unwrap();
        let costs = |hash: &PasswordHash| hash.as_str().split('$').nth(3).map(str::to_owned);
        assert_eq!(costs(&hasher.nobody), costs(&hash));
    }

    #[test]
    fn what_can_be_guessed_or_never_ends_is_not_chosen() {
        let refused = |text: &str| Password::choose(text.to_owned()).err();
        assert_eq!(refused("short"), Some(UnsuitablePassword::TooShort));
        assert_eq!(refused("éééééééé"), Some(UnsuitablePassword::TooShort));
        assert_eq!(refused(&"a".repeat(20)), Some(UnsuitablePassword::TooUniform));
        assert_eq!(refused(&"abc".repeat(20)), Some(UnsuitablePassword::TooUniform));
        assert_eq!(refused(&"abcd".repeat(200)), Some(UnsuitablePassword::TooLong));
        assert_eq!(refused("pass phrase of words"), None);
    }

    #[test]
    fn neither_is_ever_shown() {
        let hasher = hasher("07");
        let hash = hasher.hash(&chosen("correct horse battery")).unwrap();
        assert_eq!(format!("{hash:?} {hasher:?}"), "PasswordHash(…) PasswordHasher(…)");
    }
}

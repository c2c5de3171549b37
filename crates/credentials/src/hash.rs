//! What is stored of a secret, and how it is computed.

use crate::{KeyId, Secret};
use std::fmt;
use std::hash::{Hash, Hasher as StdHasher};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// What is stored of a secret: keyed BLAKE3 over its whole text, prefix included.
///
/// A fast hash is right here: the secrets are random with 238 bits or more, so there is nothing to guess, and the
/// hash is computed at every request. The passwords of people are guessable and need a slow one, Argon2id. The key
/// keeps a stolen database useless for recognizing a secret that leaked elsewhere.
///
/// Equality takes the same time wherever two hashes differ.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

/// The stored bytes are no hash: their number is not 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a secret's hash has 32 bytes")]
pub struct WrongHashLength;

/// Hashes secrets and authenticates bytes with a key derived for one [`Purpose`](crate::Purpose). Made by
/// [`MasterKey::hasher`](crate::MasterKey::hasher).
#[derive(Clone)]
pub struct Hasher {
    key: Zeroizing<[u8; 32]>,
    key_id: KeyId,
}

impl SecretHash {
    /// Takes a hash back from where it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store or to look up.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are the hash of the same secret under the same key. Takes the same time wherever they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Hasher {
    pub(crate) fn new(key: [u8; 32], key_id: KeyId) -> Self {
        Self { key: Zeroizing::new(key), key_id }
    }

    /// The hash to store when the secret is issued and to look up when it is presented. Does not allocate.
    pub fn hash(&self, secret: &Secret) -> SecretHash {
        SecretHash(*blake3::keyed_hash(&self.key, secret.expose().as_bytes()).as_bytes())
    }

    /// The identifier of the master key behind this hasher, to be stored beside each hash.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// A message authentication code over any bytes: the first 16 bytes of their keyed BLAKE3 hash. Who has no key
    /// guesses it with a chance of 1 in 2¹²⁸.
    pub fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        let mut mac = [0; 16];
        blake3::Hasher::new_keyed(&self.key).update(bytes).finalize_xof().fill(&mut mac);
        mac
    }

    /// Whether this is the bytes' [`mac`](Self::mac). Takes the same time wherever it differs; a wrong length is
    /// simply false.
    pub fn verify_mac(&self, bytes: &[u8], mac: &[u8]) -> bool {
        self.mac(bytes).as_slice().ct_eq(mac).into()
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for SecretHash {}

impl Hash for SecretHash {
    fn hash<H: StdHasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl TryFrom<&[u8]> for SecretHash {
    type Error = WrongHashLength;

    fn try_from(stored: &[u8]) -> Result<Self, Self::Error> {
        stored.try_into().map(Self).map_err(|_| WrongHashLength)
    }
}

// Not even hashes belong in logs: they are what a look-up goes by.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

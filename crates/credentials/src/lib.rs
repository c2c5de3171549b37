//! Secrets of an API: formats with checks, generation, keyed hashing, and the rules of expiry, revocation and grants.
//!
//! A secret exists in the clear twice: when it is generated and shown once, and when a caller presents it. In
//! between only its [`SecretHash`] is kept. The two are different types, and only [`Secret::expose`] leads from
//! the first to text.
//!
//! Nothing here performs I/O or reads a clock; the time is an argument. Randomness comes from the operating system.
//!
//! ```
//! use leadkeep_credentials::{ExpiryChoice, Lifetime, MasterKey, Purpose, Secret, SecretKind, Standing};
//! use time::macros::datetime;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hasher = MasterKey::generate()?.hasher(Purpose::Secrets);
//! let now = datetime!(2030-01-01 09:00 UTC);
//!
//! // Issue: show the secret once, store the preview, the hash and the lifetime.
//! let secret = Secret::generate(SecretKind::ApiKey)?;
//! let (preview, stored) = (secret.preview(), hasher.hash(&secret));
//! let lifetime = Lifetime { expires_at: ExpiryChoice::Days30.expires_at(now), ..Lifetime::default() };
//! assert!(preview.starts_with("sk_live_"));
//!
//! // Verify: format first, then the hash, then the lifetime.
//! let presented = Secret::parse(secret.expose())?;
//! assert!(hasher.hash(&presented).matches(&stored));
//! assert_eq!(lifetime.standing(now), Standing::Live);
//! assert!(Secret::parse("sk_live_mistyped").is_err());
//! # Ok(())
//! # }
//! ```

mod authorization;
mod client_id;
mod error;
mod expiry;
mod format;
mod grant;
mod hash;
mod keys;
mod kind;
mod lifetime;
mod oauth;
mod password;
mod scan;
mod scanner;
mod secret;

pub use authorization::{BasicCredentials, BearerToken};
pub use client_id::ClientId;
pub use error::{Malformed, RandomUnavailable};
pub use expiry::{ExpiryChoice, UnknownExpiry};
pub use grant::{GrantType, UnsupportedGrantType};
pub use hash::{Hasher, SecretHash, WrongHashLength};
pub use keys::{InvalidKey, KeyId, MasterKey, Purpose};
pub use kind::SecretKind;
pub use lifetime::{ACCESS_TOKEN_LIFETIME, Lifetime, Standing};
pub use oauth::{
    CODE_LIFETIME, CodeChallenge, CodeRefusal, CodeVerifier, Exchange, InvalidChallenge, InvalidRedirectUri,
    IssuedCode, IssuedRefreshToken, REFRESH_GRACE, REFRESH_IDLE_LIFETIME, RedirectUri, RefreshVerdict,
};
pub use password::{Password, PasswordHash, PasswordHasher, UnsuitablePassword};
pub use scan::{FoundSecret, find_secrets};
pub use scanner::{LocatedSecret, SecretScanner};
pub use secret::Secret;

//! From columns back to the domain. What does not fit was not written by us: an error, never a panic.

use std::{error::Error, num::NonZeroU32, str::FromStr};

use diesel::{QueryResult, result::Error as DieselError};
use leadkeep_credentials::SecretHash;

/// What a stored word stands for.
pub(super) fn word<T: FromStr<Err: Error + Send + Sync + 'static>>(text: &str) -> QueryResult<T> {
    text.parse().map_err(broken)
}

pub(super) fn limit(stored: Option<i32>) -> Option<NonZeroU32> {
    stored.and_then(|limit| u32::try_from(limit).ok()).and_then(NonZeroU32::new)
}

/// A number as it is stored. Limits are at most 1,000,000,000, which fits.
pub(super) fn stored_limit(limit: Option<NonZeroU32>) -> Option<i32> {
    limit.map(|limit| i32::try_from(limit.get()).unwrap_or(i32::MAX))
}

/// A count as it is stored.
pub(super) fn count(stored: i64) -> QueryResult<u64> {
    u64::try_from(stored).map_err(broken)
}

/// A secret's hash.
pub(super) fn hash(stored: &[u8]) -> QueryResult<SecretHash> {
    stored.try_into().map(SecretHash::from_bytes).map_err(broken)
}

/// A secret's hash as it is stored.
pub(super) const fn stored_hash(hash: SecretHash) -> [u8; 32] {
    *hash.as_bytes()
}

/// The error for a row that nobody should have written.
pub(super) fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> DieselError {
    DieselError::DeserializationError(error.into())
}

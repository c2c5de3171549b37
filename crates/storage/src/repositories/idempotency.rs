use std::{fmt, sync::Arc};

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::StorageError;

/// Keys by which callers make sure that a request is done once, whatever happens on the way.
///
/// A key is reserved before the request is done. What does it writes the answer in its own transaction, through a
/// [`Receipt`]: a request that was cut off by a crash has either done nothing, or its answer is kept.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait IdempotencyKeys: Send + Sync {
    /// Reserves a key for a request that takes no longer than `patience`. After that it is taken for one that was cut off.
    async fn reserve(
        &self,
        request: KeyedRequest,
        patience: Duration,
    ) -> Result<ReserveOutcome, StorageError>;

    /// Gives a key back, as the request came to nothing.
    async fn release(&self, reservation: Reservation) -> Result<(), StorageError>;

    /// Deletes keys that were first used before `before`, at most `limit` of them; how many there were.
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// How long a key is kept.
pub const IDEMPOTENCY_KEY_LIFETIME: Duration = Duration::hours(24);

/// A request with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Whose key: a credential's keys are its own.
    pub credential: Uuid,
    /// What the caller calls the request.
    pub key: String,
    /// What tells the request from another with the same key.
    pub fingerprint: [u8; 16],
}

/// A key that is reserved by one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Whose key.
    pub credential: Uuid,
    /// The key.
    pub key: String,
    /// Tells this reservation from one that took its place.
    pub id: Uuid,
}

/// What became of a [reservation](IdempotencyKeys::reserve).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReserveOutcome {
    /// Do it.
    Reserved(Reservation),
    /// It was done: say this again.
    Answered(StoredAnswer),
    /// The key was used for another request.
    OtherRequest,
    /// It is being done, and taken to be so for this long.
    Running(Duration),
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The entity tag of what was made.
    pub etag: Option<String>,
    /// Where what was made is found, below the API's prefix.
    pub location: Option<String>,
    /// The body, JSON.
    pub body: Vec<u8>,
}

/// What a write leaves under an idempotency key, in its own transaction.
pub struct Receipt<T> {
    /// The key.
    pub reservation: Reservation,
    /// What is answered of what was made.
    pub answer: Arc<dyn Fn(&T) -> StoredAnswer + Send + Sync>,
}

impl<T> Clone for Receipt<T> {
    fn clone(&self) -> Self {
        Self { reservation: self.reservation.clone(), answer: self.answer.clone() }
    }
}

impl<T> fmt::Debug for Receipt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt").field("reservation", &self.reservation).finish_non_exhaustive()
    }
}

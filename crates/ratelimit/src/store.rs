use std::error::Error;

use async_trait::async_trait;

use crate::{Bucket, Decision, Group, Tick};

/// Where windows are kept. A store's one duty is to measure and replace all windows of a decision in one atomic step.
///
/// A bucket is one fixed window, which opens at its first accepted call; a refused call opens nothing and changes nothing.
/// No buckets at all is a call without limit: allowed, with [`BucketState::UNLIMITED`](crate::BucketState::UNLIMITED). A
/// key that is named twice in one decision is taken once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes one call from every bucket, or from none when one of them refuses. The states are those afterwards.
    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError>;

    /// Whether a decision waits for another machine: it is worth asking for beside other work then.
    fn is_remote(&self) -> bool {
        false
    }

    /// Fails where a decision might, of whatever group: where a part of the store is away, or takes nothing that is written.
    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes nothing: `allowed` says whether a take would pass, the states are those at `now`.
    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError>;
}

/// Why a store could not decide. Nothing is known then about whether calls were taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store can't be reached or did not answer in time; the same call may pass later.
    #[error("the rate limit store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The store answered with something that is no decision; the same call would fail again.
    #[error("the rate limit store gave an unexpected answer")]
    Unexpected(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same call may pass later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn only_an_absent_store_is_worth_asking_again() {
        assert!(StoreError::Unavailable(io::Error::other("connection refused").into()).is_transient());
        assert!(!StoreError::Unexpected(io::Error::other("not a list").into()).is_transient());
    }
}

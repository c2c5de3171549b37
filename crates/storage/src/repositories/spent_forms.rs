use async_trait::async_trait;
use time::OffsetDateTime;

use crate::StorageError;

/// Forms that made a secret. Whatever makes one takes the form that asked for it, and spends it in the same transaction; a form that
/// is spent makes nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SpentForms: Send + Sync {
    /// Forgets at most `limit` forms that were spent before `before`; how many there were.
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// What became of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotateOutcome<T> {
    /// It has a new secret.
    Rotated(T),
    /// The form that asks for it is spent: nothing was changed.
    AlreadySent,
    /// It is not there, revoked, or has no secret.
    NotFound,
}

impl<T> RotateOutcome<T> {
    /// What has a new secret, if anything has.
    pub fn rotated(self) -> Option<T> {
        match self {
            Self::Rotated(rotated) => Some(rotated),
            Self::AlreadySent | Self::NotFound => None,
        }
    }
}

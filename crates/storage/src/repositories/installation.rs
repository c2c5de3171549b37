use async_trait::async_trait;
use leadkeep_credentials::KeyId;
use time::OffsetDateTime;

use crate::StorageError;

/// The database itself.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Installation: Send + Sync {
    /// The key that this database belongs to, if it has had one.
    async fn stored_key(&self) -> Result<Option<KeyCheck>, StorageError>;

    /// The key that this database belongs to: the one stored first. Stores `ours` if there is none yet.
    async fn key_check(&self, ours: KeyCheck) -> Result<KeyCheck, StorageError>;

    /// Takes the turn to keep house from now until then; false if some node's turn is not over.
    async fn take_turn(&self, now: OffsetDateTime, until: OffsetDateTime) -> Result<bool, StorageError>;

    /// Succeeds if the database answers.
    async fn ping(&self) -> Result<(), StorageError>;
}

/// What is kept of the secret key, to refuse a start with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCheck {
    /// The key's public name.
    pub key_id: KeyId,
    /// A value that only the key can make.
    pub value: [u8; 32],
}

use async_trait::async_trait;
use leadkeep_credentials::{KeyId, PasswordHash, SecretHash};
use leadkeep_domain::{User, UserId};
use time::OffsetDateTime;

use crate::{AuditEntry, LinkStanding, StorageError};

/// Links to choose a new password with, each good once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordResets: Send + Sync {
    /// Makes a link for the user, and ends those before it; the user, if there is one.
    async fn create(&self, new: NewPasswordReset, audit: AuditEntry) -> Result<Option<User>, StorageError>;

    /// The link of this hash, whatever became of it.
    async fn find(&self, hash: SecretHash) -> Result<Option<FoundReset>, StorageError>;

    /// Gives the user of the link a new password, and uses it up; of several at once, one. All sessions of the user end, and
    /// all other links. The user is the actor of what is audited. The user; none if the link is not good any more.
    async fn redeem(
        &self,
        hash: SecretHash,
        password: PasswordHash,
        audit: AuditEntry,
    ) -> Result<Option<User>, StorageError>;

    /// Deletes links whose time was over before `before`, at most `limit` of them; how many there were.
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// A link that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasswordReset {
    /// The keyed hash of its secret.
    pub hash: SecretHash,
    /// Which key hashed it.
    pub key_id: KeyId,
    /// Whose password.
    pub user: UserId,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
}

/// A link as it leads to its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundReset {
    /// Whose password.
    pub user: User,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
    /// What became of it.
    pub standing: LinkStanding,
}

use async_trait::async_trait;
use leadkeep_credentials::{KeyId, SecretHash};
use leadkeep_domain::{ClientKey, Id, ScopeSet, WorkspaceId};
use time::OffsetDateTime;

use crate::{AuditEntry, CredentialRecord, StorageError};

/// Access tokens: short-lived, issued to clients.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// Stores a token that was issued.
    async fn insert(&self, token: NewAccessToken) -> Result<(), StorageError>;

    /// The token of this hash, with all that its acceptance depends on, as it is now.
    async fn find(&self, hash: SecretHash) -> Result<Option<CredentialRecord>, StorageError>;

    /// Revokes this token alone; when. A second time changes nothing. None if it is not there.
    async fn revoke(
        &self,
        workspace: WorkspaceId,
        hash: SecretHash,
        audit: AuditEntry,
    ) -> Result<Option<OffsetDateTime>, StorageError>;

    /// Deletes tokens that ended before `now`, at most `limit` of them; how many there were.
    async fn purge(&self, now: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// A token that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewAccessToken {
    pub hash: SecretHash,
    pub key_id: KeyId,
    pub workspace: WorkspaceId,
    pub client: Id<ClientKey>,
    pub scopes: ScopeSet,
    pub created_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
}

use std::num::NonZeroU32;

use async_trait::async_trait;
use leadkeep_credentials::{KeyId, Lifetime, SecretHash};
use leadkeep_domain::{Actor, ClientKey, Currency, Id, OrganizationId, Plan, ScopeSet, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::StorageError;

/// Access tokens: short-lived, issued to clients.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// Stores a token that was issued.
    async fn insert(&self, token: NewAccessToken) -> Result<(), StorageError>;

    /// The token of this hash, with all that its acceptance depends on, as it is now.
    async fn find(&self, hash: SecretHash) -> Result<Option<CredentialRecord>, StorageError>;

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

/// A presented credential's row, with all that its acceptance depends on: what the gate judges. Read on every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRecord {
    /// Who acts.
    pub actor: Actor,
    /// Whose bucket its calls are taken from.
    pub bucket: Uuid,
    /// The workspace it is for.
    pub workspace: WorkspaceId,
    /// What people call the workspace.
    pub workspace_name: String,
    /// The workspace's organization.
    pub organization: OrganizationId,
    /// What the workspace pays for.
    pub plan: Plan,
    /// The currency of deals that name none.
    pub currency: Currency,
    /// What it may do.
    pub scopes: ScopeSet,
    /// Its own budget, in place of the default.
    pub limit_per_minute: Option<NonZeroU32>,
    /// The lifetime of what was presented.
    pub lifetime: Lifetime,
    /// Since when the client that it was issued to is refused.
    pub client_revoked_at: Option<OffsetDateTime>,
    /// Since when the workspace is suspended.
    pub suspended_at: Option<OffsetDateTime>,
}

use std::num::NonZeroU32;

use async_trait::async_trait;
use leadkeep_credentials::{Lifetime, SecretHash};
use leadkeep_domain::{
    AddressRanges, ApiCredentialKind, CredentialId, FormId, MemberId, Name, Role, ScopeSet, UserId,
    WorkspaceId,
};
use time::OffsetDateTime;

use crate::{AuditEntry, CredentialRecord, NewSecret, RotateOutcome, StorageError};

/// API keys and API tokens: credentials that people make and programs present as they are.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ApiCredentials: Send + Sync {
    /// Creates a credential with its first secret, and spends the form that asks for it, if one does.
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewApiCredential,
        secret: NewSecret,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateCredentialOutcome, StorageError>;

    /// The workspace's credentials of this kind, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
    ) -> Result<Vec<ApiCredential>, StorageError>;

    /// An [excerpt](Excerpt) of that list, newest first.
    async fn excerpt(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        of: Excerpt,
    ) -> Result<Vec<ApiCredential>, StorageError>;

    /// How many credentials of this kind the workspace has that are neither revoked nor expired.
    async fn working(&self, workspace: WorkspaceId, kind: ApiCredentialKind) -> Result<u64, StorageError>;

    /// The credential, if it is in the workspace and of this kind.
    async fn get(
        &self,
        workspace: WorkspaceId,
        kind: ApiCredentialKind,
        credential: CredentialId,
    ) -> Result<Option<ApiCredential>, StorageError>;

    /// Which workspace a credential is in, and what it is. For the operator, who names it without its workspace.
    async fn locate(
        &self,
        credential: CredentialId,
    ) -> Result<Option<(WorkspaceId, ApiCredentialKind)>, StorageError>;

    /// Gives the credential a new secret; the old one ends at `old_ends_at`. Neither its expiry nor its rights change. The
    /// form that asks for it, if one does, is spent.
    async fn rotate(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        secret: NewSecret,
        old_ends_at: OffsetDateTime,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<RotateOutcome<ApiCredential>, StorageError>;

    /// Disables the credential, and cancels what it has running; or enables it again. None if it is not there or revoked.
    async fn set_disabled(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        disabled: bool,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError>;

    /// Changes the credential's own budget; none for that of the plan. None if it is not there.
    async fn set_limit(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        limit_per_minute: Option<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError>;

    /// Revokes the credential for good, and cancels what it has running. A second time changes nothing. None if it is not there.
    async fn revoke(
        &self,
        workspace: WorkspaceId,
        credential: CredentialId,
        audit: AuditEntry,
    ) -> Result<Option<ApiCredential>, StorageError>;

    /// The credential of this secret, with all that its acceptance depends on, as it is now.
    async fn find(&self, secret: SecretHash) -> Result<Option<CredentialRecord>, StorageError>;
}

/// An API key or API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCredential {
    /// Which.
    pub id: CredentialId,
    /// Where.
    pub workspace: WorkspaceId,
    /// Key or token.
    pub kind: ApiCredentialKind,
    /// What people call it: a key's label, a token's name.
    pub name: Name,
    /// What it may do at most.
    pub scopes: ScopeSet,
    /// Its own budget, in place of the plan's.
    pub limit_per_minute: Option<NonZeroU32>,
    /// Where it may be used from.
    pub allowed_addresses: AddressRanges,
    /// Who made it.
    pub creator: Creator,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// Until when it is accepted.
    pub lifetime: Lifetime,
    /// Its secrets, newest first; those that have ended, too.
    pub secrets: Vec<SecretInfo>,
}

impl ApiCredential {
    /// The secret that it has now.
    pub fn secret(&self) -> Option<&SecretInfo> {
        self.secrets.first()
    }

    /// The secret before that, if it was rotated.
    pub fn previous_secret(&self) -> Option<&SecretInfo> {
        self.secrets.get(1)
    }

    /// When it was used last, whichever of its secrets was presented.
    pub fn last_use(&self) -> Option<&SecretInfo> {
        self.secrets.iter().filter(|secret| secret.last_used_at.is_some()).max_by_key(|s| s.last_used_at)
    }
}

/// Who made a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The member; none for the operator.
    pub member: Option<MemberId>,
    /// The name at the time.
    pub name: String,
}

/// What lists show of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretInfo {
    /// Its first and last characters.
    pub preview: String,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When it ends or ended, where it was replaced by another.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was used last: written every four seconds.
    pub last_used_at: Option<OffsetDateTime>,
    /// From which address.
    pub last_used_from: Option<String>,
}

/// A credential that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiCredential {
    /// Key or token.
    pub kind: ApiCredentialKind,
    /// What people call it.
    pub name: Name,
    /// What it may do at most.
    pub scopes: ScopeSet,
    /// Its own budget, in place of the plan's.
    pub limit_per_minute: Option<NonZeroU32>,
    /// Where it may be used from.
    pub allowed_addresses: AddressRanges,
    /// The member who makes it, who must be one that may; none for the operator.
    pub creator: Option<UserId>,
    /// Until when it is accepted.
    pub expires_at: Option<OffsetDateTime>,
}

/// How many API keys a workspace may have that are neither revoked nor expired, and how many API tokens, and how many API clients.
pub const CREDENTIALS: u32 = 1000;

/// Which of a list of credentials are read: a workspace keeps those for ever that have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excerpt {
    /// Of those that are neither revoked nor expired, newest first, up to `limit` behind the first `skip`.
    Working {
        /// How many are passed over.
        skip: u32,
        /// How many are read.
        limit: u32,
    },
    /// Up to so many of the newest that are revoked or expired.
    Ended(u32),
}

/// What became of a [new credential](ApiCredentials::create).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a call, and the large one is the usual one")]
pub enum CreateCredentialOutcome {
    /// It is there.
    Created(ApiCredential),
    /// No such workspace.
    UnknownWorkspace,
    /// The creator is no member of the workspace.
    UnknownCreator,
    /// The creator's role may not make credentials.
    CreatorMayNot(Role),
    /// The form that asks for it is spent.
    AlreadySent,
    /// There are [as many](CREDENTIALS) of the kind as there may be.
    TooMany,
}

use std::num::NonZeroU32;

use async_trait::async_trait;
use leadkeep_credentials::{ClientId, KeyId, Lifetime, SecretHash};
use leadkeep_domain::{ClientKey, ClientKind, FormId, Id, Name, ScopeSet, WorkspaceId};
use time::OffsetDateTime;

use crate::{AuditEntry, Excerpt, RotateOutcome, SecretInfo, StorageError};

/// OAuth clients: programs that hold an id, and most of them a secret.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Clients: Send + Sync {
    /// Creates an API client with its first secret, and spends the form that asks for it, if one does.
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewClient,
        secret: NewSecret,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateClientOutcome, StorageError>;

    /// The workspace's API clients, oldest first. Its apps are [listed](crate::Apps::list) elsewhere.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<ListedClient>, StorageError>;

    /// An [excerpt](Excerpt) of that list, newest first.
    async fn excerpt(&self, workspace: WorkspaceId, of: Excerpt) -> Result<Vec<ListedClient>, StorageError>;

    /// How many API clients the workspace has that are not revoked.
    async fn working(&self, workspace: WorkspaceId) -> Result<u64, StorageError>;

    /// The API client, if it is in the workspace.
    async fn get(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
    ) -> Result<Option<ListedClient>, StorageError>;

    /// Which workspace a client is in. For the operator, who names a client without its workspace.
    async fn locate(&self, client: ClientRef) -> Result<Option<(WorkspaceId, Id<ClientKey>)>, StorageError>;

    /// Gives the client a new secret; the old one ends at `old_ends_at`. The form that asks for it, if one does, is spent. Not
    /// found is a client that is not there, revoked, or a public app, which has none.
    async fn rotate(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        secret: NewSecret,
        old_ends_at: OffsetDateTime,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<RotateOutcome<Client>, StorageError>;

    /// Revokes the client for good: its tokens are refused from then on, as each says that its client is revoked, and
    /// what they have running is cancelled. A second time changes nothing. None if it is not there.
    async fn revoke(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        audit: AuditEntry,
    ) -> Result<Option<Client>, StorageError>;

    /// Changes the client's own budget; none for the default. None if it is not there.
    async fn set_limit(
        &self,
        workspace: WorkspaceId,
        client: Id<ClientKey>,
        limit_per_minute: Option<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<Client>, StorageError>;

    /// What is needed to judge a client's attempt to log in; none unless the secret is, or was, this client's.
    async fn login(
        &self,
        client_id: ClientId,
        secret: SecretHash,
    ) -> Result<Option<ClientLogin>, StorageError>;

    /// The client whose secret this is or was, with what is needed to judge it. For the operator, who has found the secret
    /// alone.
    async fn find_secret(&self, secret: SecretHash) -> Result<Option<ClientLogin>, StorageError>;
}

/// An OAuth client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Which.
    pub id: Id<ClientKey>,
    /// Where.
    pub workspace: WorkspaceId,
    /// For whom it acts, and whether it keeps a secret.
    pub kind: ClientKind,
    /// The public half of its credentials.
    pub client_id: ClientId,
    /// What people call it.
    pub name: Name,
    /// What its tokens may do at most.
    pub scopes: ScopeSet,
    /// Its own budget, in place of the default.
    pub limit_per_minute: Option<NonZeroU32>,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// Since when it is refused.
    pub revoked_at: Option<OffsetDateTime>,
}

/// A client that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Client")]
pub struct NewClient {
    pub client_id: ClientId,
    pub name: Name,
    pub scopes: ScopeSet,
    pub limit_per_minute: Option<NonZeroU32>,
}

/// What became of a [new client](Clients::create).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateClientOutcome {
    /// It is there.
    Created(Client),
    /// No such workspace.
    UnknownWorkspace,
    /// There are [as many](crate::CREDENTIALS) as there may be.
    TooMany,
    /// The form that asks for it is spent.
    AlreadySent,
}

/// What is kept of a new secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecret {
    /// Its keyed hash.
    pub hash: SecretHash,
    /// Which key hashed it.
    pub key_id: KeyId,
    /// What lists show of it.
    pub preview: String,
}

/// How the operator names a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientRef {
    /// By its id.
    Id(Id<ClientKey>),
    /// By the public half of its credentials.
    ClientId(ClientId),
}

/// A client as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedClient {
    /// The client.
    pub client: Client,
    /// Who made it, under the name it had then.
    pub created_by_name: String,
    /// Its secrets, newest first; those that have ended, too.
    pub secrets: Vec<SecretInfo>,
    /// When one of its tokens was used last.
    pub last_used_at: Option<OffsetDateTime>,
    /// From which address.
    pub last_used_from: Option<String>,
}

/// What is needed to judge a client's attempt to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLogin {
    /// The client.
    pub client: Client,
    /// While set, the workspace's clients are refused.
    pub suspended_at: Option<OffsetDateTime>,
    /// Until when the secret that was presented is accepted.
    pub lifetime: Lifetime,
}

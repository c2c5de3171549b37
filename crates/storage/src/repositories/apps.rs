use async_trait::async_trait;
use leadkeep_credentials::{ClientId, RedirectUri};
use leadkeep_domain::{
    ClientKey, ClientKind, FormId, GrantId, Id, Name, Page, PageLimit, ScopeSet, UserId, WorkspaceId,
};
use time::OffsetDateTime;

use crate::{AuditEntry, Client, NewClient, NewSecret, SecretInfo, StorageError};

/// OAuth apps: clients that act for people. They are rotated and revoked as all [`Clients`](crate::Clients) are.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Apps: Send + Sync {
    /// Creates an app, with its first secret if it can keep one, and spends the form that asks for it, if one does. Whether there are
    /// too many is decided in the transaction.
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewApp,
        secret: Option<NewSecret>,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateAppOutcome, StorageError>;

    /// The workspace's apps that are not revoked, newest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<Id<ClientKey>>,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, StorageError>;

    /// Those that are, the one that was revoked last first.
    async fn list_revoked(
        &self,
        workspace: WorkspaceId,
        limit: PageLimit,
    ) -> Result<Page<ListedApp>, StorageError>;

    /// How many apps a workspace has that are not revoked.
    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StorageError>;

    /// What a workspace's apps are called; revoked ones, too.
    async fn names(&self, workspace: WorkspaceId) -> Result<Vec<(Id<ClientKey>, Name)>, StorageError>;

    /// One of them.
    async fn get(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
    ) -> Result<Option<ListedApp>, StorageError>;

    /// The app of this identifier, wherever it is: people of any workspace may use it.
    async fn find(&self, client_id: ClientId) -> Result<Option<FoundApp>, StorageError>;

    /// Changes where the app's people may be sent back to; the app after it. None if it is not there or revoked.
    async fn set_redirect_uris(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
        redirect_uris: Vec<RedirectUri>,
        audit: AuditEntry,
    ) -> Result<Option<App>, StorageError>;

    /// What a person lets apps do, wherever they are a member, oldest first.
    async fn granted_by(&self, user: UserId) -> Result<Vec<GrantedApp>, StorageError>;

    /// Takes back what a person lets an app do: its tokens are refused from then on, and what it has running is cancelled.
    /// None if there is nothing to take back.
    async fn withdraw(
        &self,
        user: UserId,
        grant: GrantId,
        audit: AuditEntry,
    ) -> Result<Option<GrantedApp>, StorageError>;
}

/// An OAuth app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The client that it is.
    pub client: Client,
    /// Where its people may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Who registered it, under the name of that time.
    pub created_by_name: String,
}

/// An app that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of App")]
pub struct NewApp {
    pub client: NewClient,
    pub kind: ClientKind,
    pub redirect_uris: Vec<RedirectUri>,
    pub created_by_name: String,
}

/// How many apps a workspace may have that are not revoked.
pub const APPS: u32 = 100;

/// What became of a [new app](Apps::create).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateAppOutcome {
    /// It is there.
    Created(App),
    /// No such workspace.
    UnknownWorkspace,
    /// The workspace has [`APPS`] already.
    TooMany,
    /// The form that asks for it is spent.
    AlreadySent,
}

/// An app as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedApp {
    /// The app.
    pub app: App,
    /// Its secrets, newest first; those that have ended, too. A public app has none.
    pub secrets: Vec<SecretInfo>,
    /// How many members let it act for them now.
    pub grants: u64,
    /// When one of its tokens was used last, whoever let it act.
    pub last_used_at: Option<OffsetDateTime>,
    /// From which address that was.
    pub last_used_from: Option<String>,
}

/// An app as people meet it who are asked for their consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundApp {
    /// The app.
    pub app: App,
    /// What people call the workspace that registered it.
    pub workspace_name: String,
    /// While set, that workspace's credentials are refused.
    pub suspended_at: Option<OffsetDateTime>,
}

/// What a person lets an app do in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedApp {
    /// Which.
    pub grant: GrantId,
    /// What people call the app.
    pub app: Name,
    /// Where it acts.
    pub workspace: WorkspaceId,
    /// What people call that.
    pub workspace_name: String,
    /// What it may do there, as far as the person's role goes.
    pub scopes: ScopeSet,
    /// Since the last consent.
    pub granted_at: OffsetDateTime,
    /// When one of its tokens was used last.
    pub last_used_at: Option<OffsetDateTime>,
}

use async_trait::async_trait;
use leadkeep_credentials::PasswordHash;
use leadkeep_domain::{Email, MemberId, Name, OrganizationId, Role, SessionId, User, UserId, WorkspaceId};
use time::OffsetDateTime;

use crate::{AuditEntry, StorageError};

/// People as they sign in. They are of the installation, not of a workspace.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Accounts: Send + Sync {
    /// What is needed to judge an attempt to sign in with this e-mail, whose case does not matter.
    async fn login(&self, email: Email) -> Result<Option<Login>, StorageError>;

    /// The same by the user's id.
    async fn get(&self, user: UserId) -> Result<Option<Login>, StorageError>;

    /// Where the user is a member, by the workspace's name and then its id. Workspaces that are suspended are among them.
    async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, StorageError>;

    /// What the user is in the workspace; none for strangers and those who were removed.
    async fn membership(
        &self,
        user: UserId,
        workspace: WorkspaceId,
    ) -> Result<Option<Membership>, StorageError>;

    /// Gives the user a new password. All sessions of the user end, and links to choose a password with. Whether it was done: not
    /// where the user is gone, or the session that it is `done_in`.
    async fn set_password(
        &self,
        user: UserId,
        password: PasswordHash,
        done_in: Option<SessionId>,
        audit: AuditEntry,
    ) -> Result<bool, StorageError>;
}

/// What is needed to judge an attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub user: User,
    /// None for a user who has not chosen a password yet.
    pub password: Option<PasswordHash>,
    /// When the user signed in last.
    pub signed_in_at: Option<OffsetDateTime>,
}

/// What a user is in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The membership's own id.
    pub member: MemberId,
    /// As what.
    pub role: Role,
    /// Where.
    pub workspace: WorkspaceId,
    /// What people call that.
    pub workspace_name: Name,
    /// Whose it is.
    pub organization: OrganizationId,
    /// While set, the workspace is suspended.
    pub suspended_at: Option<OffsetDateTime>,
}

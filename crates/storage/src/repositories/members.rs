use async_trait::async_trait;
use leadkeep_domain::{Member, MemberId, Role, User, UserId, WorkspaceId};

use crate::{AuditEntry, StorageError};

/// People, and what they are in which workspace.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Members: Send + Sync {
    /// Creates a user.
    async fn create_user(&self, new: User, audit: AuditEntry) -> Result<CreateUserOutcome, StorageError>;

    /// All users, oldest first.
    async fn users(&self) -> Result<Vec<User>, StorageError>;

    /// Makes a user a member of the workspace.
    async fn add(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
        audit: AuditEntry,
    ) -> Result<AddMemberOutcome, StorageError>;

    /// The workspace's members, oldest first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Member>, StorageError>;

    /// Changes the role; the member after it, if there is one.
    async fn set_role(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        role: Role,
        audit: AuditEntry,
    ) -> Result<Option<Member>, StorageError>;

    /// Ends the membership; the member as it was, if there was one. Leads keep naming it.
    async fn remove(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        audit: AuditEntry,
    ) -> Result<Option<Member>, StorageError>;
}

/// What became of a [new user](Members::create_user).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateUserOutcome {
    /// The user is there.
    Created,
    /// Someone has the e-mail.
    DuplicateEmail(UserId),
}

/// What became of a [new member](Members::add).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddMemberOutcome {
    /// The user is a member now.
    Added(Member),
    /// The user is one already.
    AlreadyMember(MemberId),
    /// No such workspace.
    UnknownWorkspace,
    /// No such user.
    UnknownUser,
}

use async_trait::async_trait;
use leadkeep_domain::{Member, MemberId, Page, PageLimit, Role, User, UserId, WorkspaceId};
use time::OffsetDateTime;

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

    /// Whether the workspace has an owner who has a password.
    async fn has_owner_who_signs_in(&self, workspace: WorkspaceId) -> Result<bool, StorageError>;

    /// The workspace's members, oldest first.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Member>, StorageError>;

    /// The member, if there is one of this id in the workspace.
    async fn get(&self, workspace: WorkspaceId, member: MemberId) -> Result<Option<Member>, StorageError>;

    /// A page of the workspace's members, oldest first, behind `after`, with when each signed in last.
    async fn page(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        limit: PageLimit,
    ) -> Result<Page<ListedMember>, StorageError>;

    /// How many owners the workspace has.
    async fn owners(&self, workspace: WorkspaceId) -> Result<u64, StorageError>;

    /// What a removal of the member would leave without them.
    async fn leaves_behind(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<LeftBehind, StorageError>;

    /// Changes the role, and withdraws what the member invited as what they may not any more. Whether whoever does it may is decided in the transaction: of two owners who demote each other at once,
    /// one stays.
    async fn set_role(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        role: Role,
        by: ChangedBy,
        audit: AuditEntry,
    ) -> Result<ChangeMemberOutcome, StorageError>;

    /// Ends the membership, decided as for [`set_role`](Self::set_role), and withdraws what the member invited. Leads keep naming it.
    async fn remove(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        by: ChangedBy,
        audit: AuditEntry,
    ) -> Result<ChangeMemberOutcome, StorageError>;
}

/// A member as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMember {
    /// Who, as what.
    pub member: Member,
    /// When the person signed in last, anywhere.
    pub signed_in_at: Option<OffsetDateTime>,
}

/// How far is counted what a member [leaves behind](Members::leaves_behind).
pub const COUNTED: usize = 1_000;

/// What hangs on a membership, each counted up to one more than [`COUNTED`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// API tokens that the member made, neither revoked nor expired.
    pub tokens: usize,
    /// Apps that the member lets act for them here.
    pub apps: usize,
    /// Leads that are assigned to the member, archived ones, too.
    pub leads: usize,
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

/// Who changes a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedBy {
    /// The operator, who may everything: also leave a workspace without an owner.
    Operator,
    /// A member, who may what the role allows that it has [at that moment](leadkeep_domain::Role::may_change_member), and may
    /// leave. A workspace's last owner stays one.
    Member(MemberId),
}

/// What became of a [change of a member](Members::set_role).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeMemberOutcome {
    /// It was done: the member after a change of role, and as it was before a removal.
    Changed(Member),
    /// No such member in the workspace.
    NotFound,
    /// The member is the workspace's last owner.
    LastOwner,
    /// Whoever wanted it may not, or is no member any more.
    NotAllowed,
}

use async_trait::async_trait;
use leadkeep_credentials::{KeyId, PasswordHash, SecretHash};
use leadkeep_domain::{Email, FormId, InvitationId, Member, MemberId, Name, Role, User, UserId, WorkspaceId};
use time::OffsetDateTime;

use crate::{AuditEntry, StorageError};

/// Links that make whoever opens them a member, each good once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Invites somebody, and spends the form that asks for it, if one does. Whether the member who invites may, and not too many are
    /// pending, is decided in the transaction.
    async fn create(
        &self,
        workspace: WorkspaceId,
        new: NewInvitation,
        form: Option<FormId>,
        audit: AuditEntry,
    ) -> Result<CreateInvitationOutcome, StorageError>;

    /// The workspace's invitations that are pending, newest first. One whose maker is no member any more, or may not invite as
    /// that any more, is not; nor is a setup link once an owner can sign in.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, StorageError>;

    /// Withdraws an invitation that is pending; none if there is none.
    async fn withdraw(
        &self,
        workspace: WorkspaceId,
        invitation: InvitationId,
        audit: AuditEntry,
    ) -> Result<Option<Invitation>, StorageError>;

    /// The invitation of this hash, whatever became of it.
    async fn find(&self, hash: SecretHash) -> Result<Option<FoundInvitation>, StorageError>;

    /// Makes somebody a member, as the invitation says, and uses it up; of several at once, one. Whoever becomes a member is
    /// the actor of what is audited: the entry's own actor does not matter. Whether whoever made it may still invite as that is decided in
    /// the transaction.
    async fn accept(
        &self,
        hash: SecretHash,
        joining: Joining,
        audit: AuditEntry,
    ) -> Result<AcceptOutcome, StorageError>;

    /// Deletes invitations whose time was over before `before`, at most `limit` of them; how many there were.
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// An invitation that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// The keyed hash of its secret.
    pub hash: SecretHash,
    /// Which key hashed it.
    pub key_id: KeyId,
    /// As what somebody is invited.
    pub role: Role,
    /// Who; none for whoever has the link.
    pub email: Option<Email>,
    /// Which member invites; none for the operator.
    pub created_by: Option<MemberId>,
    /// The name of who invites.
    pub created_by_name: String,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
    /// Whether it is for the workspace's first owner: it is good while no owner can sign in.
    pub is_setup: bool,
}

/// What became of a [new invitation](Invitations::create).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateInvitationOutcome {
    /// It is there.
    Created(Invitation),
    /// No such workspace.
    UnknownWorkspace,
    /// 200 that the workspace's members made are pending. The operator's count for nothing, and are not refused for it.
    TooMany,
    /// The member who invites may not invite as that any more, or is none.
    NotAllowed,
    /// The form that asks for it is spent.
    AlreadySent,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Where to.
    pub workspace: WorkspaceId,
    /// As what.
    pub role: Role,
    /// Who; none for whoever has the link.
    pub email: Option<Email>,
    /// Which member invited; none for the operator.
    pub created_by: Option<MemberId>,
    /// The name of who invited.
    pub created_by_name: String,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
    /// Whether it is for the workspace's first owner: it is good while no owner can sign in, and withdrawn when such an owner joins.
    pub is_setup: bool,
}

/// An invitation as its link leads to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// What people call the workspace.
    pub workspace_name: Name,
    /// What became of it.
    pub standing: LinkStanding,
}

/// What became of a link that is good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStanding {
    /// It is good.
    Pending,
    /// Somebody used it, or it was replaced by a newer one.
    Used,
    /// Its time is over.
    Expired,
    /// It was taken back, or whoever made it may not invite as that any more.
    Withdrawn,
}

/// Who accepts an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joining {
    /// A user who is signed in.
    SignedIn(UserId),
    /// Somebody who has no password yet, with the one that was chosen. There may be a user of this e-mail who never had one and
    /// is a member nowhere: where the operator invites them by name, this is that user, under the name that is known.
    New(User, PasswordHash),
}

/// What became of an [acceptance](Invitations::accept).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// Whoever accepted is a member now.
    Joined(Member),
    /// There is no such invitation, or it is not pending any more.
    Ended,
    /// The user is a member already. The invitation stays.
    AlreadyMember,
    /// A user has this e-mail: one with a password, who signs in first; or one whose password is chosen with a link of the
    /// operator's: a member who invites must not become them.
    EmailTaken,
    /// The invitation names another e-mail.
    WrongUser,
    /// The user who accepts is not there.
    UnknownUser,
}

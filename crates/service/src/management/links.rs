//! Links that the operator hands to people: to join, and to choose a new password with.

use leadkeep_credentials::Secret;
use leadkeep_domain::{ActorKind, Email, MemberId, Role, User, UserId, WorkspaceId};
use leadkeep_storage::{CreateInvitationOutcome, NewInvitation, NewPasswordReset};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::{Management, ManagementError};
use crate::people::{INVITATION_LIFETIME, InvitationLink, NewLink, RESET_LIFETIME};

/// How long the link is good by which the first owner joins.
pub const SETUP_LIFETIME: Duration = Duration::DAY;

/// How the operator names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// By id.
    Id(UserId),
    /// By e-mail.
    Email(Email),
}

/// A link to choose a new password with. Its secret can be shown this once.
pub struct ResetLink {
    /// Whose password.
    pub user: User,
    /// The secret part of the link.
    pub secret: Secret,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
}

impl Management {
    /// A link with which the user chooses a new password, once. Links made before end.
    pub async fn new_reset_link(&self, user: UserRef) -> Result<ResetLink, ManagementError> {
        let accounts = &self.repositories.accounts;
        let found = match user {
            UserRef::Id(id) => accounts.get(id).await?,
            UserRef::Email(email) => accounts.login(email).await?,
        };
        let user = found.ok_or(ManagementError::UnknownUser)?.user;
        let NewLink { secret, hash, expires_at } =
            NewLink::generate(&self.hasher, &*self.clock, RESET_LIFETIME)?;
        let new = NewPasswordReset { hash, key_id: self.hasher.key_id(), user: user.id, expires_at };
        let audit = self.audit("user.reset-link", json!({}));
        let user = self.repositories.password_resets.create(new, audit).await?;
        Ok(ResetLink { user: user.ok_or(ManagementError::UnknownUser)?, secret, expires_at })
    }

    /// Invites whoever has the e-mail, or whoever has the link.
    pub async fn invite(
        &self,
        workspace: WorkspaceId,
        email: Option<Email>,
        role: Role,
    ) -> Result<InvitationLink, ManagementError> {
        self.invite_for(workspace, email, role, false).await
    }

    /// The link by which somebody becomes the workspace's first owner; none if an owner can sign in. Links that were made before
    /// for this, and are not used, are withdrawn.
    pub async fn setup_link(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Option<InvitationLink>, ManagementError> {
        if self.repositories.members.has_owner_who_signs_in(workspace).await? {
            return Ok(None);
        }
        for before in self.repositories.invitations.list(workspace).await?.iter().filter(|one| one.is_setup) {
            let audit = self.audit("invitation.withdraw", json!({"role": before.role.as_str()}));
            self.repositories.invitations.withdraw(workspace, before.id, audit).await?;
        }
        self.invite_for(workspace, None, Role::Owner, true).await.map(Some)
    }

    /// Which member does this; none for the operator. Whoever is neither may nothing.
    fn acting_member(&self) -> Result<Option<MemberId>, ManagementError> {
        match (self.actor.kind, self.actor.id) {
            (ActorKind::Operator, _) => Ok(None),
            (ActorKind::Member, Some(id)) => Ok(Some(MemberId::from_uuid(id))),
            _ => Err(ManagementError::NotAllowed),
        }
    }

    async fn invite_for(
        &self,
        workspace: WorkspaceId,
        email: Option<Email>,
        role: Role,
        is_setup: bool,
    ) -> Result<InvitationLink, ManagementError> {
        let lifetime = if is_setup { SETUP_LIFETIME } else { INVITATION_LIFETIME };
        let NewLink { secret, hash, expires_at } = NewLink::generate(&self.hasher, &*self.clock, lifetime)?;
        let audit = self.audit(
            "invitation.create",
            json!({"role": role.as_str(), "email": email.as_ref().map(Email::as_str)}),
        );
        let new = NewInvitation {
            hash,
            key_id: self.hasher.key_id(),
            role,
            email,
            created_by: self.acting_member()?,
            created_by_name: self.actor.name.clone(),
            expires_at,
            is_setup,
        };
        match self.repositories.invitations.create(workspace, new, self.form, audit).await? {
            CreateInvitationOutcome::Created(invitation) => Ok(InvitationLink { invitation, secret }),
            CreateInvitationOutcome::UnknownWorkspace => Err(ManagementError::NotFound("workspace")),
            CreateInvitationOutcome::TooMany => Err(ManagementError::TooManyInvitations),
            CreateInvitationOutcome::NotAllowed => Err(ManagementError::NotAllowed),
            CreateInvitationOutcome::AlreadySent => Err(ManagementError::AlreadySent),
        }
    }
}

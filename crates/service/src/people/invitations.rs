use leadkeep_credentials::Secret;
use leadkeep_domain::{Act, Email, FormId, InvitationId, Role};
use leadkeep_storage::{CreateInvitationOutcome, FoundInvitation, Invitation, NewInvitation, StorageError};
use serde_json::json;
use time::Duration;

use super::{Acting, LinkState, MemberError, NewLink, People, link_state};

/// How long an invitation is good.
pub const INVITATION_LIFETIME: Duration = Duration::days(7);

/// An invitation with the secret of its link, which can be shown this once.
pub struct InvitationLink {
    /// The invitation.
    pub invitation: Invitation,
    /// The secret part of its link.
    pub secret: Secret,
}

impl People {
    /// Invites somebody: whoever has the e-mail, or whoever has the link. Only owners invite owners. The form that asks for it, if one
    /// does, makes one invitation, however often it is sent.
    pub async fn invite(
        &self,
        acting: Acting<'_>,
        email: Option<Email>,
        role: Role,
        form: Option<FormId>,
    ) -> Result<InvitationLink, MemberError> {
        acting.require(acting.membership.role.may_change_member(None, Some(role)))?;
        let workspace = acting.membership.workspace;
        if let Some(email) = &email {
            let members = self.members.list(workspace).await?;
            if members.iter().any(|member| member.user.email.key() == email.key()) {
                return Err(MemberError::AlreadyMember);
            }
        }
        let audit = acting.audit(
            "invitation.create",
            json!({"role": role.as_str(), "email": email.as_ref().map(Email::as_str)}),
        );
        let NewLink { secret, hash, expires_at } =
            NewLink::generate(&self.hasher, &*self.clock, INVITATION_LIFETIME)?;
        let created_by_name = acting.user.name.to_string();
        let key_id = self.hasher.key_id();
        let created_by = Some(acting.membership.member);
        let new = NewInvitation {
            hash,
            key_id,
            role,
            email,
            created_by,
            created_by_name,
            expires_at,
            is_setup: false,
        };
        match self.invitations.create(workspace, new, form, audit).await? {
            CreateInvitationOutcome::Created(invitation) => Ok(InvitationLink { invitation, secret }),
            CreateInvitationOutcome::UnknownWorkspace => Err(MemberError::NoWorkspace),
            CreateInvitationOutcome::TooMany => Err(MemberError::TooManyInvitations),
            CreateInvitationOutcome::NotAllowed => Err(acting.refused()),
            CreateInvitationOutcome::AlreadySent => Err(MemberError::AlreadySent),
        }
    }

    /// The workspace's invitations that are pending, newest first.
    pub async fn invitations(&self, acting: Acting<'_>) -> Result<Vec<Invitation>, MemberError> {
        acting.require(acting.membership.role.may(Act::ManageMembers))?;
        Ok(self.invitations.list(acting.membership.workspace).await?)
    }

    /// Withdraws an invitation that is pending. Whoever may not invite as that may not withdraw it.
    pub async fn withdraw_invitation(
        &self,
        acting: Acting<'_>,
        invitation: InvitationId,
    ) -> Result<Invitation, MemberError> {
        let pending = self.invitations(acting).await?;
        let found = pending.into_iter().find(|one| one.id == invitation).ok_or(MemberError::NoInvitation)?;
        acting.require(acting.membership.role.may_change_member(None, Some(found.role)))?;
        let audit = acting.audit("invitation.withdraw", json!({"role": found.role.as_str()}));
        let withdrawn = self.invitations.withdraw(acting.membership.workspace, invitation, audit).await?;
        withdrawn.ok_or(MemberError::NoInvitation)
    }

    /// What a link leads to. What is malformed is not looked up.
    pub async fn invitation(&self, link: &str) -> Result<LinkState<FoundInvitation>, StorageError> {
        let Some(hash) = self.link_hash(link) else { return Ok(LinkState::Unknown) };
        let found = self.invitations.find(hash).await?;
        Ok(link_state(found.map(|found| (found.standing, found))))
    }
}

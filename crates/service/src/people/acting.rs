use std::num::NonZeroU32;

use leadkeep_credentials::{RandomUnavailable, SecretHash};
use leadkeep_domain::{Act, Actor, ActorKind, AddressRanges, CredentialKind, Role, User, Workspace};
use leadkeep_ratelimit::Quota;
use leadkeep_storage::{AuditEntry, Membership, Origin, PresentedSecret, StorageError};
use serde_json::Value;

use crate::gate::{Budgets, Principal};

/// A member who acts in their workspace, as of this request.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// Who.
    pub user: &'a User,
    /// As what, and where.
    pub membership: &'a Membership,
    /// In which request.
    pub origin: &'a Origin,
}

impl Acting<'_> {
    /// The actor as histories and the audit log name it.
    pub fn actor(&self) -> Actor {
        let id = Some(self.membership.member.as_uuid());
        Actor { kind: ActorKind::Member, id, name: self.user.name.to_string() }
    }

    /// The member as the principal of use cases that calls of the API have, too: what the role allows is their scope. `home` is the
    /// membership's workspace as it is now.
    pub fn principal(&self, session: SecretHash, home: &Workspace) -> Principal {
        let limit = NonZeroU32::new(home.plan.calls_per_minute()).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(limit);
        Principal {
            actor: self.actor(),
            kind: CredentialKind::Session,
            secret: PresentedSecret::Session(session),
            credential: self.membership.member.as_uuid(),
            workspace: home.id,
            workspace_name: home.name.to_string(),
            organization: home.organization,
            plan: home.plan,
            currency: home.currency,
            scopes: self.membership.role.scopes(),
            allowed_addresses: AddressRanges::default(),
            expires_at: None,
            // The console takes from no bucket.
            budgets: Budgets { credential: quota, site: quota, site_share: None },
        }
    }

    pub(super) fn audit(&self, action: &'static str, detail: Value) -> AuditEntry {
        let origin = Some(self.origin.clone());
        AuditEntry { actor: self.actor(), action, organization: None, detail, origin }
    }

    /// Refuses what the role does not allow.
    pub(super) fn require(&self, is_allowed: bool) -> Result<(), MemberError> {
        if is_allowed { Ok(()) } else { Err(self.refused()) }
    }

    /// Why the role does not allow a change of members.
    pub(super) fn refused(&self) -> MemberError {
        let role = self.membership.role;
        if role.may(Act::ManageMembers) { MemberError::OwnersOnly } else { MemberError::ManagersOnly(role) }
    }
}

/// Why a member was not changed, or nobody invited. Nothing was done then.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// No such member in the workspace.
    #[error("there is no such member; somebody may have removed them")]
    NoMember,
    /// No such invitation that is pending.
    #[error("there is no such invitation; it was used or withdrawn, or its time is over")]
    NoInvitation,
    /// The workspace is gone.
    #[error("there is no such workspace")]
    NoWorkspace,
    /// Admins leave owners alone.
    #[error("only an owner may invite, change or remove owners; ask one")]
    OwnersOnly,
    /// Members and viewers leave members alone.
    #[error("a {0} may not manage members; ask an admin or owner")]
    ManagersOnly(Role),
    /// A workspace keeps an owner.
    #[error("this is the workspace's last owner; make somebody else an owner first")]
    LastOwner,
    /// The person is a member already.
    #[error("this person is a member already; change their role instead")]
    AlreadyMember,
    /// There are as many as there may be.
    #[error("200 invitations are pending; withdraw some, or wait until they are used or end")]
    TooManyInvitations,
    /// The form that asks for it made something before.
    #[error("this form was sent before, and the invitation was made then")]
    AlreadySent,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

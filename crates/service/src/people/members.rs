use leadkeep_domain::{Member, MemberId, Role};
use leadkeep_storage::{ChangeMemberOutcome, ChangedBy};
use serde_json::json;

use super::{Acting, MemberError, People};

impl People {
    /// Changes a member's role. Admins leave owners alone and make none; a workspace keeps an owner.
    pub async fn change_role(
        &self,
        acting: Acting<'_>,
        member: MemberId,
        role: Role,
    ) -> Result<Member, MemberError> {
        let audit = acting.audit("member.set-role", json!({"role": role.as_str()}));
        let (workspace, by) = (acting.membership.workspace, ChangedBy::Member(acting.membership.member));
        changed(acting, self.members.set_role(workspace, member, role, by, audit).await?)
    }

    /// Ends a membership, with the same rules. One's own may be ended whatever one's role, unless one is the last owner.
    pub async fn remove_member(&self, acting: Acting<'_>, member: MemberId) -> Result<Member, MemberError> {
        let audit = acting.audit("member.remove", json!({}));
        let (workspace, by) = (acting.membership.workspace, ChangedBy::Member(acting.membership.member));
        changed(acting, self.members.remove(workspace, member, by, audit).await?)
    }
}

fn changed(acting: Acting<'_>, outcome: ChangeMemberOutcome) -> Result<Member, MemberError> {
    match outcome {
        ChangeMemberOutcome::Changed(member) => Ok(member),
        ChangeMemberOutcome::NotFound => Err(MemberError::NoMember),
        ChangeMemberOutcome::LastOwner => Err(MemberError::LastOwner),
        ChangeMemberOutcome::NotAllowed => Err(acting.refused()),
    }
}

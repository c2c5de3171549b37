use leadkeep_domain::{
    ActorKind, Email, Member, MemberId, Name, Page, PageLimit, Role, User, UserId, WorkspaceId,
};
use leadkeep_storage::{
    AddMemberOutcome, ChangeMemberOutcome, ChangedBy, CreateUserOutcome, LeftBehind, ListedMember,
};
use serde_json::json;

use super::{Management, ManagementError};

impl Management {
    /// Creates a user.
    pub async fn create_user(&self, email: Email, name: Name) -> Result<User, ManagementError> {
        let user = User { id: UserId::generate(), email, name, created_at: self.clock.now() };
        let audit = self.audit("user.create", json!({"email": user.email.as_str()}));
        match self.repositories.members.create_user(user.clone(), audit).await? {
            CreateUserOutcome::Created => Ok(user),
            CreateUserOutcome::DuplicateEmail(holder) => Err(ManagementError::DuplicateUser(holder)),
        }
    }

    /// All users.
    pub async fn users(&self) -> Result<Vec<User>, ManagementError> {
        Ok(self.repositories.members.users().await?)
    }

    /// Makes a user a member of a workspace.
    pub async fn add_member(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
    ) -> Result<Member, ManagementError> {
        let audit = self.audit("member.add", json!({"user": user.to_string(), "role": role.as_str()}));
        match self.repositories.members.add(workspace, user, role, audit).await? {
            AddMemberOutcome::Added(member) => Ok(member),
            AddMemberOutcome::AlreadyMember(_) => Err(ManagementError::AlreadyMember),
            AddMemberOutcome::UnknownWorkspace => Err(ManagementError::NotFound("workspace")),
            AddMemberOutcome::UnknownUser => Err(ManagementError::NotFound("user")),
        }
    }

    /// The workspace's members.
    pub async fn members(&self, workspace: WorkspaceId) -> Result<Vec<Member>, ManagementError> {
        self.require_workspace(workspace).await?;
        Ok(self.repositories.members.list(workspace).await?)
    }

    /// One of them.
    pub async fn member(&self, workspace: WorkspaceId, member: MemberId) -> Result<Member, ManagementError> {
        let found = self.repositories.members.get(workspace, member).await?;
        found.ok_or(ManagementError::NotFound("member"))
    }

    /// A page of them, oldest first, with when each signed in last.
    pub async fn members_page(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        limit: PageLimit,
    ) -> Result<Page<ListedMember>, ManagementError> {
        Ok(self.repositories.members.page(workspace, after, limit).await?)
    }

    /// How many of them are owners.
    pub async fn owners(&self, workspace: WorkspaceId) -> Result<u64, ManagementError> {
        Ok(self.repositories.members.owners(workspace).await?)
    }

    /// What a removal of the member would leave without them.
    pub async fn leaves_behind(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<LeftBehind, ManagementError> {
        Ok(self.repositories.members.leaves_behind(workspace, member).await?)
    }

    /// Changes a member's role. Done by the operator it may leave the workspace without an owner.
    pub async fn set_role(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        role: Role,
    ) -> Result<Member, ManagementError> {
        let audit = self.audit("member.set-role", json!({"role": role.as_str()}));
        changed(self.repositories.members.set_role(workspace, member, role, self.changed_by(), audit).await?)
    }

    /// Ends a membership. Done by the operator it may leave the workspace without an owner.
    pub async fn remove_member(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
    ) -> Result<Member, ManagementError> {
        let audit = self.audit("member.remove", json!({}));
        changed(self.repositories.members.remove(workspace, member, self.changed_by(), audit).await?)
    }

    /// Members are held to what their role allows, and to a workspace's last owner; the operator is not.
    fn changed_by(&self) -> ChangedBy {
        match (self.actor.kind, self.actor.id) {
            (ActorKind::Operator, _) => ChangedBy::Operator,
            // Whoever is no member may nothing.
            (_, id) => ChangedBy::Member(id.map_or_else(MemberId::generate, MemberId::from_uuid)),
        }
    }
}

fn changed(outcome: ChangeMemberOutcome) -> Result<Member, ManagementError> {
    match outcome {
        ChangeMemberOutcome::Changed(member) => Ok(member),
        ChangeMemberOutcome::NotFound => Err(ManagementError::NotFound("member")),
        ChangeMemberOutcome::LastOwner => Err(ManagementError::LastOwner),
        ChangeMemberOutcome::NotAllowed => Err(ManagementError::NotAllowed),
    }
}

use leadkeep_domain::{
    AiFields, AiProvider, AiSettings, Currency, Edit, Name, Organization, OrganizationId, Plan, SiteLimits,
    Workspace, WorkspaceId,
};
use leadkeep_storage::CreateWorkspaceOutcome;
use serde_json::json;

use super::{Management, ManagementError};

/// A workspace that is to be.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// What people call it.
    pub name: Name,
    /// Whose it is; none for an organization of the same name, made with it.
    pub organization: Option<OrganizationId>,
    /// What it pays for.
    pub plan: Plan,
    /// The currency of deals that name none.
    pub currency: Currency,
}

impl Management {
    /// Creates an organization.
    pub async fn create_organization(&self, name: Name) -> Result<Organization, ManagementError> {
        let new = Organization { id: OrganizationId::generate(), name, created_at: self.clock.now() };
        let audit = self.audit("org.create", json!({"name": new.name.as_str()}));
        self.repositories.workspaces.create_organization(new.clone(), audit).await?;
        Ok(new)
    }

    /// All organizations.
    pub async fn organizations(&self) -> Result<Vec<Organization>, ManagementError> {
        Ok(self.repositories.workspaces.organizations().await?)
    }

    /// Creates a workspace, and its organization where none is named.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Workspace, ManagementError> {
        let now = self.clock.now();
        let organization = match new.organization {
            Some(_) => None,
            None => {
                Some(Organization { id: OrganizationId::generate(), name: new.name.clone(), created_at: now })
            }
        };
        let id = new.organization.or(organization.as_ref().map(|made| made.id));
        let workspace = Workspace {
            id: WorkspaceId::generate(),
            organization: id.ok_or(ManagementError::NotFound("organization"))?,
            name: new.name,
            plan: new.plan,
            currency: new.currency,
            site_limits: SiteLimits::default(),
            ai: AiSettings::default(),
            suspended_at: None,
            created_at: now,
        };
        let detail = json!({"name": workspace.name.as_str(), "plan": workspace.plan.as_str()});
        let audit = self.audit("workspace.create", detail);
        match self.repositories.workspaces.create(workspace.clone(), organization, audit).await? {
            CreateWorkspaceOutcome::Created => Ok(workspace),
            CreateWorkspaceOutcome::UnknownOrganization => Err(ManagementError::NotFound("organization")),
        }
    }

    /// The workspaces of an organization, or all.
    pub async fn workspaces(
        &self,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Workspace>, ManagementError> {
        Ok(self.repositories.workspaces.list(organization).await?)
    }

    /// Changes the plan. Budgets that come from it follow with the next request.
    pub async fn set_plan(&self, id: WorkspaceId, plan: Plan) -> Result<Workspace, ManagementError> {
        let audit = self.audit("workspace.set-plan", json!({"plan": plan.as_str()}));
        let changed = self.repositories.workspaces.set_plan(id, plan, audit).await?;
        changed.ok_or(ManagementError::NotFound("workspace"))
    }

    /// Changes what smart update may do in the workspace, from the next text on.
    pub async fn set_ai(
        &self,
        id: WorkspaceId,
        provider: Edit<AiProvider>,
        fields: Edit<AiFields>,
    ) -> Result<Workspace, ManagementError> {
        let detail = json!({"provider": told(&provider), "fields": told(&fields)});
        let audit = self.audit("workspace.set-ai", detail);
        let changed = self.repositories.workspaces.set_ai(id, provider, fields, audit).await?;
        changed.ok_or(ManagementError::NotFound("workspace"))
    }

    /// Suspends the workspace, so that none of its credentials is accepted, or resumes it.
    pub async fn set_suspended(
        &self,
        id: WorkspaceId,
        suspended: bool,
    ) -> Result<Workspace, ManagementError> {
        let action = if suspended { "workspace.suspend" } else { "workspace.resume" };
        let audit = self.audit(action, json!({}));
        let changed = self.repositories.workspaces.set_suspended(id, suspended, audit).await?;
        changed.ok_or(ManagementError::NotFound("workspace"))
    }

    /// The workspace as it is now.
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, ManagementError> {
        self.require_workspace(id).await
    }

    /// Changes the currency of deals that name none from now on; those that are there keep theirs.
    pub async fn set_currency(
        &self,
        id: WorkspaceId,
        currency: Currency,
    ) -> Result<Workspace, ManagementError> {
        let audit = self.audit("workspace.set-currency", json!({"currency": currency.to_string()}));
        let changed = self.repositories.workspaces.set_currency(id, currency, audit).await?;
        changed.ok_or(ManagementError::NotFound("workspace"))
    }

    pub(super) async fn require_workspace(&self, id: WorkspaceId) -> Result<Workspace, ManagementError> {
        self.repositories.workspaces.get(id).await?.ok_or(ManagementError::NotFound("workspace"))
    }
}

fn told<T: ToString>(edit: &Edit<T>) -> String {
    match edit {
        Edit::Keep => "unchanged".to_owned(),
        Edit::Clear => "default".to_owned(),
        Edit::Set(value) => value.to_string(),
    }
}

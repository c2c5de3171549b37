use std::num::NonZeroU32;

use async_trait::async_trait;
use leadkeep_domain::{
    AiFields, AiProvider, Currency, Edit, Organization, OrganizationId, Plan, Workspace, WorkspaceId,
};

use crate::{AuditEntry, StorageError};

/// Organizations and their workspaces.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// Creates an organization.
    async fn create_organization(&self, new: Organization, audit: AuditEntry) -> Result<(), StorageError>;

    /// All organizations, oldest first.
    async fn organizations(&self) -> Result<Vec<Organization>, StorageError>;

    /// Creates a workspace, and in the same transaction its organization if one is given.
    async fn create(
        &self,
        new: Workspace,
        organization: Option<Organization>,
        audit: AuditEntry,
    ) -> Result<CreateWorkspaceOutcome, StorageError>;

    /// The workspaces of an organization, or of all, oldest first.
    async fn list(&self, organization: Option<OrganizationId>) -> Result<Vec<Workspace>, StorageError>;

    /// The workspace, if it exists.
    async fn get(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError>;

    /// Changes the plan; the workspace after it, if it exists.
    async fn set_plan(
        &self,
        id: WorkspaceId,
        plan: Plan,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError>;

    /// Changes the currency of deals that name none; the workspace after it, if it exists.
    async fn set_currency(
        &self,
        id: WorkspaceId,
        currency: Currency,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError>;

    /// Changes the site's budget and its keys' share of it; the workspace after it, if it exists.
    async fn set_site_limits(
        &self,
        id: WorkspaceId,
        budget: Edit<NonZeroU32>,
        key_share: Edit<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError>;

    /// Changes what smart update may do in it; the workspace after it, if it exists.
    async fn set_ai(
        &self,
        id: WorkspaceId,
        provider: Edit<AiProvider>,
        fields: Edit<AiFields>,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError>;

    /// Suspends, which cancels what is running, or resumes; the workspace after it, if it exists.
    async fn set_suspended(
        &self,
        id: WorkspaceId,
        suspended: bool,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError>;
}

/// What became of a [new workspace](Workspaces::create).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateWorkspaceOutcome {
    /// It is there.
    Created,
    /// Its organization is not.
    UnknownOrganization,
}

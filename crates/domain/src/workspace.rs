use time::OffsetDateTime;

use crate::{AiSettings, Currency, Name, OrganizationId, Plan, SiteLimits, WorkspaceId};

/// A customer: the owner of workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Which.
    pub id: OrganizationId,
    /// What people call it.
    pub name: Name,
    /// Since when.
    pub created_at: OffsetDateTime,
}

/// A tenant: leads, members and credentials belong to exactly one workspace. The Spelo document calls it a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Which.
    pub id: WorkspaceId,
    /// Whose.
    pub organization: OrganizationId,
    /// What people call it.
    pub name: Name,
    /// What it pays for.
    pub plan: Plan,
    /// The currency of deals that name none.
    pub currency: Currency,
    /// What its keys may call together in the Spelo dialect.
    pub site_limits: SiteLimits,
    /// What smart update may do in it.
    pub ai: AiSettings,
    /// While set, no credential of the workspace is accepted.
    pub suspended_at: Option<OffsetDateTime>,
    /// Since when.
    pub created_at: OffsetDateTime,
}

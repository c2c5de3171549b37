use std::num::NonZeroU32;

use leadkeep_domain::{CredentialId, Edit, SiteLimits, WorkspaceId};
use leadkeep_storage::ClientRef;
use serde_json::{Value, json};

use super::{Management, ManagementError, credentials::actions};

/// A credential that has a budget of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitedRef {
    /// An API key or API token, or an OAuth client, by its id.
    Id(CredentialId),
    /// An OAuth client by the public half of its credentials.
    Client(ClientRef),
}

impl Management {
    /// Changes a credential's own budget; none for what its kind and plan have.
    pub async fn set_limit(
        &self,
        credential: LimitedRef,
        limit_per_minute: Option<NonZeroU32>,
    ) -> Result<(), ManagementError> {
        let client = match credential {
            LimitedRef::Client(client) => client,
            LimitedRef::Id(id) => match self.repositories.api_credentials.locate(id).await? {
                None => ClientRef::Id(leadkeep_domain::Id::from_uuid(id.as_uuid())),
                Some((workspace, kind)) => {
                    if !self.reaches(workspace) {
                        return Err(ManagementError::NotFound(kind.as_str()));
                    }
                    let audit = self.audit(actions(kind).set_limit, detail(limit_per_minute));
                    let credentials = &self.repositories.api_credentials;
                    let changed = credentials.set_limit(workspace, id, limit_per_minute, audit).await?;
                    return changed.map(drop).ok_or(ManagementError::NotFound(kind.as_str()));
                }
            },
        };
        let found = self.repositories.clients.locate(client).await?;
        let here = found.filter(|(workspace, _)| self.reaches(*workspace));
        let (workspace, id) = here.ok_or(ManagementError::NotFound("client, key or token"))?;
        let audit = self.audit("client.set-limit", detail(limit_per_minute));
        let changed = self.repositories.clients.set_limit(workspace, id, limit_per_minute, audit).await?;
        changed.map(drop).ok_or(ManagementError::NotFound("client"))
    }

    /// Changes what a site's keys may call together in the Spelo dialect, and one key's share of it. A site is a workspace.
    pub async fn set_site_limits(
        &self,
        workspace: WorkspaceId,
        budget: Edit<NonZeroU32>,
        key_share: Edit<NonZeroU32>,
    ) -> Result<SiteLimits, ManagementError> {
        let detail = json!({"budget": written(&budget), "key_share": written(&key_share)});
        let audit = self.audit("workspace.set-site-limits", detail);
        let changed =
            self.repositories.workspaces.set_site_limits(workspace, budget, key_share, audit).await?;
        changed.map(|workspace| workspace.site_limits).ok_or(ManagementError::NotFound("workspace"))
    }
}

fn detail(limit_per_minute: Option<NonZeroU32>) -> Value {
    json!({"limit_per_minute": limit_per_minute.map(NonZeroU32::get)})
}

fn written(edit: &Edit<NonZeroU32>) -> Value {
    match edit {
        Edit::Keep => "unchanged".into(),
        Edit::Clear => "default".into(),
        Edit::Set(limit) => limit.get().into(),
    }
}

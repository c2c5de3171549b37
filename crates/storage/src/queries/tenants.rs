//! The workspace that is read together with every credential.

use diesel::{QueryResult, Queryable, Selectable};
use leadkeep_domain::SiteLimits;

use super::{
    decode::{limit, word},
    schema::workspaces,
};
use crate::{
    Tenant,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspaces)]
pub(super) struct TenantRow {
    id: Uid,
    organization_id: Uid,
    name: String,
    plan: String,
    currency: String,
    suspended_at: Option<Stamp>,
    site_limit: Option<i32>,
    site_key_share: Option<i32>,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = diesel::result::Error;

    fn try_from(row: TenantRow) -> QueryResult<Self> {
        Ok(Self {
            workspace: row.id.id(),
            name: row.name,
            organization: row.organization_id.id(),
            plan: word(&row.plan)?,
            currency: word(&row.currency)?,
            site_limits: SiteLimits { budget: limit(row.site_limit), key_share: limit(row.site_key_share) },
            suspended_at: row.suspended_at.map(|at| at.0),
        })
    }
}

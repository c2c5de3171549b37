use std::num::NonZeroU32;

use async_trait::async_trait;
use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, Queryable,
    Selectable, SelectableHelper, insert_into, update,
};
use futures_util::FutureExt;
use leadkeep_domain::{
    AiFields, AiProvider, AiSettings, Currency, Edit, Name, Organization, OrganizationId, Plan, SiteLimits,
    Workspace, WorkspaceId,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store, audit,
    decode::{limit, stored_limit, word},
    run_starter,
    schema::{organizations, workspaces},
    types::for_update,
};
use crate::{
    AuditEntry, CreateWorkspaceOutcome, StorageError, Workspaces,
    columns::{Stamp, Uid},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations)]
struct OrganizationRow {
    id: Uid,
    name: String,
    created_at: Stamp,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = workspaces, treat_none_as_null = true)]
struct WorkspaceRow {
    id: Uid,
    organization_id: Uid,
    name: String,
    plan: String,
    currency: String,
    suspended_at: Option<Stamp>,
    created_at: Stamp,
    site_limit: Option<i32>,
    site_key_share: Option<i32>,
    ai_provider: Option<String>,
    ai_fields: Option<String>,
}

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self { id: row.id.id(), name: Name::from_stored(row.name), created_at: row.created_at.0 }
    }
}

impl From<Organization> for OrganizationRow {
    fn from(new: Organization) -> Self {
        Self { id: new.id.into(), name: new.name.to_string(), created_at: Stamp(new.created_at) }
    }
}

impl TryFrom<WorkspaceRow> for Workspace {
    type Error = diesel::result::Error;

    fn try_from(row: WorkspaceRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.id(),
            organization: row.organization_id.id(),
            name: Name::from_stored(row.name),
            plan: word(&row.plan)?,
            currency: word(&row.currency)?,
            site_limits: SiteLimits { budget: limit(row.site_limit), key_share: limit(row.site_key_share) },
            ai: AiSettings {
                provider: row.ai_provider.as_deref().map(word).transpose()?,
                fields: row.ai_fields.as_deref().map(word).transpose()?,
            },
            suspended_at: row.suspended_at.map(|at| at.0),
            created_at: row.created_at.0,
        })
    }
}

impl From<Workspace> for WorkspaceRow {
    fn from(new: Workspace) -> Self {
        Self {
            id: new.id.into(),
            organization_id: new.organization.into(),
            name: new.name.to_string(),
            plan: new.plan.to_string(),
            currency: new.currency.to_string(),
            suspended_at: new.suspended_at.map(Stamp),
            created_at: Stamp(new.created_at),
            site_limit: stored_limit(new.site_limits.budget),
            site_key_share: stored_limit(new.site_limits.key_share),
            ai_provider: new.ai.provider.map(|provider| provider.to_string()),
            ai_fields: new.ai.fields.map(|fields| fields.to_string()),
        }
    }
}

impl Store {
    /// Makes another of a workspace that is held meanwhile; none if it does not exist.
    async fn edit(
        &self,
        id: WorkspaceId,
        audit: AuditEntry,
        edit: impl FnOnce(Workspace) -> Workspace + Send + 'static,
    ) -> Result<Option<Workspace>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, id).await? else { return Ok(None) };
                let after = edit(before.clone());
                change(connection, before, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }
}

#[async_trait]
impl Workspaces for Store {
    async fn create_organization(&self, new: Organization, audit: AuditEntry) -> Result<(), StorageError> {
        self.write(move |connection| insert_organization(connection, new, audit).boxed()).await
    }

    async fn organizations(&self) -> Result<Vec<Organization>, StorageError> {
        self.read(|connection| {
            async move {
                let rows = organizations::table
                    .select(OrganizationRow::as_select())
                    .order(organizations::id)
                    .load(connection)
                    .await?;
                Ok(rows.into_iter().map(Organization::from).collect())
            }
            .boxed()
        })
        .await
    }

    async fn create(
        &self,
        new: Workspace,
        organization: Option<Organization>,
        audit: AuditEntry,
    ) -> Result<CreateWorkspaceOutcome, StorageError> {
        self.write(move |connection| insert(connection, new, organization, audit).boxed()).await
    }

    async fn list(&self, organization: Option<OrganizationId>) -> Result<Vec<Workspace>, StorageError> {
        self.read(move |connection| {
            async move {
                let mut query =
                    workspaces::table.select(WorkspaceRow::as_select()).order(workspaces::id).into_boxed();
                if let Some(id) = organization {
                    query = query.filter(workspaces::organization_id.eq(Uid::from(id)));
                }
                query.load(connection).await?.into_iter().map(Workspace::try_from).collect()
            }
            .boxed()
        })
        .await
    }

    async fn get(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError> {
        self.read(move |connection| find(connection, id).boxed()).await
    }

    async fn set_plan(
        &self,
        id: WorkspaceId,
        plan: Plan,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError> {
        self.edit(id, audit, move |before| Workspace { plan, ..before }).await
    }

    async fn set_currency(
        &self,
        id: WorkspaceId,
        currency: Currency,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError> {
        self.edit(id, audit, move |before| Workspace { currency, ..before }).await
    }

    async fn set_site_limits(
        &self,
        id: WorkspaceId,
        budget: Edit<NonZeroU32>,
        key_share: Edit<NonZeroU32>,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, id).await? else { return Ok(None) };
                let site_limits = SiteLimits {
                    budget: budget.applied_to(before.site_limits.budget),
                    key_share: key_share.applied_to(before.site_limits.key_share),
                };
                let after = Workspace { site_limits, ..before.clone() };
                change(connection, before, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn set_ai(
        &self,
        id: WorkspaceId,
        provider: Edit<AiProvider>,
        fields: Edit<AiFields>,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, id).await? else { return Ok(None) };
                let ai = AiSettings {
                    provider: provider.applied_to(before.ai.provider),
                    fields: fields.applied_to(before.ai.fields.clone()),
                };
                let after = Workspace { ai, ..before.clone() };
                change(connection, before, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }

    async fn set_suspended(
        &self,
        id: WorkspaceId,
        suspended: bool,
        audit: AuditEntry,
    ) -> Result<Option<Workspace>, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let Some(before) = find_for_update(connection, id).await? else { return Ok(None) };
                // Suspending twice keeps the first time.
                let suspended_at = suspended.then(|| before.suspended_at.unwrap_or(now));
                let after = Workspace { suspended_at, ..before.clone() };
                if suspended {
                    run_starter::cancel_of_workspace(connection, id, now).await?;
                }
                change(connection, before, after, audit, now).await.map(Some)
            }
            .boxed()
        })
        .await
    }
}

async fn insert_organization(
    connection: &mut Connection,
    new: Organization,
    entry: AuditEntry,
) -> QueryResult<()> {
    let (id, now) = (new.id, new.created_at);
    let entry = AuditEntry { organization: Some(id), ..entry };
    insert_into(organizations::table).values(OrganizationRow::from(new)).execute(connection).await?;
    audit::record(connection, entry, None, id, now).await
}

async fn insert(
    connection: &mut Connection,
    new: Workspace,
    organization: Option<Organization>,
    entry: AuditEntry,
) -> QueryResult<CreateWorkspaceOutcome> {
    if let Some(organization) = organization {
        let entry = AuditEntry { action: "org.create", ..entry.clone() };
        insert_organization(connection, organization, entry).await?;
    }
    let known = organizations::table
        .find(Uid::from(new.organization))
        .select(organizations::id)
        .get_result::<Uid>(connection)
        .await
        .optional()?;
    if known.is_none() {
        return Ok(CreateWorkspaceOutcome::UnknownOrganization);
    }
    let (id, now) = (new.id, new.created_at);
    insert_into(workspaces::table).values(WorkspaceRow::from(new)).execute(connection).await?;
    audit::record(connection, entry, Some(id), id, now).await?;
    Ok(CreateWorkspaceOutcome::Created)
}

pub(super) async fn find(connection: &mut Connection, id: WorkspaceId) -> QueryResult<Option<Workspace>> {
    workspaces::table
        .find(Uid::from(id))
        .select(WorkspaceRow::as_select())
        .get_result(connection)
        .await
        .optional()?
        .map(Workspace::try_from)
        .transpose()
}

/// The workspace, held until the end of the transaction: what is decided by looking at it stays true.
pub(super) async fn find_for_update(
    connection: &mut Connection,
    id: WorkspaceId,
) -> QueryResult<Option<Workspace>> {
    for_update!(workspaces::table.find(Uid::from(id)).select(WorkspaceRow::as_select()))
        .get_result(connection)
        .await
        .optional()?
        .map(Workspace::try_from)
        .transpose()
}

/// Writes what changed of a workspace, and that it did. Nothing changed leaves no trace.
async fn change(
    connection: &mut Connection,
    before: Workspace,
    after: Workspace,
    entry: AuditEntry,
    now: OffsetDateTime,
) -> QueryResult<Workspace> {
    if after != before {
        let id = after.id;
        update(workspaces::table.find(Uid::from(id)))
            .set(WorkspaceRow::from(after.clone()))
            .execute(connection)
            .await?;
        audit::record(connection, entry, Some(id), id, now).await?;
    }
    Ok(after)
}

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, insert_into, update,
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_domain::{Name, Organization, OrganizationId, Plan, Workspace, WorkspaceId};

use super::{
    Connection, Store, audit,
    decode::word,
    schema::{organizations, workspaces},
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

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces)]
struct WorkspaceRow {
    id: Uid,
    organization_id: Uid,
    name: String,
    plan: String,
    currency: String,
    suspended_at: Option<Stamp>,
    created_at: Stamp,
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
        }
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
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                update(workspaces::table.find(Uid::from(id)))
                    .set(workspaces::plan.eq(plan.as_str()))
                    .execute(connection)
                    .await?;
                audited(connection, id, audit, now).await
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
                // Suspending twice keeps the first time.
                let changes = workspaces::table.find(Uid::from(id));
                if suspended {
                    update(changes.filter(workspaces::suspended_at.is_null()))
                        .set(workspaces::suspended_at.eq(Some(Stamp(now))))
                        .execute(connection)
                        .await?;
                } else {
                    update(changes)
                        .set(workspaces::suspended_at.eq(None::<Stamp>))
                        .execute(connection)
                        .await?;
                }
                audited(connection, id, audit, now).await
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
        insert_into(organizations::table)
            .values(OrganizationRow::from(organization))
            .execute(connection)
            .await?;
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

/// The workspace after a change, which is noted if there is one.
async fn audited(
    connection: &mut Connection,
    id: WorkspaceId,
    entry: AuditEntry,
    now: time::OffsetDateTime,
) -> QueryResult<Option<Workspace>> {
    let workspace = find(connection, id).await?;
    if workspace.is_some() {
        audit::record(connection, entry, Some(id), id, now).await?;
    }
    Ok(workspace)
}

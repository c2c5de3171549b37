use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    SelectableHelper, insert_into, result::Error as DieselError, update,
};
use futures_util::FutureExt;
use leadkeep_domain::{OrganizationId, Page, PageLimit, Run, RunId, RunStatus, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store,
    decode::count,
    idempotency,
    run_files::{self, key},
    run_rows::{RunRow, ended, find, queued},
    run_starter,
    schema::{runs, workspaces},
    types::for_update,
};
use crate::{
    CancelOutcome, NewRun, Receipt, RunFilter, Runs, StorageError,
    columns::{Stamp, Uid},
};

#[async_trait]
impl Runs for Store {
    async fn add_input(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        part: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move { run_files::inputs::insert(connection, key(workspace, run), part, bytes, now).await }
                .boxed()
        })
        .await
    }

    async fn discard_input(&self, workspace: WorkspaceId, run: RunId) -> Result<(), StorageError> {
        self.write(move |connection| run_files::discard_input(connection, key(workspace, run)).boxed()).await
    }

    async fn open(&self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        self.read(move |connection| {
            async move {
                let open = runs::table
                    .filter(runs::workspace_id.eq(Uid::from(workspace)))
                    .filter(runs::due_at.is_not_null());
                count(open.count().get_result(connection).await?)
            }
            .boxed()
        })
        .await
    }

    async fn start(
        &self,
        workspace: WorkspaceId,
        new: NewRun,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                let run = key(workspace, new.id);
                let may_start = run_starter::may_start(connection, workspace, &new).await?;
                // A part that is missing is one that was discarded, as the caller had gone away.
                if u32::try_from(run_files::hold_input(connection, run).await?) != Ok(new.parts) {
                    return Err(DieselError::RollbackTransaction);
                }
                insert_into(runs::table).values(queued(workspace, new, now)).execute(connection).await?;
                if !may_start {
                    update(runs::table.find(run))
                        .set(ended(RunStatus::Cancelled, now))
                        .execute(connection)
                        .await?;
                }
                let run = find(connection, run).await?.ok_or(DieselError::NotFound)?;
                idempotency::settle(connection, receipt, &run).await?;
                Ok(run)
            }
            .boxed()
        })
        .await
    }

    async fn get(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Run>, StorageError> {
        self.read(move |connection| find(connection, key(workspace, run)).boxed()).await
    }

    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        run: RunId,
    ) -> Result<bool, StorageError> {
        self.read(move |connection| {
            async move {
                let same = runs::workspace_id.eq(workspaces::id).and(runs::id.eq(Uid(run.as_uuid())));
                let found: Vec<Uid> = workspaces::table
                    .inner_join(runs::table.on(same))
                    .filter(workspaces::organization_id.eq(Uid::from(organization)))
                    .select(runs::id)
                    .load(connection)
                    .await?;
                Ok(!found.is_empty())
            }
            .boxed()
        })
        .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: RunFilter,
        after: Option<RunId>,
        limit: PageLimit,
    ) -> Result<Page<Run>, StorageError> {
        self.read(move |connection| page(connection, workspace, filter, after, limit).boxed()).await
    }

    async fn cancel(&self, workspace: WorkspaceId, run: RunId) -> Result<CancelOutcome, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| cancel(connection, key(workspace, run), now).boxed()).await
    }

    async fn has_output(&self, workspace: WorkspaceId, run: RunId) -> Result<bool, StorageError> {
        self.read(move |connection| run_files::has_output(connection, key(workspace, run)).boxed()).await
    }

    async fn output(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        part: u32,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        self.read(move |connection| run_files::outputs::find(connection, key(workspace, run), part).boxed())
            .await
    }
}

async fn cancel(
    connection: &mut Connection,
    key: (Uid, Uid),
    now: OffsetDateTime,
) -> QueryResult<CancelOutcome> {
    let row = runs::table.find(key).select(runs::due_at);
    let held: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
    let Some(due_at) = held else { return Ok(CancelOutcome::NotFound) };
    let open = due_at.is_some();
    if open {
        let cancelled = ended(RunStatus::Cancelled, now);
        update(runs::table.find(key)).set(cancelled).execute(connection).await?;
        run_files::inputs::delete_all(connection, key).await?;
    }
    let run = find(connection, key).await?.ok_or(DieselError::NotFound)?;
    Ok(if open { CancelOutcome::Cancelled(run) } else { CancelOutcome::Finished(run) })
}

async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: RunFilter,
    after: Option<RunId>,
    limit: PageLimit,
) -> QueryResult<Page<Run>> {
    let mut query = runs::table
        .filter(runs::workspace_id.eq(Uid::from(workspace)))
        .order(runs::id.desc())
        .limit(limit.one_more())
        .select(RunRow::as_select())
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(runs::kind.eq(kind.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(runs::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(runs::id.lt(Uid(after.as_uuid())));
    }
    let rows = query.load(connection).await?;
    let runs = rows.into_iter().map(|row| row.with_errors(Vec::new())).collect::<QueryResult<_>>()?;
    Ok(Page::from_one_more(runs, limit))
}

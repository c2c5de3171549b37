use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl,
    QueryResult, Queryable, Selectable, SelectableHelper, delete, insert_into, result::Error as DieselError,
    update,
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{
    Actor, MemberId, OrganizationId, Page, PageLimit, Progress, Role, Run, RunError, RunId, RunKind,
    RunStatus, WorkspaceId,
};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, Store,
    decode::{broken, count, word},
    idempotency, run_starter,
    schema::{run_errors, run_inputs, run_outputs, runs, workspaces},
    types::for_update,
};
use crate::{
    CancelOutcome, NewRun, Receipt, RunFilter, Runs, StorageError,
    columns::{Json, Stamp, Uid},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = runs)]
pub(super) struct RunRow {
    pub(super) workspace_id: Uid,
    pub(super) id: Uid,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) done: i64,
    pub(super) total: Option<i64>,
    pub(super) result: Option<Json>,
    error_count: i64,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<Uid>,
    pub(super) actor_name: String,
    pub(super) request_id: Option<String>,
    pub(super) created_at: Stamp,
    started_at: Option<Stamp>,
    finished_at: Option<Stamp>,
}

#[derive(Insertable)]
#[diesel(table_name = runs, treat_none_as_default_value = false)]
struct NewRow {
    workspace_id: Uid,
    id: Uid,
    kind: String,
    status: String,
    options: Json,
    state: Json,
    done: i64,
    total: Option<i64>,
    error_count: i64,
    actor_kind: String,
    actor_id: Option<Uid>,
    actor_name: String,
    credential_id: Uid,
    secret_hash: Vec<u8>,
    request_id: Option<String>,
    due_at: Option<Stamp>,
    fence: i32,
    stalls: i32,
    created_at: Stamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = run_errors)]
struct ErrorRow {
    file_row: Option<i64>,
    field: Option<String>,
    message: String,
}

impl RunRow {
    pub(super) fn progress(&self) -> QueryResult<Progress> {
        Ok(Progress { done: count(self.done)?, total: self.total.map(count).transpose()? })
    }

    pub(super) fn actor(&self) -> QueryResult<Actor> {
        Ok(Actor {
            kind: word(&self.actor_kind)?,
            id: self.actor_id.map(|id| id.0),
            name: self.actor_name.clone(),
        })
    }

    pub(super) fn with_errors(self, errors: Vec<RunError>) -> QueryResult<Run> {
        Ok(Run {
            id: RunId::from_uuid(self.id.0),
            kind: word(&self.kind)?,
            status: word(&self.status)?,
            progress: self.progress()?,
            actor: self.actor()?,
            result: self.result.map(|result| result.0),
            errors,
            error_count: count(self.error_count)?,
            created_at: self.created_at.0,
            started_at: self.started_at.map(|at| at.0),
            finished_at: self.finished_at.map(|at| at.0),
        })
    }
}

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
            async move {
                insert_into(run_inputs::table)
                    .values((
                        run_inputs::workspace_id.eq(Uid::from(workspace)),
                        run_inputs::run_id.eq(Uid(run.as_uuid())),
                        run_inputs::part.eq(i32::try_from(part).map_err(broken)?),
                        run_inputs::bytes.eq(bytes),
                        run_inputs::created_at.eq(Stamp(now)),
                    ))
                    .execute(connection)
                    .await
                    .map(drop)
            }
            .boxed()
        })
        .await
    }

    async fn discard_input(&self, workspace: WorkspaceId, run: RunId) -> Result<(), StorageError> {
        self.write(move |connection| {
            async move {
                let (workspace, run) = (Uid::from(workspace), Uid(run.as_uuid()));
                let parts = run_inputs::table
                    .filter(run_inputs::workspace_id.eq(workspace))
                    .filter(run_inputs::run_id.eq(run))
                    .order(run_inputs::part)
                    .select(run_inputs::part);
                let _held: Vec<i32> = for_update!(parts).load(connection).await?;
                // Asked when the parts are held: a run that is being started holds them until it is there.
                let row = runs::table.find((workspace, run)).select(runs::id);
                let started: Option<Uid> = row.get_result(connection).await.optional()?;
                if started.is_none() {
                    delete_input(connection, workspace, run).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
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
                let id = new.id;
                let may_start = run_starter::may_start(connection, workspace, &new).await?;
                hold_input(connection, workspace, &new).await?;
                insert_into(runs::table).values(queued(workspace, new, now)).execute(connection).await?;
                if !may_start {
                    let row = runs::table.find((Uid::from(workspace), Uid(id.as_uuid())));
                    update(row).set(cancelled(now)).execute(connection).await?;
                }
                let run = find(connection, workspace, id).await?.ok_or(DieselError::NotFound)?;
                idempotency::settle(connection, receipt, &run).await?;
                Ok(run)
            }
            .boxed()
        })
        .await
    }

    async fn get(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Run>, StorageError> {
        self.read(move |connection| find(connection, workspace, run).boxed()).await
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
        self.write(move |connection| {
            async move {
                let row = runs::table.find((Uid::from(workspace), Uid(run.as_uuid()))).select(runs::due_at);
                let held: Option<Option<Stamp>> = for_update!(row).get_result(connection).await.optional()?;
                let Some(due_at) = held else { return Ok(CancelOutcome::NotFound) };
                if due_at.is_some() {
                    let open = runs::table.find((Uid::from(workspace), Uid(run.as_uuid())));
                    update(open).set(cancelled(now)).execute(connection).await?;
                    delete_input(connection, workspace.into(), Uid(run.as_uuid())).await?;
                }
                let run = find(connection, workspace, run).await?.ok_or(DieselError::NotFound)?;
                Ok(if due_at.is_some() {
                    CancelOutcome::Cancelled(run)
                } else {
                    CancelOutcome::Finished(run)
                })
            }
            .boxed()
        })
        .await
    }

    async fn output(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        part: u32,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        self.read(move |connection| {
            async move {
                run_outputs::table
                    .find((Uid::from(workspace), Uid(run.as_uuid()), i32::try_from(part).map_err(broken)?))
                    .select(run_outputs::bytes)
                    .get_result(connection)
                    .await
                    .optional()
            }
            .boxed()
        })
        .await
    }
}

fn queued(workspace: WorkspaceId, new: NewRun, now: OffsetDateTime) -> NewRow {
    let actor = new.by.actor;
    NewRow {
        workspace_id: workspace.into(),
        id: Uid(new.id.as_uuid()),
        kind: new.kind.to_string(),
        status: RunStatus::Queued.to_string(),
        options: Json(new.options),
        state: Json(Value::Null),
        done: 0,
        total: new.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX)),
        error_count: 0,
        actor_kind: actor.kind.to_string(),
        actor_id: actor.id.map(Uid),
        actor_name: actor.name,
        credential_id: Uid(new.credential),
        secret_hash: new.secret.as_bytes().to_vec(),
        request_id: new.by.request_id,
        due_at: Some(Stamp(now)),
        fence: 0,
        stalls: 0,
        created_at: Stamp(now),
    }
}

/// Holds the parts of a run's input, so that whoever [discards](Runs::discard_input) them waits and then sees the run. Fails
/// where one is missing.
async fn hold_input(connection: &mut Connection, workspace: WorkspaceId, new: &NewRun) -> QueryResult<()> {
    let parts = run_inputs::table
        .filter(run_inputs::workspace_id.eq(Uid::from(workspace)))
        .filter(run_inputs::run_id.eq(Uid(new.id.as_uuid())))
        .order(run_inputs::part)
        .select(run_inputs::part);
    let held: Vec<i32> = for_update!(parts).load(connection).await?;
    if u32::try_from(held.len()) == Ok(new.parts) { Ok(()) } else { Err(DieselError::RollbackTransaction) }
}

/// Deletes what a run reads: nobody will any more.
pub(super) async fn delete_input(connection: &mut Connection, workspace: Uid, run: Uid) -> QueryResult<()> {
    let parts =
        run_inputs::table.filter(run_inputs::workspace_id.eq(workspace)).filter(run_inputs::run_id.eq(run));
    delete(parts).execute(connection).await.map(drop)
}

type Cancelled = (
    diesel::dsl::Eq<runs::status, &'static str>,
    diesel::dsl::Eq<runs::due_at, Option<Stamp>>,
    diesel::dsl::Eq<runs::finished_at, Option<Stamp>>,
);

/// What a run that is not finished becomes. Its fence stays: whoever works on it sees that it is finished.
fn cancelled(now: OffsetDateTime) -> Cancelled {
    (
        runs::status.eq(RunStatus::Cancelled.as_str()),
        runs::due_at.eq(None::<Stamp>),
        runs::finished_at.eq(Some(Stamp(now))),
    )
}

/// Cancels what a credential has running, as it is being revoked; with one of its secrets only, where that is named.
pub(super) async fn cancel_started_by(
    connection: &mut Connection,
    credential: Uuid,
    secret: Option<SecretHash>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let open = runs::table.filter(runs::credential_id.eq(Uid(credential))).filter(runs::due_at.is_not_null());
    match secret {
        None => update(open).set(cancelled(now)).execute(connection).await.map(drop),
        Some(hash) => {
            let open = open.filter(runs::secret_hash.eq(hash.as_bytes().to_vec()));
            update(open).set(cancelled(now)).execute(connection).await.map(drop)
        }
    }
}

/// Cancels what a workspace has running, as it is being suspended.
pub(super) async fn cancel_of_workspace(
    connection: &mut Connection,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let open =
        runs::table.filter(runs::workspace_id.eq(Uid::from(workspace))).filter(runs::due_at.is_not_null());
    update(open).set(cancelled(now)).execute(connection).await.map(drop)
}

/// Cancels what the tokens of a member have running and may not do with the role that the member has now, if any.
pub(super) async fn cancel_beyond_role(
    connection: &mut Connection,
    creator: MemberId,
    role: Option<Role>,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let allowed = |kind: &RunKind| role.is_some_and(|role| role.scopes().contains(run_starter::scope(*kind)));
    let beyond: Vec<&str> =
        RunKind::ALL.iter().filter(|kind| !allowed(kind)).map(|kind| kind.as_str()).collect();
    for token in run_starter::tokens_of(connection, creator.into()).await? {
        let open = runs::table.filter(runs::credential_id.eq(token)).filter(runs::due_at.is_not_null());
        let open = open.filter(runs::kind.eq_any(&beyond));
        update(open).set(cancelled(now)).execute(connection).await?;
    }
    Ok(())
}

async fn find(connection: &mut Connection, workspace: WorkspaceId, id: RunId) -> QueryResult<Option<Run>> {
    let key = (Uid::from(workspace), Uid(id.as_uuid()));
    let row: Option<RunRow> =
        runs::table.find(key).select(RunRow::as_select()).get_result(connection).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let errors: Vec<ErrorRow> = run_errors::table
        .filter(run_errors::workspace_id.eq(key.0))
        .filter(run_errors::run_id.eq(key.1))
        .order(run_errors::position)
        .select(ErrorRow::as_select())
        .load(connection)
        .await?;
    row.with_errors(errors.into_iter().map(error).collect::<QueryResult<_>>()?).map(Some)
}

fn error(row: ErrorRow) -> QueryResult<RunError> {
    Ok(RunError { row: row.file_row.map(count).transpose()?, field: row.field, message: row.message })
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

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper, insert_into, update,
};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Actor, Page, PageLimit, Progress, Run, RunError, RunId, RunStatus, WorkspaceId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, Store,
    decode::{broken, count, word},
    idempotency, run_starter,
    schema::{run_errors, run_inputs, run_outputs, runs},
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
    result: Option<Json>,
    error_count: i64,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<Uid>,
    pub(super) actor_name: String,
    pub(super) request_id: Option<String>,
    created_at: Stamp,
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
                let revoked = run_starter::is_revoked(connection, &new).await?;
                insert_into(runs::table).values(queued(workspace, new, now)).execute(connection).await?;
                if revoked {
                    let row = runs::table.find((Uid::from(workspace), Uid(id.as_uuid())));
                    update(row).set(cancelled(now)).execute(connection).await?;
                }
                let run = find(connection, workspace, id).await?.ok_or(diesel::result::Error::NotFound)?;
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
                }
                let run = find(connection, workspace, run).await?.ok_or(diesel::result::Error::NotFound)?;
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
        created_at: Stamp(now),
    }
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

//! Runs as rows, and back.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper,
};
use leadkeep_domain::{Actor, Progress, Run, RunError, RunId, RunStatus, WorkspaceId};
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl,
    decode::{count, word},
    schema::{run_errors, runs},
};
use crate::{
    NewRun,
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
pub(super) struct NewRow {
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

/// The row of a run that waits.
pub(super) fn queued(workspace: WorkspaceId, new: NewRun, now: OffsetDateTime) -> NewRow {
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

pub(super) type Ended = (
    diesel::dsl::Eq<runs::status, &'static str>,
    diesel::dsl::Eq<runs::due_at, Option<Stamp>>,
    diesel::dsl::Eq<runs::finished_at, Option<Stamp>>,
);

/// What a run that has come to its end becomes. Its fence stays: whoever works on it sees that it is finished.
pub(super) fn ended(status: RunStatus, now: OffsetDateTime) -> Ended {
    (runs::status.eq(status.as_str()), runs::due_at.eq(None::<Stamp>), runs::finished_at.eq(Some(Stamp(now))))
}

/// The run with its errors.
pub(super) async fn find(connection: &mut Connection, key: (Uid, Uid)) -> QueryResult<Option<Run>> {
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

//! What runs read and write, in parts.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, delete, insert_into,
};
use leadkeep_domain::{RunId, WorkspaceId};
use time::{Duration, OffsetDateTime};

use super::{
    Connection, RunQueryDsl,
    decode::broken,
    schema::{run_inputs, run_outputs, runs},
    types::for_update,
};
use crate::columns::{Stamp, Uid};

/// How long parts are kept that no run claims.
const UPLOAD: Duration = Duration::DAY;

/// A run, as the key of its row.
pub(super) fn key(workspace: WorkspaceId, run: RunId) -> (Uid, Uid) {
    (workspace.into(), Uid(run.as_uuid()))
}

/// The queries of one of the two tables of parts, which are alike.
macro_rules! parts {
    ($module:ident, $table:ident) => {
        pub(super) mod $module {
            use super::*;

            pub(in super::super) async fn insert(
                connection: &mut Connection,
                (workspace, run): (Uid, Uid),
                part: u32,
                bytes: Vec<u8>,
                now: OffsetDateTime,
            ) -> QueryResult<()> {
                insert_into($table::table)
                    .values((
                        $table::workspace_id.eq(workspace),
                        $table::run_id.eq(run),
                        $table::part.eq(i32::try_from(part).map_err(broken)?),
                        $table::bytes.eq(bytes),
                        $table::created_at.eq(Stamp(now)),
                    ))
                    .execute(connection)
                    .await
                    .map(drop)
            }

            /// A part; none behind the last.
            pub(in super::super) async fn find(
                connection: &mut Connection,
                (workspace, run): (Uid, Uid),
                part: u32,
            ) -> QueryResult<Option<Vec<u8>>> {
                $table::table
                    .find((workspace, run, i32::try_from(part).map_err(broken)?))
                    .select($table::bytes)
                    .get_result(connection)
                    .await
                    .optional()
            }

            /// Deletes all parts of a run.
            pub(in super::super) async fn delete_all(
                connection: &mut Connection,
                (workspace, run): (Uid, Uid),
            ) -> QueryResult<()> {
                let parts =
                    $table::table.filter($table::workspace_id.eq(workspace)).filter($table::run_id.eq(run));
                delete(parts).execute(connection).await.map(drop)
            }
        }
    };
}

parts!(inputs, run_inputs);
parts!(outputs, run_outputs);

/// Whether there is the first part of what a run wrote, without reading it.
pub(super) async fn has_output(
    connection: &mut Connection,
    (workspace, run): (Uid, Uid),
) -> QueryResult<bool> {
    let first = run_outputs::table.find((workspace, run, 0)).select(run_outputs::part);
    let found: Option<i32> = first.get_result(connection).await.optional()?;
    Ok(found.is_some())
}

/// Holds the parts of a run's input, so that of whoever starts the run and whoever [discards](discard_input) them one waits
/// for the other. How many there are.
pub(super) async fn hold_input(
    connection: &mut Connection,
    (workspace, run): (Uid, Uid),
) -> QueryResult<usize> {
    let parts = run_inputs::table
        .filter(run_inputs::workspace_id.eq(workspace))
        .filter(run_inputs::run_id.eq(run))
        .order(run_inputs::part)
        .select(run_inputs::part);
    let held: Vec<i32> = for_update!(parts).load(connection).await?;
    Ok(held.len())
}

/// Deletes the parts of a run that is not to be; those of one that is are left alone.
pub(super) async fn discard_input(connection: &mut Connection, run: (Uid, Uid)) -> QueryResult<()> {
    hold_input(connection, run).await?;
    // Asked when the parts are held: a run that is being started holds them until it is there.
    let started: Option<Uid> =
        runs::table.find(run).select(runs::id).get_result(connection).await.optional()?;
    if started.is_none() { inputs::delete_all(connection, run).await } else { Ok(()) }
}

/// Deletes the oldest parts of inputs that nobody will read any more. Those that are still needed are passed over.
pub(super) async fn purge_inputs(
    connection: &mut Connection,
    now: OffsetDateTime,
    limit: i64,
) -> QueryResult<usize> {
    // Null where there is no such run. A single value is looked up row by row; of an EXISTS PostgreSQL may make a scan.
    let is_over = || {
        let run = runs::table.filter(runs::workspace_id.eq(run_inputs::workspace_id));
        run.filter(runs::id.eq(run_inputs::run_id)).select(runs::due_at.is_null()).single_value()
    };
    let was_given_up = is_over().is_null().and(run_inputs::created_at.le(Stamp(now - UPLOAD)));
    let oldest = run_inputs::table
        .filter(run_inputs::created_at.le(Stamp(now)))
        .filter(is_over().eq(true).or(was_given_up))
        .order(run_inputs::created_at)
        .limit(limit)
        .select((run_inputs::workspace_id, run_inputs::run_id, run_inputs::part));
    let oldest: Vec<(Uid, Uid, i32)> = oldest.load(connection).await?;
    let count = oldest.len();
    for part in oldest {
        delete(run_inputs::table.find(part)).execute(connection).await?;
    }
    Ok(count)
}

pub(super) async fn purge_outputs(
    connection: &mut Connection,
    before: OffsetDateTime,
    limit: i64,
) -> QueryResult<usize> {
    let oldest = run_outputs::table
        .filter(run_outputs::created_at.lt(Stamp(before)))
        .order(run_outputs::created_at)
        .limit(limit)
        .select((run_outputs::workspace_id, run_outputs::run_id, run_outputs::part));
    let oldest: Vec<(Uid, Uid, i32)> = oldest.load(connection).await?;
    let count = oldest.len();
    for part in oldest {
        delete(run_outputs::table.find(part)).execute(connection).await?;
    }
    Ok(count)
}

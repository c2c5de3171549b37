use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, delete, insert_into,
    update,
};
use futures_util::FutureExt;
use leadkeep_domain::{Run, RunError, RunId, RunKind, RunStatus};
use time::{Duration, OffsetDateTime};

use super::{
    Connection, RunQueryDsl, Store, ai_updates,
    decode::{broken, count, word},
    lead_import, run_files,
    run_rows::{self, RunRow},
    schema::{run_errors, runs},
    types::{for_update, for_update_if_free},
};
use crate::{
    Authorship, Claim, ClaimedRun, ImportBatch, NewAiUpdate, OutputPart, RunExecution, Step, StepAfterRows,
    StepAfterUpdate, StorageError,
    columns::{Json, Stamp, Uid},
};

/// The run of these kinds that has waited longest: a newer node may have started others.
macro_rules! due {
    ($now:expr, $kinds:expr) => {
        runs::table
            .filter(runs::due_at.le(Stamp($now)))
            .filter(runs::kind.eq_any($kinds.iter().map(|kind| kind.as_str())))
            .order(runs::due_at)
            .limit(1)
    };
}

#[async_trait]
impl RunExecution for Store {
    async fn claim(
        &self,
        lease: Duration,
        kinds: &'static [RunKind],
    ) -> Result<Option<ClaimedRun>, StorageError> {
        let clock = self.clock.clone();
        // Most of the time there is nothing to do: nobody waits for a writer to find that out.
        let now = clock.now();
        if !self.read(move |connection| is_any_due(connection, now, kinds).boxed()).await? {
            return Ok(None);
        }
        self.write(move |connection| {
            async move { claim(connection, lease, kinds, clock.now()).await }.boxed()
        })
        .await
    }

    async fn input(&self, claim: Claim, part: u32) -> Result<Option<Vec<u8>>, StorageError> {
        self.read(move |connection| {
            async move { run_files::inputs::find(connection, key(claim), part).await }.boxed()
        })
        .await
    }

    async fn import(
        &self,
        claim: Claim,
        batch: ImportBatch,
        step: StepAfterRows,
    ) -> Result<bool, StorageError> {
        let clock = self.clock.clone();
        self.write_at_leisure(move |connection| {
            async move {
                let now = clock.now();
                // Where the last batch was applied although nobody heard so, this one must not be built on what was before it.
                if !still_holds(connection, claim).await?
                    || done(connection, claim).await? != batch.done_before
                {
                    return Ok(false);
                }
                let outcomes = lead_import::apply(connection, claim.workspace, batch, now).await?;
                take(connection, claim, step(outcomes), now).await.map(|()| true)
            }
            .boxed()
        })
        .await
    }

    async fn ai_update(
        &self,
        claim: Claim,
        done_before: u64,
        new: NewAiUpdate,
        by: Authorship,
        step: StepAfterUpdate,
    ) -> Result<bool, StorageError> {
        let clock = self.clock.clone();
        self.write_at_leisure(move |connection| {
            async move {
                let now = clock.now();
                if !still_holds(connection, claim).await? || done(connection, claim).await? != done_before {
                    return Ok(false);
                }
                let outcome = ai_updates::apply(connection, claim.workspace, new, &by, now).await?;
                take(connection, claim, step(&outcome), now).await.map(|()| true)
            }
            .boxed()
        })
        .await
    }

    async fn renew(&self, claim: Claim) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                if !still_holds(connection, claim).await? {
                    return Ok(false);
                }
                let due_at = runs::due_at.eq(Some(Stamp(now + claim.lease)));
                update(runs::table.find(key(claim))).set(due_at).execute(connection).await.map(|_| true)
            }
            .boxed()
        })
        .await
    }

    async fn advance(&self, claim: Claim, step: Step) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write_at_leisure(move |connection| {
            async move {
                if !still_holds(connection, claim).await? {
                    return Ok(false);
                }
                take(connection, claim, step, now).await.map(|()| true)
            }
            .boxed()
        })
        .await
    }

    async fn finish(&self, claim: Claim, status: RunStatus, step: Step) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                if !still_holds(connection, claim).await? {
                    return Ok(false);
                }
                take(connection, claim, step, now).await?;
                end(connection, claim, status, now).await.map(|()| true)
            }
            .boxed()
        })
        .await
    }

    async fn abandon(&self, claim: Claim, error: RunError) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.write(move |connection| {
            async move {
                if !still_holds(connection, claim).await? {
                    return Ok(false);
                }
                add_errors(connection, claim, vec![error]).await?;
                let nothing_is_done = done(connection, claim).await? == 0;
                let status = if nothing_is_done { RunStatus::Failed } else { RunStatus::Cancelled };
                end(connection, claim, status, now).await.map(|()| true)
            }
            .boxed()
        })
        .await
    }

    async fn release(&self, claim: Claim, pause: Duration) -> Result<(), StorageError> {
        let due_at = Stamp(self.clock.now() + pause);
        self.write(move |connection| {
            async move {
                if still_holds(connection, claim).await? {
                    update(runs::table.find(key(claim)))
                        .set((runs::due_at.eq(Some(due_at)), runs::stalls.eq(0)))
                        .execute(connection)
                        .await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        let (now, limit) = (self.clock.now(), i64::try_from(limit).unwrap_or(i64::MAX));
        self.write_at_leisure(move |connection| {
            async move {
                let inputs = run_files::purge_inputs(connection, now, limit).await?;
                let outputs = run_files::purge_outputs(connection, before, limit).await?;
                Ok(inputs + outputs)
            }
            .boxed()
        })
        .await
    }
}

fn key(claim: Claim) -> (Uid, Uid) {
    run_files::key(claim.workspace, claim.run)
}

async fn is_any_due(
    connection: &mut Connection,
    now: OffsetDateTime,
    kinds: &'static [RunKind],
) -> QueryResult<bool> {
    // In order: of an EXISTS alone PostgreSQL thinks that many are due, and looks at all runs there are for the first of them.
    let due = due!(now, kinds).select(runs::id);
    let first: Option<Uid> = due.get_result(connection).await.optional()?;
    Ok(first.is_some())
}

/// A run that is due, with its fence and stalls, what it does, where it stands and when it began.
type DueRow = (RunRow, i32, i32, Json, Json, Option<Stamp>);

async fn claim(
    connection: &mut Connection,
    lease: Duration,
    kinds: &'static [RunKind],
    now: OffsetDateTime,
) -> QueryResult<Option<ClaimedRun>> {
    let due = due!(now, kinds).select((
        RunRow::as_select(),
        runs::fence,
        runs::stalls,
        runs::options,
        runs::state,
        runs::started_at,
    ));
    let found: Option<DueRow> = for_update_if_free!(due).get_result(connection).await.optional()?;
    let Some((row, fence, stalls, options, state, started_at)) = found else { return Ok(None) };
    let run = RunId::from_uuid(row.id.0);
    let claim = Claim { workspace: row.workspace_id.id(), run, fence: fence.wrapping_add(1), lease };
    update(runs::table.find(key(claim)))
        .set((
            runs::status.eq(RunStatus::Running.as_str()),
            runs::fence.eq(claim.fence),
            runs::stalls.eq(stalls.saturating_add(1)),
            runs::due_at.eq(Some(Stamp(now + lease))),
            runs::started_at.eq(Some(started_at.unwrap_or(Stamp(now)))),
        ))
        .execute(connection)
        .await?;
    Ok(Some(ClaimedRun {
        claim,
        kind: word(&row.kind)?,
        options: options.0,
        state: state.0,
        progress: row.progress()?,
        created_at: row.created_at.0,
        stalls: u32::try_from(stalls).unwrap_or_default(),
        by: Authorship::new(row.actor()?, row.request_id),
    }))
}

/// Whether nobody has taken the run since, and nobody cancelled it. The row is held until the end of the transaction.
async fn still_holds(connection: &mut Connection, claim: Claim) -> QueryResult<bool> {
    let row = runs::table.find(key(claim)).select((runs::fence, runs::due_at));
    let held: Option<(i32, Option<Stamp>)> = for_update!(row).get_result(connection).await.optional()?;
    Ok(held.is_some_and(|(fence, due_at)| fence == claim.fence && due_at.is_some()))
}

/// Ends the run: nobody takes it any more, and nobody reads its input.
async fn end(
    connection: &mut Connection,
    claim: Claim,
    status: RunStatus,
    now: OffsetDateTime,
) -> QueryResult<()> {
    update(runs::table.find(key(claim))).set(run_rows::ended(status, now)).execute(connection).await?;
    run_files::inputs::delete_all(connection, key(claim)).await
}

async fn done(connection: &mut Connection, claim: Claim) -> QueryResult<u64> {
    count(runs::table.find(key(claim)).select(runs::done).get_result(connection).await?)
}

async fn take(connection: &mut Connection, claim: Claim, step: Step, now: OffsetDateTime) -> QueryResult<()> {
    let Step { state, done, total, result, errors, output, again } = step;
    if again {
        forget_errors(connection, claim).await?;
        run_files::outputs::delete_all(connection, key(claim)).await?;
    }
    if let Some(OutputPart { part, bytes }) = output {
        run_files::outputs::insert(connection, key(claim), part, bytes, now).await?;
    }
    if !errors.is_empty() {
        add_errors(connection, claim, errors).await?;
    }
    let row = runs::table.find(key(claim));
    update(row)
        .set((
            runs::state.eq(Json(state)),
            runs::done.eq(i64::try_from(done).map_err(broken)?),
            runs::result.eq(result.map(Json)),
            runs::due_at.eq(Some(Stamp(now + claim.lease))),
            runs::stalls.eq(0),
        ))
        .execute(connection)
        .await?;
    if let Some(total) = total {
        let total = Some(i64::try_from(total).map_err(broken)?);
        update(row).set(runs::total.eq(total)).execute(connection).await?;
    }
    Ok(())
}

async fn forget_errors(connection: &mut Connection, claim: Claim) -> QueryResult<()> {
    let (workspace, run) = key(claim);
    let errors =
        run_errors::table.filter(run_errors::workspace_id.eq(workspace)).filter(run_errors::run_id.eq(run));
    delete(errors).execute(connection).await?;
    update(runs::table.find((workspace, run)))
        .set(runs::error_count.eq(0))
        .execute(connection)
        .await
        .map(drop)
}

/// Counts all errors, and keeps the first ones.
async fn add_errors(connection: &mut Connection, claim: Claim, errors: Vec<RunError>) -> QueryResult<()> {
    let (workspace, run) = key(claim);
    let row = runs::table.find((workspace, run));
    let before: i64 = row.select(runs::error_count).get_result(connection).await?;
    let after = before.saturating_add(i64::try_from(errors.len()).unwrap_or(i64::MAX));
    update(row).set(runs::error_count.eq(after)).execute(connection).await?;
    let kept = (before..i64::try_from(Run::MAX_ERRORS).unwrap_or(i64::MAX)).zip(errors);
    for (position, error) in kept {
        insert_into(run_errors::table)
            .values((
                run_errors::workspace_id.eq(workspace),
                run_errors::run_id.eq(run),
                run_errors::position.eq(i32::try_from(position).map_err(broken)?),
                run_errors::file_row.eq(error.row.map(i64::try_from).transpose().map_err(broken)?),
                run_errors::field.eq(error.field),
                run_errors::message.eq(error.message),
            ))
            .execute(connection)
            .await?;
    }
    Ok(())
}

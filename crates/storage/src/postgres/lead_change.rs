//! A lead that nobody else changes meanwhile is changed without being held, with others that are changed at the same time, and each with all that
//! changes with it at once.

use std::ops::ControlFlow;

use diesel::{ExpressionMethods, QueryDsl, QueryResult};
use futures_util::FutureExt;
use leadkeep_domain::{LeadId, MemberId, WorkspaceId};
use tokio::time::{Instant, timeout_at};

use super::{
    Connection, PATIENCE, RunQueryDsl, Store,
    gather::Gather,
    lead_change_statement::Statement,
    pool::Pool,
    queries::{
        lead_edit::{self, Changed},
        leads::{find, find_for_update, may_be_assigned},
        schema::lead_history,
    },
    settle,
};
use crate::{Authorship, LeadEdit, StorageError, UpdateOutcome, columns::Uid, measure};

/// Changes that are made at the same time: each, and whether it was written; nothing where nobody knows, or it could not be written with others.
pub(super) type LeadChanges = Gather<Change, (Change, Option<bool>)>;

/// Of a lead of this workspace, to be made until then.
pub(super) struct Change {
    workspace: WorkspaceId,
    changed: Box<Changed>,
    deadline: Instant,
}

impl Store {
    /// Changes a lead, in one transaction with others that are changed meanwhile.
    pub(super) async fn change(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: Authorship,
    ) -> Result<UpdateOutcome, StorageError> {
        let deadline = Instant::now() + PATIENCE;
        let change = async {
            let attempted = match self.attempt(deadline, workspace, lead, edit.clone(), &by).await? {
                ControlFlow::Break(outcome) => return Ok(outcome),
                ControlFlow::Continue(attempted) => attempted,
            };
            let now = self.clock.now();
            self.transact(deadline, move |connection| {
                async move {
                    if let Some(changed) = attempted
                        && is_written(connection, workspace, &changed).await?
                    {
                        return Ok(UpdateOutcome::Updated(changed.after));
                    }
                    lead_edit::edit_lead(connection, workspace, lead, edit, &by, now).await
                }
                .boxed()
            })
            .await
        };
        measure::writing(change.boxed()).await
    }

    /// What came of a change without holding the lead. Where it must be held, as somebody else changes it or another lead may be in its way: what nobody
    /// knows whether it was written.
    async fn attempt(
        &self,
        deadline: Instant,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: &Authorship,
    ) -> Result<ControlFlow<UpdateOutcome, Option<Box<Changed>>>, StorageError> {
        let found =
            self.read_until(deadline, move |connection| find(connection, workspace, lead).boxed()).await?;
        let Some(before) = found else { return Ok(ControlFlow::Break(UpdateOutcome::NotFound)) };
        let judged = lead_edit::judge(before, edit, by, self.clock.now());
        let changed = match judged.map_err(StorageError::unexpected)? {
            ControlFlow::Continue(changed) => changed,
            ControlFlow::Break(outcome) => return Ok(ControlFlow::Break(outcome)),
        };
        if changed.may_collide() {
            return Ok(ControlFlow::Continue(None));
        }
        if changed.is_reassigned()
            && !self.may_be_assigned(deadline, workspace, changed.after.fields.assigned_to).await?
        {
            return Ok(ControlFlow::Break(UpdateOutcome::UnknownAssignee));
        }
        let pool = self.together.clone();
        let write = move |changes| write_all(pool.clone(), changes);
        let change = Change { workspace, changed, deadline };
        let (Change { changed, .. }, written) = self.lead_changes.ask(change, deadline, write).await?;
        Ok(match written {
            Some(true) => ControlFlow::Break(UpdateOutcome::Updated(changed.after)),
            Some(false) => ControlFlow::Continue(None),
            None => ControlFlow::Continue(Some(changed)),
        })
    }

    /// Whether leads of the workspace may be assigned so.
    pub(super) async fn may_be_assigned(
        &self,
        deadline: Instant,
        workspace: WorkspaceId,
        assignee: Option<MemberId>,
    ) -> Result<bool, StorageError> {
        if assignee.is_none() {
            return Ok(true);
        }
        self.read_until(deadline, move |connection| may_be_assigned(connection, workspace, assignee).boxed())
            .await
    }
}

/// Whether the lead's history has this change. The lead is held: who still writes it, is waited for.
async fn is_written(
    connection: &mut Connection,
    workspace: WorkspaceId,
    changed: &Changed,
) -> QueryResult<bool> {
    let (lead, entries) = (changed.after.id, changed.entries.iter().map(|entry| entry.id));
    find_for_update(connection, workspace, lead).await?;
    let noted: Vec<Uid> = lead_history::table
        .filter(lead_history::workspace_id.eq(Uid::from(workspace)))
        .filter(lead_history::lead_id.eq(Uid::from(lead)))
        .filter(lead_history::id.eq_any(entries.collect::<Vec<_>>()))
        .select(lead_history::id)
        .load(connection)
        .await?;
    Ok(!noted.is_empty())
}

/// Writes changes in one transaction. Where that fails, nobody knows why: each is made by itself, by whoever asked for it.
async fn write_all(pool: Pool, changes: Vec<Change>) -> Vec<Result<(Change, Option<bool>), StorageError>> {
    let written = write_in_order(&pool, &changes).await.ok();
    let mut written = written.into_iter().flatten();
    changes.into_iter().map(|change| Ok((change, written.next()))).collect()
}

/// Whether each was written. They are written in the order of their leads, which is that of all who write so: these never wait for each other in a
/// circle. Nothing is begun that anybody was told is not done.
async fn write_in_order(pool: &Pool, changes: &[Change]) -> Result<Vec<bool>, StorageError> {
    let deadlines = || changes.iter().map(|change| change.deadline);
    let (Some(first), Some(last)) = (deadlines().min(), deadlines().max()) else { return Ok(Vec::new()) };
    let mut ordered: Vec<(usize, &Change)> = changes.iter().enumerate().collect();
    ordered.sort_by_key(|(_, change)| (change.workspace, change.changed.before.id));
    let statements = ordered.iter().map(|(_, change)| Statement::new(change.workspace, &change.changed));
    let mut connection = pool.get(first).await?;
    let found = timeout_at(last, connection.load_together::<_, Uid>(statements.collect())).await;
    let found = settle(connection, found)?;
    let mut written: Vec<(usize, bool)> =
        ordered.iter().zip(found).map(|((place, _), found)| (*place, !found.is_empty())).collect();
    written.sort_unstable();
    Ok(written.into_iter().map(|(_, written)| written).collect())
}

/// Writes a change with its tags, its words and its history; false, and nothing, where the lead is not as it was before.
pub(super) async fn write(
    connection: &mut Connection,
    workspace: WorkspaceId,
    changed: &Changed,
) -> QueryResult<bool> {
    let written: Vec<Uid> = Statement::new(workspace, changed).load(connection).await?;
    Ok(!written.is_empty())
}

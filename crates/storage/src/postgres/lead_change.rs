//! A lead that nobody else changes meanwhile is changed without being held, with others that are changed at the same time, and each with all that
//! changes with it at once.

use std::ops::ControlFlow;

use diesel::{
    AsChangeset, ExpressionMethods, QueryDsl, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid},
};
use futures_util::FutureExt;
use leadkeep_domain::{LeadId, MemberId, WorkspaceId};
use tokio::time::Instant;

use super::{
    Connection, PATIENCE, RunQueryDsl, Store,
    gather::Gather,
    pool::Pool,
    queries::{
        lead_edit::{self, Changed, Difference},
        lead_history::{NewEntry, OriginRow},
        lead_rows::{LeadRow, stored_version},
        leads::{find, find_for_update, may_be_assigned},
        schema::lead_history,
    },
    together::{Write, write_together},
};
use crate::{
    Authorship, LeadEdit, StorageError, UpdateOutcome,
    columns::{Json, Uid},
    measure,
};

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

impl Write for Change {
    type Key = (WorkspaceId, LeadId);

    fn key(&self) -> Self::Key {
        (self.workspace, self.changed.before.id)
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }

    fn statement(&self) -> impl Query<SqlType = Uuid> + QueryFragment<Pg> + QueryId + Send {
        Statement::new(self.workspace, &self.changed)
    }
}

/// Writes changes in one transaction. Where that fails, nobody knows why: each is made by itself, by whoever asked for it.
async fn write_all(pool: Pool, changes: Vec<Change>) -> Vec<Result<(Change, Option<bool>), StorageError>> {
    let all: Vec<&Change> = changes.iter().collect();
    let written = write_together(&pool, &all).await.ok();
    let mut written = written.into_iter().flatten();
    changes.into_iter().map(|change| Ok((change, written.next()))).collect()
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

/// All that changes with a lead, in one statement: each further one is a round trip. It has a row where the lead was changed, and changes nothing
/// where it is of another version, or somebody else holds it.
struct Statement<'a> {
    key: (Uid, Uid),
    version: i32,
    row: <LeadRow as AsChangeset>::Changeset,
    status_before: &'static str,
    tags: Difference,
    words: Difference,
    entries: Entries,
    origin: &'a OriginRow,
}

/// What is noted of each change, column by column.
#[derive(Default)]
struct Entries {
    ids: Vec<Uid>,
    fields: Vec<&'static str>,
    old_values: Vec<Json>,
    new_values: Vec<Json>,
}

impl<'a> Statement<'a> {
    fn new(workspace: WorkspaceId, changed: &'a Changed) -> Self {
        let Changed { before, after, entries: new, origin } = changed;
        let mut entries = Entries::default();
        for NewEntry { id, change } in new {
            entries.ids.push(*id);
            entries.fields.push(change.field.as_str());
            entries.old_values.push(Json(change.from.clone()));
            entries.new_values.push(Json(change.to.clone()));
        }
        Self {
            key: (workspace.into(), before.id.into()),
            version: stored_version(before),
            row: LeadRow::from(after).as_changeset(),
            status_before: before.status().as_str(),
            tags: changed.tags(),
            words: changed.words(),
            entries,
            origin,
        }
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.lead(out.reborrow())?;
        self.tags(out.reborrow())?;
        self.words(out.reborrow())?;
        self.history(out.reborrow())?;
        out.push_sql(" SELECT id FROM changed");
        Ok(())
    }
}

impl Statement<'_> {
    fn lead<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH held AS (SELECT workspace_id, id FROM leads WHERE workspace_id = ");
        out.push_bind_param::<Uuid, _>(&self.key.0)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Uuid, _>(&self.key.1)?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<Integer, _>(&self.version)?;
        out.push_sql(" FOR NO KEY UPDATE SKIP LOCKED), changed AS (UPDATE leads SET ");
        self.row.walk_ast(out.reborrow())?;
        out.push_sql(
            " FROM held WHERE leads.workspace_id = held.workspace_id AND leads.id = held.id \
             RETURNING leads.workspace_id, leads.id, leads.status, leads.updated_at)",
        );
        Ok(())
    }

    /// Tags say when their lead was changed.
    fn tags<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        const ITS: &str =
            " WHERE lead_tags.workspace_id = changed.workspace_id AND lead_tags.lead_id = changed.id";
        out.push_sql(", tags_gone AS (DELETE FROM lead_tags USING changed");
        out.push_sql(ITS);
        out.push_sql(" AND lead_tags.status = ");
        out.push_bind_param::<Text, _>(&self.status_before)?;
        out.push_sql(" AND lead_tags.tag = ANY(");
        out.push_bind_param::<Array<Text>, _>(&self.tags.gone)?;
        out.push_sql(")), tags_kept AS (UPDATE lead_tags SET updated_at = changed.updated_at FROM changed");
        out.push_sql(ITS);
        out.push_sql(" AND lead_tags.status = changed.status AND lead_tags.tag = ANY(");
        out.push_bind_param::<Array<Text>, _>(&self.tags.kept)?;
        out.push_sql(
            ")), tags_added AS (INSERT INTO lead_tags (workspace_id, tag, status, lead_id, updated_at) \
             SELECT workspace_id, unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.tags.added)?;
        out.push_sql("::text[]), status, id, updated_at FROM changed ON CONFLICT DO NOTHING)");
        Ok(())
    }

    fn words<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            ", words_gone AS (DELETE FROM lead_words USING changed \
             WHERE lead_words.workspace_id = changed.workspace_id AND lead_words.lead_id = changed.id \
             AND lead_words.status = ",
        );
        out.push_bind_param::<Text, _>(&self.status_before)?;
        out.push_sql(" AND lead_words.word = ANY(");
        out.push_bind_param::<Array<Text>, _>(&self.words.gone)?;
        out.push_sql(
            ")), words_added AS (INSERT INTO lead_words (workspace_id, word, status, lead_id) \
             SELECT workspace_id, unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.words.added)?;
        out.push_sql("::text[]), status, id FROM changed ON CONFLICT DO NOTHING)");
        Ok(())
    }

    fn history<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // All columns: a further one is not to be forgotten here.
        let OriginRow {
            actor_kind,
            actor_id,
            actor_name,
            request_id,
            created_at,
            version,
            ai_update_id,
            ai_provider,
        } = self.origin;
        out.push_sql(
            ", history AS (INSERT INTO lead_history (workspace_id, lead_id, id, field, old_value, new_value, \
             actor_kind, actor_id, actor_name, request_id, created_at, version, ai_update_id, ai_provider) \
             SELECT workspace_id, id, unnest(",
        );
        out.push_bind_param::<Array<Uuid>, _>(&self.entries.ids)?;
        out.push_sql("::uuid[]), unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.entries.fields)?;
        out.push_sql("::text[]), unnest(");
        out.push_bind_param::<Array<Jsonb>, _>(&self.entries.old_values)?;
        out.push_sql("::jsonb[]), unnest(");
        out.push_bind_param::<Array<Jsonb>, _>(&self.entries.new_values)?;
        out.push_sql("::jsonb[]), ");
        out.push_bind_param::<Text, _>(actor_kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Uuid>, _>(actor_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(actor_name)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(request_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Integer>, _>(version)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Uuid>, _>(ai_update_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(ai_provider)?;
        out.push_sql(" FROM changed)");
        Ok(())
    }
}

/// Its text is always the same.
impl QueryId for Statement<'_> {
    type QueryId = Statement<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Statement<'_> {
    type SqlType = Uuid;
}

//! A lead that nobody else changes meanwhile is changed without being held, with others that are changed at the same time, and each with all that
//! changes with it at once.

use diesel::{
    AsChangeset, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid},
};
use futures_util::FutureExt;
use leadkeep_domain::{LeadId, MemberId, WorkspaceId};
use tokio::time::{Instant, timeout_at};

use super::{
    Connection, PATIENCE, RunQueryDsl, Store,
    gather::Gather,
    pool::Pool,
    queries::{
        lead_edit::{self, Changed, Difference, Judged},
        lead_history::{EntryRow, OriginRow},
        lead_rows::LeadRow,
        leads::{find, may_be_assigned},
    },
    together::{Write, write_together},
};
use crate::{
    Authorship, LeadEdit, StorageError, UpdateOutcome,
    columns::{Json, Uid},
    measure,
};

/// Changes that are made at the same time: each, and whether it was written; nothing where they could not be written together.
pub(super) type LeadChanges = Gather<Change, (Change, Option<bool>)>;

/// Of a lead of this workspace.
pub(super) struct Change {
    workspace: WorkspaceId,
    changed: Box<Changed>,
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
        let change = async {
            if let Some(outcome) = self.change_with_others(workspace, lead, edit.clone(), &by).await? {
                return Ok(outcome);
            }
            let clock = self.clock.clone();
            self.write(move |connection| {
                async move { lead_edit::edit_lead(connection, workspace, lead, edit, &by, clock.now()).await }
                    .boxed()
            })
            .await
        };
        match timeout_at(Instant::now() + PATIENCE, change.boxed()).await {
            Ok(result) => result,
            Err(_) => Err(StorageError::unavailable("no answer in time")),
        }
    }

    /// What came of it. None, and nothing is written, where the lead is to be held meanwhile: somebody else changes it, or another lead may be in
    /// its way.
    async fn change_with_others(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: &Authorship,
    ) -> Result<Option<UpdateOutcome>, StorageError> {
        let found = self.read(move |connection| find(connection, workspace, lead).boxed()).await?;
        let Some(before) = found else { return Ok(Some(UpdateOutcome::NotFound)) };
        let judged = lead_edit::judge(before, edit, by, self.clock.now());
        let changed = match judged.map_err(StorageError::unexpected)? {
            Judged::Changed(changed) => changed,
            Judged::Decided(outcome) => return Ok(Some(outcome)),
        };
        if changed.may_collide() {
            return Ok(None);
        }
        if changed.is_reassigned()
            && !self.may_be_assigned(workspace, changed.after.fields.assigned_to).await?
        {
            return Ok(Some(UpdateOutcome::UnknownAssignee));
        }
        let pool = self.together.clone();
        let write = move |changes| write_all(pool.clone(), changes);
        let written = self.lead_changes.ask(Change { workspace, changed }, write);
        let (change, written) = measure::writing(written).await?;
        Ok((written == Some(true)).then_some(UpdateOutcome::Updated(change.changed.after)))
    }

    /// Whether leads of the workspace may be assigned so.
    pub(super) async fn may_be_assigned(
        &self,
        workspace: WorkspaceId,
        assignee: Option<MemberId>,
    ) -> Result<bool, StorageError> {
        if assignee.is_none() {
            return Ok(true);
        }
        self.read(move |connection| may_be_assigned(connection, workspace, assignee).boxed()).await
    }
}

impl Write for Change {
    type Key = (WorkspaceId, LeadId);

    fn key(&self) -> Self::Key {
        (self.workspace, self.changed.before.id)
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
/// where it is of another version.
struct Statement {
    key: (Uid, Uid),
    version: i32,
    row: <LeadRow as AsChangeset>::Changeset,
    status_before: &'static str,
    tags: Difference,
    words: Difference,
    entries: Entries,
    origin: OriginRow,
}

/// What is noted of each change.
#[derive(Default)]
struct Entries {
    ids: Vec<Uid>,
    fields: Vec<String>,
    old_values: Vec<Json>,
    new_values: Vec<Json>,
}

impl Statement {
    fn new(workspace: WorkspaceId, changed: &Changed) -> Self {
        let Changed { before, after, changes, origin } = changed;
        let mut entries = Entries::default();
        for change in changes {
            let entry = EntryRow::new(change.clone(), origin.clone());
            entries.ids.push(entry.id);
            entries.fields.push(entry.field);
            entries.old_values.push(entry.old_value);
            entries.new_values.push(entry.new_value);
        }
        let before_row = LeadRow::from(before);
        Self {
            key: (workspace.into(), before.id.into()),
            version: before_row.version,
            row: LeadRow::from(after).as_changeset(),
            status_before: before.status().as_str(),
            tags: changed.tags(),
            words: changed.words(),
            entries,
            origin: origin.clone(),
        }
    }
}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.lead(out.reborrow())?;
        self.tags(out.reborrow())?;
        self.words(out.reborrow())?;
        self.history(out.reborrow())?;
        out.push_sql(" SELECT id FROM changed");
        Ok(())
    }
}

impl Statement {
    fn lead<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH changed AS (UPDATE leads SET ");
        self.row.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE workspace_id = ");
        out.push_bind_param::<Uuid, _>(&self.key.0)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Uuid, _>(&self.key.1)?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<Integer, _>(&self.version)?;
        out.push_sql(" RETURNING workspace_id, id, status, updated_at)");
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
        out.push_sql("), status, id, updated_at FROM changed)");
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
        out.push_sql("), status, id FROM changed)");
        Ok(())
    }

    fn history<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (entries, origin) = (&self.entries, &self.origin);
        out.push_sql(
            ", history AS (INSERT INTO lead_history (workspace_id, lead_id, id, field, old_value, new_value, \
             actor_kind, actor_id, actor_name, request_id, created_at, version, ai_update_id, ai_provider) \
             SELECT workspace_id, id, unnest(",
        );
        out.push_bind_param::<Array<Uuid>, _>(&entries.ids)?;
        out.push_sql("), unnest(");
        out.push_bind_param::<Array<Text>, _>(&entries.fields)?;
        out.push_sql("), unnest(");
        out.push_bind_param::<Array<Jsonb>, _>(&entries.old_values)?;
        out.push_sql("), unnest(");
        out.push_bind_param::<Array<Jsonb>, _>(&entries.new_values)?;
        out.push_sql("), ");
        out.push_bind_param::<Text, _>(&origin.actor_kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Uuid>, _>(&origin.actor_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&origin.actor_name)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&origin.request_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&origin.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Integer>, _>(&origin.version)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Uuid>, _>(&origin.ai_update_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&origin.ai_provider)?;
        out.push_sql(" FROM changed)");
        Ok(())
    }
}

/// Its text is always the same.
impl QueryId for Statement {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Statement {
    type SqlType = Uuid;
}

use diesel::{
    AsChangeset, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid},
};
use leadkeep_domain::WorkspaceId;

use super::queries::{
    lead_edit::{Changed, Difference},
    lead_history::{NewEntry, OriginRow},
    lead_rows::{WholeRow, stored_version, whole_row},
};
use crate::columns::{Json, Uid};

/// All that changes with a lead, in one statement: each further one is a round trip. It has a row where the lead was changed, and changes nothing
/// where it is of another version, or somebody else holds it.
pub(super) struct Statement<'a> {
    key: (Uid, Uid),
    version: i32,
    row: <WholeRow as AsChangeset>::Changeset,
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
    pub(super) fn new(workspace: WorkspaceId, changed: &'a Changed) -> Self {
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
            row: whole_row(after).as_changeset(),
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

use std::collections::HashSet;

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, Queryable, Selectable,
    SelectableHelper,
};
use leadkeep_domain::{
    Actor, AiOrigin, AiUpdateId, Change, Field, HistoryEntry, LeadId, Page, PageLimit, Version, WorkspaceId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl,
    decode::{broken, word},
    schema::{lead_history, leads},
};
use crate::{
    Authorship,
    columns::{Json, Stamp, Uid},
};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = lead_history, treat_none_as_default_value = false)]
pub(in super::super) struct EntryRow {
    pub(in super::super) id: Uid,
    pub(in super::super) field: String,
    pub(in super::super) old_value: Json,
    pub(in super::super) new_value: Json,
    #[diesel(embed)]
    pub(in super::super) origin: OriginRow,
}

/// By whom and when a lead became of a version: the same for all entries of one change.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = lead_history, treat_none_as_default_value = false)]
pub(in super::super) struct OriginRow {
    pub(in super::super) actor_kind: String,
    pub(in super::super) actor_id: Option<Uid>,
    pub(in super::super) actor_name: String,
    pub(in super::super) request_id: Option<String>,
    pub(in super::super) created_at: Stamp,
    pub(in super::super) version: Option<i32>,
    pub(in super::super) ai_update_id: Option<Uid>,
    pub(in super::super) ai_provider: Option<String>,
}

/// A change that is to be noted.
#[derive(Clone)]
pub(in super::super) struct NewEntry {
    pub(in super::super) id: Uid,
    pub(in super::super) change: Change,
}

impl From<Change> for NewEntry {
    fn from(change: Change) -> Self {
        Self { id: Uid(Uuid::now_v7()), change }
    }
}

impl EntryRow {
    pub(in super::super) fn new(NewEntry { id, change }: NewEntry, origin: OriginRow) -> Self {
        Self {
            id,
            field: change.field.to_string(),
            old_value: Json(change.from),
            new_value: Json(change.to),
            origin,
        }
    }
}

impl OriginRow {
    pub(super) fn new(version: Version, by: &Authorship, now: OffsetDateTime) -> QueryResult<Self> {
        Ok(Self {
            actor_kind: by.actor.kind.to_string(),
            actor_id: by.actor.id.map(Uid),
            actor_name: by.actor.name.clone(),
            request_id: by.request_id.clone(),
            created_at: Stamp(now),
            version: Some(stored_version(version)?),
            ai_update_id: by.smart_update.map(|origin| origin.update.into()),
            ai_provider: by.smart_update.map(|origin| origin.provider.to_string()),
        })
    }
}

impl TryFrom<EntryRow> for HistoryEntry {
    type Error = diesel::result::Error;

    fn try_from(row: EntryRow) -> QueryResult<Self> {
        let origin = row.origin;
        let smart_update = origin.ai_update_id.zip(origin.ai_provider);
        Ok(Self {
            id: row.id.0,
            change: Change { field: word(&row.field)?, from: row.old_value.0, to: row.new_value.0 },
            actor: Actor {
                kind: word(&origin.actor_kind)?,
                id: origin.actor_id.map(|id| id.0),
                name: origin.actor_name,
            },
            request_id: origin.request_id,
            smart_update: smart_update
                .map(|(update, provider)| {
                    Ok::<_, Self::Error>(AiOrigin { update: update.id(), provider: word(&provider)? })
                })
                .transpose()?,
            at: origin.created_at.0,
        })
    }
}

/// The changes of these fields after this version: each field, with the smart update that it comes from.
pub(super) async fn changed_since(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: LeadId,
    version: i32,
    fields: &[Field],
) -> QueryResult<Vec<(Field, Option<AiUpdateId>)>> {
    let rows: Vec<(String, Option<Uid>)> = lead_history::table
        .filter(lead_history::workspace_id.eq(Uid::from(workspace)))
        .filter(lead_history::lead_id.eq(Uid::from(lead)))
        .filter(lead_history::version.gt(version))
        .filter(lead_history::field.eq_any(fields.iter().map(|field| field.as_str())))
        .select((lead_history::field, lead_history::ai_update_id))
        .load(connection)
        .await?;
    let each: HashSet<(String, Option<Uid>)> = rows.into_iter().collect();
    each.into_iter().map(|(field, update)| Ok((word(&field)?, update.map(Uid::id)))).collect()
}

pub(super) fn stored_version(version: Version) -> QueryResult<i32> {
    i32::try_from(version.get()).map_err(broken)
}

/// A page of entries, newest first; none if the lead is not there.
pub(super) async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: LeadId,
    after: Option<Uuid>,
    limit: PageLimit,
) -> QueryResult<Option<Page<HistoryEntry>>> {
    let known = leads::table
        .find((Uid::from(workspace), Uid::from(lead)))
        .select(leads::id)
        .get_result::<Uid>(connection)
        .await
        .optional()?;
    if known.is_none() {
        return Ok(None);
    }
    let mut query = lead_history::table
        .filter(lead_history::workspace_id.eq(Uid::from(workspace)))
        .filter(lead_history::lead_id.eq(Uid::from(lead)))
        .order(lead_history::id.desc())
        .limit(limit.one_more())
        .select(EntryRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(lead_history::id.lt(Uid(after)));
    }
    let rows = query.load(connection).await?;
    let entries = rows.into_iter().map(HistoryEntry::try_from).collect::<QueryResult<_>>()?;
    Ok(Some(Page::from_one_more(entries, limit)))
}

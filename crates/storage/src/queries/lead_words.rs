//! The words that leads are found by, beside them. They change with the lead, in its transaction.

use std::collections::BTreeSet;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, delete, dsl::exists,
};
use diesel_async::{AsyncConnectionCore, RunQueryDsl};
use leadkeep_domain::{Lead, LeadFilter, LeadPosition, LeadStatus, Search, WorkspaceId, words_of};

use super::{
    Connection, lead_list,
    lead_rows::LeadRow,
    schema::{lead_tags, lead_words, leads},
    types::{UidSql, insert_all},
};
use crate::columns::{Stamp, Uid};

/// Keeps the words of a lead that is new.
pub(super) async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
) -> QueryResult<()> {
    add(connection, workspace, lead, words_of(&lead.fields)).await
}

/// Keeps the words of a lead that has changed: most changes leave them as they are.
pub(super) async fn replace(
    connection: &mut Connection,
    workspace: WorkspaceId,
    before: &Lead,
    after: &Lead,
) -> QueryResult<()> {
    let (old, new) = (words_of(&before.fields), words_of(&after.fields));
    let moved = before.status() != after.status();
    let gone = old.iter().filter(|word| moved || !new.contains(*word));
    for word in gone {
        let key = (Uid::from(workspace), word, before.status().as_str(), Uid::from(before.id));
        delete(lead_words::table.find(key)).execute(connection).await?;
    }
    let added = new.into_iter().filter(|word| moved || !old.contains(word)).collect();
    add(connection, workspace, after, added).await
}

async fn add(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    words: BTreeSet<String>,
) -> QueryResult<()> {
    let row = |word| {
        (
            lead_words::workspace_id.eq(Uid::from(workspace)),
            lead_words::word.eq(word),
            lead_words::status.eq(lead.status().as_str()),
            lead_words::lead_id.eq(Uid::from(lead.id)),
        )
    };
    insert_all!(connection, lead_words::table, words.into_iter().map(row))
}

/// Everything that begins with a word is before this.
pub(super) fn behind(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

type Found<'a> = lead_words::BoxedQuery<'a, <Connection as AsyncConnectionCore>::Backend, UidSql>;

/// The leads of a status that have a word that begins so, each as often as it has such a word.
fn having(workspace: WorkspaceId, status: LeadStatus, prefix: &str) -> Found<'_> {
    lead_words::table
        .filter(lead_words::workspace_id.eq(Uid::from(workspace)))
        .filter(lead_words::status.eq(status.as_str()))
        .filter(lead_words::word.ge(prefix))
        .filter(lead_words::word.lt(behind(prefix)))
        .select(lead_words::lead_id)
        .into_boxed()
}

/// Leads that have all the words. Words that many have are soon met on a walk through the list; what few have is found by the
/// words, and sorted. Nothing else knows how many those are.
pub(super) async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    search: &Search,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Vec<Lead>> {
    if have_many(connection, workspace, status, search.prefixes().0).await? {
        let met = meet(connection, workspace, filter, search, status, after, limit).await?;
        if let Some(leads) = met {
            return Ok(leads);
        }
    }
    sorted(connection, workspace, filter, search, status, after, limit).await
}

/// How many words are sorted within some milliseconds.
const MANY: i64 = 5000;

/// How many leads are looked at on a walk, at a time, and how often.
const STRETCH: i64 = 250;
const STRETCHES: usize = 4;

/// Whether a word begins so in more leads than are sorted at once. Counts no further.
async fn have_many(
    connection: &mut Connection,
    workspace: WorkspaceId,
    status: LeadStatus,
    prefix: &str,
) -> QueryResult<bool> {
    let beyond: Option<Uid> =
        having(workspace, status, prefix).offset(MANY).limit(1).first(connection).await.optional()?;
    Ok(beyond.is_some())
}

/// Those that are met on a walk through the list. None if it did not come to a whole page, nor to the end: what many leads have may
/// all be far behind.
async fn meet(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    search: &Search,
    status: LeadStatus,
    mut after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Option<Vec<Lead>>> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let filter = LeadFilter { search: None, order: Some(filter.order()), ..filter.clone() };
    let mut met = Vec::new();
    for _ in 0..STRETCHES {
        let stretch = lead_list::walk(connection, workspace, &filter, status, after, STRETCH).await?;
        let is_last = i64::try_from(stretch.len()).unwrap_or(STRETCH) < STRETCH;
        after = stretch.last().map(|lead| filter.order().position(lead));
        met.extend(stretch.into_iter().filter(|lead| search.finds(&words_of(&lead.fields))));
        if is_last || met.len() >= wanted {
            met.truncate(wanted);
            return Ok(Some(met));
        }
    }
    Ok(None)
}

/// All that have the words, sorted.
async fn sorted(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &LeadFilter,
    search: &Search,
    status: LeadStatus,
    after: Option<LeadPosition>,
    limit: i64,
) -> QueryResult<Vec<Lead>> {
    let (first, others) = search.prefixes();
    let found = having(workspace, status, first).distinct().limit(limit);
    let mut found = if filter.order().is_descending() {
        found.order(lead_words::lead_id.desc())
    } else {
        found.order(lead_words::lead_id.asc())
    };
    if let Some(LeadPosition::Id(id) | LeadPosition::Updated(_, id)) = after {
        found = if filter.order().is_descending() {
            found.filter(lead_words::lead_id.lt(Uid::from(id)))
        } else {
            found.filter(lead_words::lead_id.gt(Uid::from(id)))
        };
    }
    for prefix in others {
        found = found.filter(lead_words::lead_id.eq_any(having(workspace, status, prefix)));
    }
    let lead = leads::table
        .filter(leads::workspace_id.eq(lead_words::workspace_id))
        .filter(leads::id.eq(lead_words::lead_id));
    if let Some(member) = filter.assigned_to {
        found = found.filter(exists(lead.filter(leads::assigned_to.eq(Uid::from(member)))));
    }
    if let Some(time) = filter.updated_after {
        found = found.filter(exists(lead.filter(leads::updated_at.gt(Stamp(time)))));
    }
    if let Some(tag) = &filter.tag {
        let tagged = lead_tags::table
            .filter(lead_tags::workspace_id.eq(lead_words::workspace_id))
            .filter(lead_tags::tag.eq(tag.to_string()))
            .filter(lead_tags::status.eq(lead_words::status))
            .filter(lead_tags::lead_id.eq(lead_words::lead_id));
        found = found.filter(exists(tagged));
    }
    let ids: Vec<Uid> = found.load(connection).await?;
    let rows: Vec<LeadRow> = leads::table
        .filter(leads::workspace_id.eq(Uid::from(workspace)))
        .filter(leads::id.eq_any(&ids))
        .select(LeadRow::as_select())
        .load(connection)
        .await?;
    let found: QueryResult<Vec<Lead>> = rows.into_iter().map(Lead::try_from).collect();
    let mut found = found?;
    found.sort_by(|one, other| filter.order().compare(one, other));
    Ok(found)
}

use diesel::{ExpressionMethods, QueryResult, insert_into};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, WorkspaceId, words_of};

use super::{
    Connection, RunQueryDsl, Store,
    queries::{
        lead_history::EntryRow,
        lead_rows::whole_row,
        lead_tags::tag_row,
        lead_words::word_row,
        leads::{self, NewLead},
        schema::{lead_history, lead_tags, lead_words, leads as rows},
    },
};
use crate::{InsertOutcome, StorageError, columns::Uid};

impl Store {
    /// Creates a lead.
    pub(super) async fn create(&self, new: NewLead) -> Result<InsertOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write_repeatably(move |connection| {
            let (new, now) = (new.clone(), clock.now());
            async move { leads::insert(connection, new, now).await }.boxed()
        })
        .await
    }
}

/// Writes a lead with its tags, its words and the beginning of its history; false, and nothing, where another has its e-mail.
pub(super) async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    beginning: EntryRow,
) -> QueryResult<bool> {
    let inserted = insert_into(rows::table)
        .values((rows::workspace_id.eq(Uid::from(workspace)), whole_row(lead)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    insert_tags(connection, workspace, lead, lead.fields.tags.iter().map(ToString::to_string)).await?;
    insert_words(connection, workspace, lead, words_of(&lead.fields)).await?;
    note(connection, workspace, lead, beginning).await?;
    Ok(true)
}

/// Lets a lead be found by tags. One statement for each row is prepared once, for ever; one for all would be prepared for each number of them.
pub(super) async fn insert_tags(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    tags: impl IntoIterator<Item = String>,
) -> QueryResult<()> {
    for tag in tags {
        let row = tag_row(workspace.into(), lead, tag);
        insert_into(lead_tags::table).values(row).on_conflict_do_nothing().execute(connection).await?;
    }
    Ok(())
}

/// Lets a lead be found by words.
pub(super) async fn insert_words(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    words: impl IntoIterator<Item = String>,
) -> QueryResult<()> {
    for word in words {
        let row = word_row(workspace.into(), lead, word);
        insert_into(lead_words::table).values(row).on_conflict_do_nothing().execute(connection).await?;
    }
    Ok(())
}

/// Puts an entry into a lead's history.
pub(super) async fn note(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    entry: EntryRow,
) -> QueryResult<()> {
    let key =
        (lead_history::workspace_id.eq(Uid::from(workspace)), lead_history::lead_id.eq(Uid::from(lead.id)));
    insert_into(lead_history::table).values((key, entry)).execute(connection).await.map(drop)
}

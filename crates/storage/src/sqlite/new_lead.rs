use diesel::{ExpressionMethods, QueryResult, insert_into};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, WorkspaceId, words_of};

use super::{
    Connection, RunQueryDsl, Store,
    queries::{
        lead_history::{self, EntryRow},
        lead_rows::{LeadRow, tag_rows},
        lead_words::word_row,
        leads::{self, NewLead},
        schema::{lead_tags, lead_words, leads as rows},
    },
    types::insert_all,
};
use crate::{InsertOutcome, StorageError, columns::Uid};

impl Store {
    /// Creates a lead.
    pub(super) async fn create(&self, new: NewLead) -> Result<InsertOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| async move { leads::insert(connection, new, clock.now()).await }.boxed())
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
        .values((rows::workspace_id.eq(Uid::from(workspace)), LeadRow::from(lead)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    insert_all!(connection, lead_tags::table, tag_rows(workspace, lead).into_iter())?;
    let words = words_of(&lead.fields).into_iter().map(|word| word_row(workspace.into(), lead, word));
    insert_all!(connection, lead_words::table, words)?;
    lead_history::insert(connection, workspace, lead.id, beginning).await?;
    Ok(true)
}

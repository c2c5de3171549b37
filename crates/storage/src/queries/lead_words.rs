//! The words that leads are found by, beside them. They change with the lead, in its transaction.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, delete, dsl::Eq};
use leadkeep_domain::{Lead, WorkspaceId, words_of};

use super::{Connection, RunQueryDsl, schema::lead_words, types::insert_all};
use crate::columns::Uid;

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
    let added = new.into_iter().filter(|word| moved || !old.contains(word));
    insert_all!(connection, lead_words::table, added.map(|word| word_row(workspace.into(), after, word)))
}

/// A row of the table.
pub(in super::super) type Row = (
    Eq<lead_words::workspace_id, Uid>,
    Eq<lead_words::word, String>,
    Eq<lead_words::status, &'static str>,
    Eq<lead_words::lead_id, Uid>,
);

pub(in super::super) fn word_row(workspace: Uid, lead: &Lead, word: String) -> Row {
    (
        lead_words::workspace_id.eq(workspace),
        lead_words::word.eq(word),
        lead_words::status.eq(lead.status().as_str()),
        lead_words::lead_id.eq(Uid::from(lead.id)),
    )
}

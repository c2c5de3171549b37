use diesel::{ExpressionMethods, QueryDsl, QueryResult, delete, update};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, LeadId, WorkspaceId};

use super::{
    Connection, RunQueryDsl, Store,
    new_lead::{insert_tags, insert_words, note},
    queries::{
        lead_edit::{self, Changed},
        lead_history::EntryRow,
        lead_rows::whole_row,
        schema::{lead_tags, lead_words, leads},
    },
};
use crate::{
    Authorship, LeadEdit, StorageError, UpdateOutcome,
    columns::{Stamp, Uid},
};

impl Store {
    /// Changes a lead.
    pub(super) async fn change(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: Authorship,
    ) -> Result<UpdateOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write_repeatably(move |connection| {
            let (edit, by, now) = (edit.clone(), by.clone(), clock.now());
            async move { lead_edit::edit_lead(connection, workspace, lead, edit, &by, now).await }.boxed()
        })
        .await
    }
}

/// Writes a change of a lead that nobody else changes meanwhile, with its tags, its words and its history.
pub(super) async fn write(
    connection: &mut Connection,
    workspace: WorkspaceId,
    changed: &Changed,
) -> QueryResult<bool> {
    let (lead, key) = (&changed.after, (Uid::from(workspace), Uid::from(changed.after.id)));
    update(leads::table.find(key)).set(whole_row(lead)).execute(connection).await?;
    write_tags(connection, workspace, changed).await?;
    write_words(connection, workspace, changed).await?;
    for entry in &changed.entries {
        let row = EntryRow::new(entry.clone(), changed.origin.clone());
        note(connection, workspace, lead, row).await?;
    }
    Ok(true)
}

/// Tags say when their lead was changed.
async fn write_tags(
    connection: &mut Connection,
    workspace: WorkspaceId,
    changed: &Changed,
) -> QueryResult<()> {
    let (before, lead, tags) = (&changed.before, &changed.after, changed.tags());
    let key = |tag, of: &Lead| (Uid::from(workspace), tag, of.status().as_str(), Uid::from(of.id));
    for tag in tags.gone {
        delete(lead_tags::table.find(key(tag, before))).execute(connection).await?;
    }
    for tag in tags.kept {
        let kept = update(lead_tags::table.find(key(tag, lead)));
        kept.set(lead_tags::updated_at.eq(Stamp(lead.updated_at))).execute(connection).await?;
    }
    insert_tags(connection, workspace, lead, tags.added).await
}

/// Most changes leave the words as they are.
async fn write_words(
    connection: &mut Connection,
    workspace: WorkspaceId,
    changed: &Changed,
) -> QueryResult<()> {
    let (before, words) = (&changed.before, changed.words());
    for word in words.gone {
        let key = (Uid::from(workspace), word, before.status().as_str(), Uid::from(before.id));
        delete(lead_words::table.find(key)).execute(connection).await?;
    }
    insert_words(connection, workspace, &changed.after, words.added).await
}

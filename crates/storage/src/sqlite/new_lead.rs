use diesel::{ExpressionMethods, QueryResult, insert_into, query_builder::QueryFragment, sqlite::Sqlite};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, WorkspaceId, words_of};

use super::{
    Connection, RunQueryDsl, Store,
    fixed::Fixed,
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
    if row(workspace, lead).execute(connection).await? == 0 {
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
        Fixed(insert_into(lead_tags::table).values(row).on_conflict_do_nothing()).execute(connection).await?;
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
        Fixed(insert_into(lead_words::table).values(row).on_conflict_do_nothing())
            .execute(connection)
            .await?;
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
    entry_row(workspace, lead, entry).execute(connection).await.map(drop)
}

fn row(workspace: WorkspaceId, lead: &Lead) -> Fixed<impl QueryFragment<Sqlite> + use<>> {
    let row = (rows::workspace_id.eq(Uid::from(workspace)), whole_row(lead));
    Fixed(insert_into(rows::table).values(row).on_conflict_do_nothing())
}

fn entry_row(
    workspace: WorkspaceId,
    lead: &Lead,
    entry: EntryRow,
) -> Fixed<impl QueryFragment<Sqlite> + use<>> {
    let key =
        (lead_history::workspace_id.eq(Uid::from(workspace)), lead_history::lead_id.eq(Uid::from(lead.id)));
    Fixed(insert_into(lead_history::table).values((key, entry)))
}

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use leadkeep_domain::{Change, Currency, Email, Field, LeadFields, MinorUnits};
    use serde_json::{Value, json};
    use time::OffsetDateTime;

    use super::*;
    use crate::{columns::Stamp, sqlite::queries::lead_history::OriginRow};

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn text(statement: &impl QueryFragment<Sqlite>) -> String {
        let text = debug_query::<Sqlite, _>(statement).to_string();
        text.split(" -- binds").next().unwrap().to_owned()
    }

    /// What is prepared once for a type must be right for all of its values.
    #[test]
    fn what_is_absent_is_not_left_out_of_a_lead() {
        let bare = LeadFields::new(Email::parse("john@acme.com").unwrap(), Currency::USD);
        let full = LeadFields {
            name: Some("John".parse().unwrap()),
            deal_value: Some(MinorUnits::parse(100).unwrap()),
            ..bare.clone()
        };
        let text = |fields| text(&row(WorkspaceId::generate(), &Lead::create(fields, NOW)));
        assert!(text(full.clone()).contains("`name`"));
        assert_eq!(text(full), text(bare));
    }

    #[test]
    fn what_is_absent_is_not_left_out_of_an_entry() {
        let change = Change { field: Field::Name, from: Value::Null, to: json!("John") };
        let text = |request_id: Option<&str>| {
            let origin = OriginRow {
                actor_kind: "operator".to_owned(),
                actor_id: None,
                actor_name: "Operator".to_owned(),
                request_id: request_id.map(str::to_owned),
                created_at: Stamp(NOW),
                version: request_id.map(|_| 1),
                ai_update_id: None,
                ai_provider: None,
            };
            let fields = LeadFields::new(Email::parse("john@acme.com").unwrap(), Currency::USD);
            let entry = EntryRow::new(change.clone().into(), origin);
            text(&entry_row(WorkspaceId::generate(), &Lead::create(fields, NOW), entry))
        };
        assert!(text(None).contains("`request_id`"));
        assert_eq!(text(None), text(Some("a")));
    }
}

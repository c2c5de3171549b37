//! Leads are created together where they are created at the same time, and each with all that it consists of at once.

use std::collections::HashSet;

use diesel::{
    ExpressionMethods, QueryResult, insert_into, pg::Pg, query_builder::QueryFragment, sql_types::Uuid,
};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, WorkspaceId, words_of};
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};

use super::{
    Connection, PATIENCE, Store,
    errors::into_storage_error,
    gather::Gather,
    pool::Pool,
    queries::{
        lead_history::EntryRow,
        lead_rows::whole_row,
        lead_tags::tag_row,
        lead_words::word_row,
        leads::{self as creating, NewLead},
        schema::{lead_history, lead_tags, lead_words, leads},
    },
    rows::Rows,
    settle,
    values::Written,
};
use crate::{InsertOutcome, StorageError, columns::Uid, measure};

/// Leads that are created at the same time: each, and whether it was inserted; nothing where they could not be inserted together.
pub(super) type NewLeads = Gather<Asked, (Row, Option<bool>)>;

/// A lead that is to be created until then.
pub(super) struct Asked {
    new: NewLead,
    deadline: Instant,
}

/// A lead, and how its history begins.
pub(super) struct Row {
    workspace: WorkspaceId,
    lead: Lead,
    beginning: EntryRow,
    deadline: Instant,
}

impl Store {
    /// Creates a lead, in one transaction with others that are created meanwhile.
    pub(super) async fn create(&self, new: NewLead) -> Result<InsertOutcome, StorageError> {
        measure::writing(self.create_until(Instant::now() + PATIENCE, new).boxed()).await
    }

    async fn create_until(&self, deadline: Instant, new: NewLead) -> Result<InsertOutcome, StorageError> {
        if !self.may_be_assigned(deadline, new.workspace, new.fields.assigned_to).await? {
            return Ok(InsertOutcome::UnknownAssignee);
        }
        let (pool, clock) = (self.together.clone(), self.clock.clone());
        let insert = move |asked| insert_together(pool.clone(), asked, clock.now());
        let (row, inserted) = self.new_leads.ask(Asked { new, deadline }, deadline, insert).await?;
        if inserted == Some(true) {
            return Ok(InsertOutcome::Inserted(row.lead));
        }
        self.transact(deadline, move |connection| insert_alone(connection, row).boxed()).await
    }
}

/// Inserts leads with one statement. Where that fails, nobody knows why: each is inserted by itself, by whoever asked for it, so that what
/// holds one up, or fails it, is in no other's way.
async fn insert_together(
    pool: Pool,
    asked: Vec<Asked>,
    now: OffsetDateTime,
) -> Vec<Result<(Row, Option<bool>), StorageError>> {
    let rows: Vec<Result<Row, StorageError>> = asked.into_iter().map(|asked| row(asked, now)).collect();
    let inserted = match rows.iter().map(Result::as_ref).collect::<Result<Vec<_>, _>>() {
        Ok(all) => insert_all(&pool, all).await.ok(),
        Err(_) => None,
    };
    let is_inserted = |row: &Row| inserted.as_ref().map(|ids| ids.contains(&Uid::from(row.lead.id)));
    rows.into_iter().map(|row| row.map(|row| (is_inserted(&row), row)).map(|(is, row)| (row, is))).collect()
}

/// The ids of those that were inserted. They are in the order of what two of them must not both have, which is that of all who insert so: these
/// never wait for each other in a circle. Nothing is begun that anybody was told is not done.
async fn insert_all(pool: &Pool, mut rows: Vec<&Row>) -> Result<HashSet<Uid>, StorageError> {
    let deadlines = || rows.iter().map(|row| row.deadline);
    let (Some(first), Some(last)) = (deadlines().min(), deadlines().max()) else { return Ok(HashSet::new()) };
    rows.sort_by_cached_key(|row| (row.workspace, row.lead.fields.email.key()));
    let leads = rows.into_iter().map(|row| (row.workspace, &row.lead, row.beginning.clone()));
    let statement = statement(leads.collect()).map_err(into_storage_error)?;
    let mut connection = pool.get(first).await?;
    let inserted = timeout_at(last, connection.load_written::<Uuid, Uid>(statement)).await;
    settle(connection, inserted).map(|ids| ids.into_iter().collect())
}

fn row(Asked { new, deadline }: Asked, now: OffsetDateTime) -> Result<Row, StorageError> {
    let workspace = new.workspace;
    let (lead, beginning) = new.at(now).map_err(into_storage_error)?;
    Ok(Row { workspace, lead, beginning, deadline })
}

async fn insert_alone(connection: &mut Connection, row: Row) -> QueryResult<InsertOutcome> {
    let Row { workspace, lead, beginning, .. } = row;
    creating::insert_lead(connection, workspace, lead, beginning).await
}

/// Writes a lead with its tags, its words and the beginning of its history; false, and nothing, where another has its e-mail.
pub(super) async fn insert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
    beginning: EntryRow,
) -> QueryResult<bool> {
    let statement = statement(vec![(workspace, lead, beginning)])?;
    let inserted: Vec<Uid> = connection.load_written::<Uuid, Uid>(statement).await?;
    Ok(!inserted.is_empty())
}

/// All that leads consist of, in one statement: each further one is a round trip, and has to be begun and ended by the server. It has a row for each
/// lead that was inserted.
fn statement(leads: Vec<(WorkspaceId, &Lead, EntryRow)>) -> QueryResult<Written> {
    const OF_NEW_LEADS: &str = " WHERE lead_id IN (SELECT id FROM new_lead)";
    let mut new = NewRows::default();
    for (workspace, lead, beginning) in leads {
        new.push(workspace.into(), lead, beginning)?;
    }
    let mut statement = Written::default();
    let mut with = "WITH ";
    for (name, rows, condition) in [
        ("new_lead", new.leads, " ON CONFLICT DO NOTHING RETURNING id"),
        ("tags", new.tags, OF_NEW_LEADS),
        ("words", new.words, OF_NEW_LEADS),
        ("history", new.history, OF_NEW_LEADS),
    ] {
        let Some(rows) = rows else { continue };
        statement.push(&format!("{with}{name} AS ("));
        statement.push_insert(rows);
        statement.push(condition);
        statement.push(")");
        with = ", ";
    }
    statement.push(" SELECT id FROM new_lead");
    Ok(statement)
}

/// What is written of leads, table by table.
#[derive(Default)]
struct NewRows {
    leads: Option<Rows>,
    tags: Option<Rows>,
    words: Option<Rows>,
    history: Option<Rows>,
}

impl NewRows {
    fn push(&mut self, workspace: Uid, lead: &Lead, beginning: EntryRow) -> QueryResult<()> {
        let id = Uid::from(lead.id);
        let row = (leads::workspace_id.eq(workspace), whole_row(lead));
        push(&mut self.leads, &insert_into(leads::table).values(row))?;
        for tag in lead.fields.tags.iter().map(ToString::to_string) {
            push(&mut self.tags, &insert_into(lead_tags::table).values(tag_row(workspace, lead, tag)))?;
        }
        for word in words_of(&lead.fields) {
            push(&mut self.words, &insert_into(lead_words::table).values(word_row(workspace, lead, word)))?;
        }
        let key = (lead_history::workspace_id.eq(workspace), lead_history::lead_id.eq(id));
        push(&mut self.history, &insert_into(lead_history::table).values((key, beginning)))
    }
}

fn push(rows: &mut Option<Rows>, insert: &impl QueryFragment<Pg>) -> QueryResult<()> {
    match rows {
        Some(rows) => rows.push(insert),
        None => rows.insert(Rows::like(insert)?).push(insert),
    }
}

//! Leads are created together where they are created at the same time, and each with all that it consists of at once.

use diesel::{
    ExpressionMethods, IntoSql, QueryDsl, QueryResult, declare_sql_function, insert_into,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid},
};
use futures_util::FutureExt;
use leadkeep_domain::{Lead, Text as Words, WorkspaceId, words_of};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{
    Connection, PATIENCE, RunQueryDsl, Store,
    errors::into_storage_error,
    gather::Gather,
    pool::Pool,
    queries::{
        lead_history::{EntryRow, OriginRow},
        lead_rows::LeadRow,
        leads::{self as creating, NewLead},
        schema::{lead_history, lead_tags, lead_words, leads},
    },
    together::{Write, write_together},
};
use crate::{
    InsertOutcome, StorageError,
    columns::{Stamp, Uid},
    measure,
};

diesel::table! {
    new_lead (id) {
        id -> Uuid,
    }
}

#[declare_sql_function]
extern "SQL" {
    /// A row for each.
    fn unnest(each: Array<Text>) -> Text;
}

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

/// Inserts leads in one transaction. Where that fails, nobody knows why: each is inserted by itself, by whoever asked for it, so that what
/// holds one up, or fails it, is in no other's way.
async fn insert_together(
    pool: Pool,
    asked: Vec<Asked>,
    now: OffsetDateTime,
) -> Vec<Result<(Row, Option<bool>), StorageError>> {
    let rows: Vec<Result<Row, StorageError>> = asked.into_iter().map(|asked| row(asked, now)).collect();
    let inserted = match rows.iter().map(Result::as_ref).collect::<Result<Vec<_>, _>>() {
        Ok(all) => write_together(&pool, &all).await.ok(),
        Err(_) => None,
    };
    let mut inserted = inserted.into_iter().flatten();
    rows.into_iter().map(|row| row.map(|row| (row, inserted.next()))).collect()
}

impl Write for Row {
    /// What two leads must not both have.
    type Key = (WorkspaceId, String);

    fn key(&self) -> Self::Key {
        (self.workspace, self.lead.fields.email.key())
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }

    fn statement(&self) -> impl Query<SqlType = Uuid> + QueryFragment<Pg> + QueryId + Send {
        statement(self.workspace, &self.lead, self.beginning.clone())
    }
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
    let inserted: Vec<Uid> = statement(workspace, lead, beginning).load(connection).await?;
    Ok(!inserted.is_empty())
}

/// All that a lead consists of, in one statement: each further one is a round trip. It has a row where the lead was inserted.
fn statement(
    workspace: WorkspaceId,
    lead: &Lead,
    beginning: EntryRow,
) -> impl Query<SqlType = Uuid> + QueryFragment<Pg> + QueryId + Send {
    let (workspace, id) = (Uid::from(workspace), Uid::from(lead.id));
    let status = lead.status().as_str();
    let new = insert_into(leads::table)
        .values((leads::workspace_id.eq(workspace), LeadRow::from(lead)))
        .on_conflict_do_nothing()
        .returning(leads::id);
    let tags: Vec<&str> = lead.fields.tags.iter().map(Words::as_str).collect();
    let tags = insert_into(lead_tags::table)
        .values(new_lead::table.select((
            workspace.into_sql::<Uuid>(),
            unnest(tags),
            status.into_sql::<Text>(),
            id.into_sql::<Uuid>(),
            Stamp(lead.updated_at).into_sql::<Timestamptz>(),
        )))
        .into_columns((
            lead_tags::workspace_id,
            lead_tags::tag,
            lead_tags::status,
            lead_tags::lead_id,
            lead_tags::updated_at,
        ));
    let words: Vec<String> = words_of(&lead.fields).into_iter().collect();
    let words = insert_into(lead_words::table)
        .values(new_lead::table.select((
            workspace.into_sql::<Uuid>(),
            unnest(words),
            status.into_sql::<Text>(),
            id.into_sql::<Uuid>(),
        )))
        .into_columns((lead_words::workspace_id, lead_words::word, lead_words::status, lead_words::lead_id));
    let EntryRow { id: entry, field, old_value, new_value, origin } = beginning;
    // All of them: a further column is not to be forgotten here.
    let OriginRow {
        actor_kind,
        actor_id,
        actor_name,
        request_id,
        created_at,
        version,
        ai_update_id,
        ai_provider,
    } = origin;
    let history = insert_into(lead_history::table)
        .values(new_lead::table.select((
            (workspace.into_sql::<Uuid>(), id.into_sql::<Uuid>(), entry.into_sql::<Uuid>()),
            field.into_sql::<Text>(),
            (old_value.into_sql::<Jsonb>(), new_value.into_sql::<Jsonb>()),
            (
                actor_kind.into_sql::<Text>(),
                actor_id.into_sql::<Nullable<Uuid>>(),
                actor_name.into_sql::<Text>(),
            ),
            request_id.into_sql::<Nullable<Text>>(),
            (created_at.into_sql::<Timestamptz>(), version.into_sql::<Nullable<Integer>>()),
            (ai_update_id.into_sql::<Nullable<Uuid>>(), ai_provider.into_sql::<Nullable<Text>>()),
        )))
        .into_columns((
            (lead_history::workspace_id, lead_history::lead_id, lead_history::id),
            lead_history::field,
            (lead_history::old_value, lead_history::new_value),
            (lead_history::actor_kind, lead_history::actor_id, lead_history::actor_name),
            lead_history::request_id,
            (lead_history::created_at, lead_history::version),
            (lead_history::ai_update_id, lead_history::ai_provider),
        ));
    Together { new, tags, words, history }
}

/// What is written of a lead, if it is new.
#[derive(QueryId)]
struct Together<L, T, W, H> {
    new: L,
    tags: T,
    words: W,
    history: H,
}

impl<L, T, W, H> QueryFragment<Pg> for Together<L, T, W, H>
where
    L: QueryFragment<Pg>,
    T: QueryFragment<Pg>,
    W: QueryFragment<Pg>,
    H: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH new_lead AS (");
        self.new.walk_ast(out.reborrow())?;
        out.push_sql("), tags AS (");
        self.tags.walk_ast(out.reborrow())?;
        out.push_sql("), words AS (");
        self.words.walk_ast(out.reborrow())?;
        out.push_sql("), history AS (");
        self.history.walk_ast(out.reborrow())?;
        out.push_sql(") SELECT id FROM new_lead");
        Ok(())
    }
}

impl<L, T, W, H> Query for Together<L, T, W, H> {
    type SqlType = Uuid;
}

//! The reads of conversations, and the way that each is to go.

use leadkeep_domain::{
    Actor, Channel, Clock, ConversationFilter, ConversationId, ConversationPosition, ConversationStatus, Id,
    ListOrder, MessageAuthor, MessageText, NewConversation, NewMessage, PageLimit, SystemClock, WorkspaceId,
};
use leadkeep_storage::{Authorship, InsertConversationOutcome, Repositories};
use leadkeep_testkit::TestDatabase;

use crate::reads_on;

/// A conversation with a message: what is not there is not read to its end.
pub(crate) async fn a_conversation(repositories: &Repositories, workspace: WorkspaceId) -> ConversationId {
    let new = NewConversation { lead: None, channel: Channel::Chat, subject: None };
    let inserted = repositories.conversations.insert(workspace, new, None).await.unwrap();
    let InsertConversationOutcome::Inserted(conversation) = inserted else { panic!("{inserted:?}") };
    let message = NewMessage { author: MessageAuthor::Visitor, text: MessageText::parse("Hello").unwrap() };
    let by = Authorship::new(Actor::operator(), None);
    repositories.conversations.add_message(workspace, conversation.id, message, by, None).await.unwrap();
    conversation.id
}

pub(crate) async fn run_every_read(
    repositories: &Repositories,
    workspace: WorkspaceId,
    conversation: ConversationId,
) {
    let (now, limit) = (SystemClock::default().now(), PageLimit::default());
    for bits in 0..8u32 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let filter = ConversationFilter {
            lead: has(0).then(Id::generate),
            status: has(1).then_some(ConversationStatus::Open),
            updated_after: has(2).then_some(now),
        };
        let behind = match filter.order() {
            ListOrder::NewestFirst => ConversationPosition::Id(Id::generate()),
            ListOrder::LeastRecentlyUpdatedFirst => ConversationPosition::Updated(now, Id::generate()),
        };
        for after in [None, Some(behind)] {
            repositories.conversations.list(workspace, filter.clone(), after, limit).await.unwrap();
        }
    }
    repositories.conversations.is_in_organization(Id::generate(), conversation).await.unwrap();
    for after in [None, Some(Id::generate())] {
        repositories.conversations.get(workspace, conversation, after, limit).await.unwrap();
        repositories.conversations.messages(workspace, conversation, after, limit).await.unwrap();
    }
}

pub(crate) fn is_a_read_of_them(sql: &str) -> bool {
    sql.contains(" FROM \"conversation") || sql.contains(" FROM `conversation")
}

/// The key or index that a read walks, and the columns that it seeks by.
fn way(sql: &str) -> (&'static str, String) {
    let (_, conditions) = sql.split_once(" WHERE ").unwrap();
    let (conditions, order) = conditions.split_once(" ORDER BY ").unwrap_or((conditions, ""));
    let names = |column: &str| conditions.contains(column);
    let by_update = order.contains("updated_at");
    if names("conversation_id") {
        let behind = if conditions.contains(" > ") { " AND id>?" } else { "" };
        return ("conversation_messages", format!("workspace_id=? AND conversation_id=?{behind}"));
    }
    if order.is_empty() {
        return ("conversations", "workspace_id=? AND id=?".to_owned());
    }
    let behind = match (by_update, conditions.contains(" < ")) {
        (true, _) => " AND updated_at>?",
        (false, true) => " AND id<?",
        (false, false) => "",
    };
    let (index, by) = match (names("lead_id"), names("status"), by_update) {
        (true, _, false) => ("conversations_by_lead", " AND lead_id=?"),
        (true, _, true) => ("conversations_by_lead_and_update", " AND lead_id=?"),
        (false, true, false) => ("conversations_by_status", " AND status=?"),
        (false, true, true) => ("conversations_by_status_and_update", " AND status=?"),
        (false, false, false) => ("conversations", ""),
        (false, false, true) => ("conversations_by_update", ""),
    };
    (index, format!("workspace_id=?{by}{behind}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_seeks_conversations_by_all_that_their_index_can() {
    let database = TestDatabase::sqlite();
    let reads = reads_of_conversations(&database).await;
    for sql in reads {
        let (index, by) = way(&sql);
        let using = match index {
            // The key of a table without row ids is the table.
            table @ ("conversations" | "conversation_messages") => format!("{table} USING PRIMARY KEY"),
            index => format!("conversations USING INDEX {index}"),
        };
        let plan = database.query(&format!("EXPLAIN QUERY PLAN {sql}"));
        let step = format!("SEARCH {using} ({by})");
        assert!(plan.iter().any(|line| line.ends_with(&step)), "{step}\n{sql}\n{plan:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_finds_the_index_of_conversations_by_itself() {
    let database = TestDatabase::postgres();
    let reads = reads_of_conversations(&database).await;
    database.query(MANY);
    for sql in reads {
        let (index, _) = way(&sql);
        let index = match index {
            table @ ("conversations" | "conversation_messages") => format!("{table}_pkey"),
            index => index.to_owned(),
        };
        let count = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
        let nulls = vec!["NULL"; count].join(", ");
        let plan = database.query(&format!(
            "SET plan_cache_mode = force_generic_plan; PREPARE read AS {sql}; EXPLAIN EXECUTE read({nulls})"
        ));
        let using = format!("using {index} ");
        assert!(plan.iter().any(|step| step.contains(&using)), "{index}\n{sql}\n{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("Sort  (")), "{sql}\n{plan:#?}");
    }
}

async fn reads_of_conversations(database: &TestDatabase) -> Vec<String> {
    let mut reads = reads_on(database).await;
    reads.retain(|sql| is_a_read_of_them(sql));
    // Eight lists from their beginning and behind a cursor, the conversation alone, and its messages either way.
    assert_eq!(reads.len(), 19, "{reads:#?}");
    reads
}

/// Many conversations, most of them closed, with statistics as autovacuum gathers them.
const MANY: &str = "
    INSERT INTO conversations (workspace_id, id, lead_id, channel, status, message_count, created_at, updated_at)
    SELECT w.id, gen_random_uuid(), CASE n % 2 WHEN 0 THEN md5((n % 10000)::text)::uuid END, 'chat',
        CASE n % 10 WHEN 0 THEN 'open' ELSE 'closed' END, 1,
        now() + n * interval '1 second', now() + n * interval '1 second'
    FROM workspaces w, generate_series(1, 50000) n;
    INSERT INTO conversation_messages (workspace_id, conversation_id, id, author, text, actor_kind, actor_name, created_at)
    SELECT workspace_id, id, gen_random_uuid(), 'visitor', 'Hello', 'operator', 'operator', created_at FROM conversations;
    ANALYZE";

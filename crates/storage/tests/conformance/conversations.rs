use leadkeep_domain::{
    Channel, Conversation, ConversationId, ConversationPatch, ConversationStatus, Edit, Message,
    MessageAuthor, MessageText, NewConversation, NewMessage, PageLimit, WorkspaceId,
};
use leadkeep_storage::InsertConversationOutcome;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, by, fields, nobody};

on_both_databases![
    a_conversation_comes_back_as_it_was,
    a_conversation_is_with_a_lead_of_its_own_workspace,
    a_conversation_is_found_in_its_own_workspace_only,
    a_conversation_that_is_not_there_is_not_found,
    a_patch_changes_what_it_names_and_otherwise_leaves_no_trace,
    a_message_comes_back_as_written_with_who_brought_it,
    a_visitor_opens_a_closed_conversation_again,
    messages_at_once_all_count_and_each_is_later_than_the_one_before,
    a_message_and_a_patch_at_once_are_both_kept,
    messages_page_oldest_first_while_others_come,
];

pub(crate) fn chat() -> NewConversation {
    NewConversation { lead: None, channel: Channel::Chat, subject: None }
}

pub(crate) async fn converse(fixture: &Fixture, new: NewConversation) -> Conversation {
    fixture.clock.advance(Duration::SECOND);
    match fixture.conversations.insert(fixture.workspace, new, None).await.unwrap() {
        InsertConversationOutcome::Inserted(conversation) => conversation,
        InsertConversationOutcome::UnknownLead => panic!("the lead is there"),
    }
}

fn message(author: MessageAuthor, text: &str) -> NewMessage {
    NewMessage { author, text: MessageText::parse(text).unwrap() }
}

async fn say(fixture: &Fixture, conversation: ConversationId, author: MessageAuthor, text: &str) -> Message {
    let new = message(author, text);
    fixture
        .conversations
        .add_message(fixture.workspace, conversation, new, by(), None)
        .await
        .unwrap()
        .unwrap()
}

async fn read(fixture: &Fixture, workspace: WorkspaceId, id: ConversationId) -> Option<Conversation> {
    let found = fixture.conversations.get(workspace, id, None, PageLimit::default()).await.unwrap();
    found.map(|(conversation, _)| conversation)
}

pub(crate) fn close() -> ConversationPatch {
    ConversationPatch { status: Some(ConversationStatus::Closed), ..ConversationPatch::default() }
}

async fn a_conversation_comes_back_as_it_was(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let lead = fixture.lead(fields("john@acme.com")).await.id;
    for channel in Channel::ALL {
        let new = NewConversation {
            lead: Some(lead),
            channel,
            subject: Some("Jöhn's 'quoted' 🚀; DROP TABLE leads".parse().unwrap()),
        };
        let created = converse(&fixture, new.clone()).await;
        assert_eq!(read(&fixture, fixture.workspace, created.id).await, Some(created.clone()));
        assert_eq!((created.lead, created.channel, &created.subject), (new.lead, new.channel, &new.subject));
        assert_eq!((created.status, created.message_count), (ConversationStatus::Open, 0));
    }
    let bare = converse(&fixture, chat()).await;
    assert_eq!(read(&fixture, fixture.workspace, bare.id).await, Some(bare));
}

async fn a_conversation_is_with_a_lead_of_its_own_workspace(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let lead = fixture.lead(fields("john@acme.com")).await.id;
    for (workspace, lead) in [(fixture.workspace, nobody()), (other, lead)] {
        let new = NewConversation { lead: Some(lead), ..chat() };
        let outcome = fixture.conversations.insert(workspace, new, None).await.unwrap();
        assert_eq!(outcome, InsertConversationOutcome::UnknownLead);
    }
    assert_eq!(fixture.database.query("SELECT count(*) FROM conversations"), ["0"]);
}

async fn a_conversation_is_found_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let conversation = converse(&fixture, chat()).await;
    let id = conversation.id;
    assert_eq!(read(&fixture, other, id).await, None);
    assert_eq!(fixture.conversations.update(other, id, close()).await.unwrap(), None);
    let intruder = message(MessageAuthor::Visitor, "Hello");
    assert_eq!(fixture.conversations.add_message(other, id, intruder, by(), None).await.unwrap(), None);
    let messages = fixture.conversations.messages(other, id, None, PageLimit::default()).await.unwrap();
    assert_eq!(messages, None);
    assert_eq!(read(&fixture, fixture.workspace, id).await, Some(conversation));
    for (organization, is_there) in [(fixture.organization, true), (nobody(), false)] {
        let found = fixture.conversations.is_in_organization(organization, id).await.unwrap();
        assert_eq!(found, is_there);
    }
    assert_eq!(fixture.database.query("SELECT count(*) FROM conversation_messages"), ["0"]);
}

async fn a_conversation_that_is_not_there_is_not_found(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (workspace, id) = (fixture.workspace, nobody());
    assert_eq!(read(&fixture, workspace, id).await, None);
    assert_eq!(fixture.conversations.update(workspace, id, close()).await.unwrap(), None);
    let new = message(MessageAuthor::Bot, "Hello");
    assert_eq!(fixture.conversations.add_message(workspace, id, new, by(), None).await.unwrap(), None);
    let messages = fixture.conversations.messages(workspace, id, None, PageLimit::default()).await.unwrap();
    assert_eq!(messages, None);
}

async fn a_patch_changes_what_it_names_and_otherwise_leaves_no_trace(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let new = NewConversation { subject: Some("Prices".parse().unwrap()), ..chat() };
    let created = converse(&fixture, new).await;
    let update = async |patch| {
        fixture.conversations.update(fixture.workspace, created.id, patch).await.unwrap().unwrap()
    };
    fixture.clock.advance(Duration::MINUTE);
    let same = ConversationPatch {
        subject: Edit::Set("Prices".parse().unwrap()),
        status: Some(ConversationStatus::Open),
    };
    assert_eq!(update(same).await, created);
    assert_eq!(read(&fixture, fixture.workspace, created.id).await, Some(created.clone()));
    let changed = update(ConversationPatch { subject: Edit::Clear, ..close() }).await;
    let expected = Conversation {
        subject: None,
        status: ConversationStatus::Closed,
        updated_at: created.updated_at + Duration::MINUTE,
        ..created.clone()
    };
    assert_eq!(changed, expected);
    assert_eq!(read(&fixture, fixture.workspace, created.id).await, Some(expected));
}

async fn a_message_comes_back_as_written_with_who_brought_it(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let conversation = converse(&fixture, chat()).await;
    let longest = "é".repeat(MessageText::MAX);
    let mut written = Vec::new();
    for (author, text) in MessageAuthor::ALL.into_iter().zip([" Hi!\r\n\t'two' lines\n", "🚀", &longest]) {
        fixture.clock.advance(Duration::SECOND);
        let message = say(&fixture, conversation.id, author, text).await;
        assert_eq!((message.author, message.text.as_str()), (author, text));
        assert_eq!(message.actor, by().actor);
        written.push(message);
    }
    let limit = PageLimit::default();
    let found = fixture.conversations.get(fixture.workspace, conversation.id, None, limit).await.unwrap();
    let (after, page) = found.unwrap();
    assert_eq!(page.items, written);
    assert_eq!((after.message_count, after.updated_at), (3, conversation.updated_at + Duration::SECOND * 3));
    let alone =
        fixture.conversations.messages(fixture.workspace, conversation.id, None, limit).await.unwrap();
    assert_eq!(alone, Some(page));
    let requests = fixture.database.query("SELECT request_id FROM conversation_messages");
    assert_eq!(requests, ["req-1"; 3]);
}

async fn a_visitor_opens_a_closed_conversation_again(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let id = converse(&fixture, chat()).await.id;
    fixture.conversations.update(fixture.workspace, id, close()).await.unwrap().unwrap();
    for (author, status) in [
        (MessageAuthor::Agent, ConversationStatus::Closed),
        (MessageAuthor::Bot, ConversationStatus::Closed),
        (MessageAuthor::Visitor, ConversationStatus::Open),
    ] {
        say(&fixture, id, author, "Hello").await;
        assert_eq!(read(&fixture, fixture.workspace, id).await.unwrap().status, status, "{author}");
    }
}

async fn messages_at_once_all_count_and_each_is_later_than_the_one_before(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let conversation = converse(&fixture, chat()).await;
    let add = |n: u32| {
        let (conversations, workspace) = (fixture.conversations.clone(), fixture.workspace);
        let (id, new) = (conversation.id, message(MessageAuthor::Visitor, &n.to_string()));
        tokio::spawn(async move {
            conversations.add_message(workspace, id, new, by(), None).await.unwrap().unwrap()
        })
    };
    // The clock stands still.
    for added in (0..50).map(add).collect::<Vec<_>>() {
        added.await.unwrap();
    }
    let found = fixture
        .conversations
        .get(fixture.workspace, conversation.id, None, PageLimit::LARGEST)
        .await
        .unwrap();
    let (after, page) = found.unwrap();
    assert_eq!((after.message_count, page.items.len()), (50, 50));
    let mut before = conversation.updated_at;
    for message in &page.items {
        assert!(message.created_at > before, "{message:?}");
        before = message.created_at;
    }
    assert_eq!(after.updated_at, before);
}

async fn a_message_and_a_patch_at_once_are_both_kept(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..20 {
        let id = converse(&fixture, chat()).await.id;
        let (conversations, workspace) = (fixture.conversations.clone(), fixture.workspace);
        let closing =
            tokio::spawn(async move { conversations.update(workspace, id, close()).await.unwrap() });
        say(&fixture, id, MessageAuthor::Agent, "Bye").await;
        closing.await.unwrap().unwrap();
        let after = read(&fixture, fixture.workspace, id).await.unwrap();
        assert_eq!((after.status, after.message_count), (ConversationStatus::Closed, 1));
    }
}

async fn messages_page_oldest_first_while_others_come(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (id, other) = (converse(&fixture, chat()).await.id, converse(&fixture, chat()).await.id);
    let (mut texts, mut after) = (Vec::new(), None);
    for n in 0..5 {
        say(&fixture, id, MessageAuthor::Visitor, &n.to_string()).await;
        say(&fixture, other, MessageAuthor::Visitor, "elsewhere").await;
    }
    let limit = PageLimit::parse(2).unwrap();
    loop {
        let page =
            fixture.conversations.messages(fixture.workspace, id, after, limit).await.unwrap().unwrap();
        let same = fixture.conversations.get(fixture.workspace, id, after, limit).await.unwrap().unwrap();
        assert_eq!(same.1, page);
        texts.extend(page.items.iter().map(|message| message.text.as_str().to_owned()));
        after = page.items.last().map(|message| message.id);
        if !page.has_more {
            break;
        }
        if texts.len() == 2 {
            say(&fixture, id, MessageAuthor::Visitor, "late").await;
        }
    }
    assert_eq!(texts, ["0", "1", "2", "3", "4", "late"]);
}

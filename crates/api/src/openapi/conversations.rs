//! Conversations and their messages.

use leadkeep_domain::{Channel, ConversationStatus, MessageAuthor, Scope};

use super::{
    Json, examples,
    json::object,
    operation::{Operation, Success},
    parameters::{self, Parameter},
    schema::{self, Member, Schema},
    tag::Tag,
};
use crate::problem::Code;

const READ: &[Scope] = &[Scope::ConversationsRead];
const WRITE: &[Scope] = &[Scope::ConversationsWrite];

/// GET /conversations
pub(crate) fn list() -> Operation {
    let success = Success::page("A page of conversations.", "Conversation", conversation());
    Operation::behind_the_gate("listConversations", Tag::Conversations, "List conversations", READ, success)
        .about(
            "Conversations without their messages, newest first; with `updated_after` the least recently \
             updated first. All conditions must hold.",
        )
        .parameter(Parameter::query("lead_id", schema::id(examples::LEAD), "Conversations with this lead."))
        .parameter(Parameter::query("status", status(), "Both where it is absent.").sent("open"))
        .parameter(parameters::updated_after(
            "Conversations that changed later than this, by a message or \
                                              otherwise.",
        ))
        .paged(20)
}

/// POST /conversations
pub(crate) fn create() -> Operation {
    let success = Success::data(
        201,
        "The new conversation, open and without messages.",
        "Conversation",
        conversation(),
    );
    let body = object! { "channel": "chat", "lead_id": examples::LEAD, "subject": "Prices" };
    Operation::behind_the_gate(
        "createConversation",
        Tag::Conversations,
        "Create a conversation",
        WRITE,
        success,
    )
    .about("`leads.read` is not needed to name a lead.")
    .json_body(schema::reference("NewConversation"), body)
    .small()
    .once()
    .fault(Code::ValidationError, "`lead_id` names no lead of the workspace")
}

/// GET /conversations/{id}
pub(crate) fn get() -> Operation {
    let schema = schema::shown([
        ("data", schema::reference("ConversationWithMessages")),
        ("meta", schema::reference("PageMeta")),
    ]);
    let data = conversation().with("message_count", 1).with("messages", [message()]);
    let meta = object! { "next_cursor": Json::Null, "has_more": false };
    let example = object! { "data": data, "meta": meta };
    let success = Success::json(200, "The conversation, and a page of its messages.", schema, example);
    Operation::behind_the_gate("getConversation", Tag::Conversations, "Read a conversation", READ, success)
        .about("The conversation with a page of its messages, oldest first, both as they were at one moment.")
        .of_a_conversation()
        .paged(100)
}

/// PATCH /conversations/{id}
pub(crate) fn update() -> Operation {
    let closed = conversation().with("status", "closed");
    let success = Success::data(200, "The conversation, without its messages.", "Conversation", closed);
    Operation::behind_the_gate(
        "updateConversation",
        Tag::Conversations,
        "Update a conversation",
        WRITE,
        success,
    )
    .about("Only what is sent changes; null empties `subject`. A closed conversation can be changed.")
    .of_a_conversation()
    .json_body(schema::reference("ConversationPatch"), object! { "status": "closed" })
    .small()
}

/// GET /conversations/{id}/messages
pub(crate) fn messages() -> Operation {
    let success = Success::page("A page of messages.", "Message", message());
    Operation::behind_the_gate("listMessages", Tag::Conversations, "List messages", READ, success)
        .about("The messages alone, oldest first. The cursors are those of the conversation: it is one list.")
        .of_a_conversation()
        .paged(100)
}

/// POST /conversations/{id}/messages
pub(crate) fn add_message() -> Operation {
    let success = Success::data(201, "The new message.", "Message", message());
    let body = object! { "author": "visitor", "text": "Hi! What does it cost?" };
    Operation::behind_the_gate("addMessage", Tag::Conversations, "Add a message", WRITE, success)
        .about(
            "A visitor's message opens a closed conversation again; an agent's or a bot's leaves it closed.",
        )
        .of_a_conversation()
        .json_body(schema::reference("NewMessage"), body)
        .small()
        .once()
}

fn conversation() -> Json {
    object! {
        "id": examples::CONVERSATION,
        "lead_id": examples::LEAD,
        "channel": "chat",
        "subject": "Prices",
        "status": "open",
        "message_count": 0,
        "created_at": examples::TIME,
        "updated_at": examples::TIME,
    }
}

fn message() -> Json {
    object! {
        "id": examples::MESSAGE,
        "author": "visitor",
        "text": "Hi! What does it cost?",
        "created_at": examples::TIME,
    }
}

pub(super) fn schemas() -> Vec<Member> {
    let with_messages = schema::array(schema::reference("Message")).max_items(100);
    let mut with = members();
    with.push(("messages", with_messages.describe("A page of them, oldest first.")));
    vec![
        ("Conversation", schema::shown(members())),
        ("ConversationWithMessages", schema::shown(with)),
        ("NewConversation", new_conversation()),
        ("ConversationPatch", schema::written([], [("subject", subject()), ("status", status())])),
        ("Message", shown_message()),
        ("NewMessage", new_message()),
    ]
}

fn members() -> Vec<Member> {
    vec![
        ("id", schema::id(examples::CONVERSATION)),
        ("lead_id", schema::id(examples::LEAD).nullable().describe("The lead it is with.")),
        ("channel", channel()),
        ("subject", subject()),
        ("status", status()),
        ("message_count", schema::count()),
        ("created_at", schema::time()),
        ("updated_at", schema::time().describe("Moves with every message.")),
    ]
}

fn subject() -> Schema {
    schema::line(200).nullable()
}

fn channel() -> Schema {
    schema::word(Channel::ALL.map(Channel::as_str))
}

fn status() -> Schema {
    schema::word(ConversationStatus::ALL.map(ConversationStatus::as_str))
}

fn author() -> Schema {
    let authors = schema::word(MessageAuthor::ALL.map(MessageAuthor::as_str));
    authors.describe("`visitor` came to you, `agent` is a person of yours, `bot` a program of yours.")
}

fn text() -> Schema {
    schema::string_up_to(10_000).describe("Not blank; line breaks and tabs, but no other control characters.")
}

fn new_conversation() -> Schema {
    let lead = schema::id(examples::LEAD).nullable().describe("A lead of the workspace, archived or not.");
    schema::written(["channel"], [("channel", channel()), ("lead_id", lead), ("subject", subject())])
}

fn shown_message() -> Schema {
    schema::shown([
        ("id", schema::id(examples::MESSAGE).describe("Sorts as messages came.")),
        ("author", author()),
        ("text", text()),
        ("created_at", schema::time()),
    ])
}

fn new_message() -> Schema {
    schema::written(["author", "text"], [("author", author()), ("text", text())])
}

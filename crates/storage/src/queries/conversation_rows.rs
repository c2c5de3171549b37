//! Conversations and their messages as rows, and back.

use diesel::{AsChangeset, Insertable, QueryResult, Queryable, Selectable};
use leadkeep_domain::{Actor, Conversation, Message, MessageText, Text};

use super::{
    decode::{broken, word},
    schema::{conversation_messages, conversations},
};
use crate::{
    Authorship,
    columns::{Stamp, Uid},
};

/// All columns but the key's first: it is known to whoever asks.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = conversations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct ConversationRow {
    id: Uid,
    lead_id: Option<Uid>,
    channel: String,
    subject: Option<String>,
    status: String,
    message_count: i32,
    created_at: Stamp,
    updated_at: Stamp,
}

impl From<&Conversation> for ConversationRow {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id.into(),
            lead_id: conversation.lead.map(Uid::from),
            channel: conversation.channel.to_string(),
            subject: conversation.subject.as_ref().map(ToString::to_string),
            status: conversation.status.to_string(),
            message_count: i32::try_from(conversation.message_count).unwrap_or(i32::MAX),
            created_at: Stamp(conversation.created_at),
            updated_at: Stamp(conversation.updated_at),
        }
    }
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = diesel::result::Error;

    fn try_from(row: ConversationRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.id(),
            lead: row.lead_id.map(Uid::id),
            channel: word(&row.channel)?,
            subject: row.subject.map(Text::from_stored),
            status: word(&row.status)?,
            message_count: u32::try_from(row.message_count).map_err(broken)?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

/// All columns but those of the conversation's key.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = conversation_messages, treat_none_as_default_value = false)]
pub(super) struct MessageRow {
    id: Uid,
    author: String,
    text: String,
    actor_kind: String,
    actor_id: Option<Uid>,
    actor_name: String,
    request_id: Option<String>,
    created_at: Stamp,
}

impl MessageRow {
    pub(super) fn new(message: &Message, by: Authorship) -> Self {
        Self {
            id: message.id.into(),
            author: message.author.to_string(),
            text: message.text.as_str().to_owned(),
            actor_kind: by.actor.kind.to_string(),
            actor_id: by.actor.id.map(Uid),
            actor_name: by.actor.name,
            request_id: by.request_id,
            created_at: Stamp(message.created_at),
        }
    }
}

impl TryFrom<MessageRow> for Message {
    type Error = diesel::result::Error;

    fn try_from(row: MessageRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.id(),
            author: word(&row.author)?,
            text: MessageText::from_stored(row.text),
            actor: Actor {
                kind: word(&row.actor_kind)?,
                id: row.actor_id.map(|id| id.0),
                name: row.actor_name,
            },
            created_at: row.created_at.0,
        })
    }
}

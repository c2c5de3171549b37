use leadkeep_domain::{Conversation, Message, Text};
use serde::Serialize;

use super::timestamp;

/// A conversation as lists and changes show it: every member always present, null when empty.
#[derive(Serialize)]
pub(crate) struct ConversationBody<'a> {
    id: String,
    lead_id: Option<String>,
    channel: &'static str,
    subject: Option<&'a str>,
    status: &'static str,
    message_count: u32,
    created_at: String,
    updated_at: String,
}

impl<'a> From<&'a Conversation> for ConversationBody<'a> {
    fn from(conversation: &'a Conversation) -> Self {
        Self {
            id: conversation.id.to_string(),
            lead_id: conversation.lead.map(|lead| lead.to_string()),
            channel: conversation.channel.as_str(),
            subject: conversation.subject.as_ref().map(Text::as_str),
            status: conversation.status.as_str(),
            message_count: conversation.message_count,
            created_at: timestamp(conversation.created_at),
            updated_at: timestamp(conversation.updated_at),
        }
    }
}

/// A conversation as it is read alone.
#[derive(Serialize)]
pub(crate) struct ConversationWithMessages<'a> {
    #[serde(flatten)]
    pub(crate) conversation: ConversationBody<'a>,
    pub(crate) messages: Vec<MessageBody<'a>>,
}

/// A message of a conversation.
#[derive(Serialize)]
pub(crate) struct MessageBody<'a> {
    id: String,
    author: &'static str,
    text: &'a str,
    created_at: String,
}

impl<'a> From<&'a Message> for MessageBody<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id.to_string(),
            author: message.author.as_str(),
            text: message.text.as_str(),
            created_at: timestamp(message.created_at),
        }
    }
}

use leadkeep_domain::{
    CloseDate, ConversationId, Invalid, LeadFields, LeadId, Message, MessageAuthor, PageLimit, Text,
    WorkspaceId,
};
use leadkeep_storage::{Conversations, StorageError};
use time::Date;

use super::AiUpdateError;

/// A text to update a lead from: up to [`NoteText::MAX`] bytes, and not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText(String);

impl NoteText {
    /// The most bytes of a text.
    pub const MAX: usize = 64 * 1024;

    /// Takes a text.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        if text.len() > Self::MAX {
            return Err(Invalid::new(format!("must be at most {} bytes", Self::MAX)));
        }
        if text.trim().is_empty() {
            return Err(Invalid::new("must not be blank"));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AiSource {
    /// The caller wrote it.
    Text(NoteText),
    /// It is what was said in a conversation with the lead.
    Conversation(ConversationId),
}

/// What was said, and when last.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) last_on: Option<Date>,
}

/// The most pages of messages that are read of one conversation.
const MOST_PAGES: usize = 100;

/// What was said in a conversation, each line with who said it. Of one that is longer than a text may be, the
/// last part.
pub(super) async fn conversation(
    conversations: &dyn Conversations,
    workspace: WorkspaceId,
    id: ConversationId,
    lead: (LeadId, &LeadFields),
) -> Result<Said, AiUpdateError> {
    let mut said = Said { text: String::new(), last_on: None };
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page = conversations.get(workspace, id, after, PageLimit::LARGEST).await?;
        let (conversation, page) = page.ok_or(AiUpdateError::UnknownConversation)?;
        if conversation.lead != Some(lead.0) {
            return Err(AiUpdateError::UnknownConversation);
        }
        for message in &page.items {
            said.add(message, lead.1);
        }
        after = page.items.last().map(|message| message.id);
        if !page.has_more {
            return if said.text.is_empty() { Err(AiUpdateError::EmptyConversation) } else { Ok(said) };
        }
    }
    Err(AiUpdateError::Storage(StorageError::unexpected("a conversation of more messages than are read")))
}

impl Said {
    fn add(&mut self, message: &Message, lead: &LeadFields) {
        let speaker = speaker(message.author, lead);
        for line in message.text.as_str().lines().filter(|line| !line.trim().is_empty()) {
            self.text.push_str(speaker);
            self.text.push_str(": ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.last_on = Some(message.created_at.date());
        while self.text.len() > NoteText::MAX {
            let line = self.text.find('\n').map_or(self.text.len(), |end| end + 1);
            self.text.drain(..line);
        }
    }
}

/// How a text names who speaks, by first name: the visitor of a conversation with a lead is the lead.
fn speaker(author: MessageAuthor, lead: &LeadFields) -> &str {
    match author {
        MessageAuthor::Visitor => {
            let name = lead.name.as_ref().map(Text::as_str);
            name.and_then(|name| name.split_whitespace().next()).unwrap_or("Lead")
        }
        MessageAuthor::Agent => "Me",
        MessageAuthor::Bot => "Bot",
    }
}

/// The day a text was written, as callers write it.
pub fn as_of(text: &str) -> Result<Date, Invalid> {
    CloseDate::parse(text).map(CloseDate::date)
}

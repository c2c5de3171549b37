use leadkeep_domain::{
    CloseDate, ConversationId, Invalid, LeadFields, LeadId, Message, MessageAuthor, PageLimit, Text,
    WorkspaceId,
};
use leadkeep_storage::Conversations;
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

/// What was said in a conversation, each line with who said it. Of one that is longer than a text may be, the last part: its
/// messages are read from the end until the text is full.
pub(super) async fn conversation(
    conversations: &dyn Conversations,
    workspace: WorkspaceId,
    id: ConversationId,
    lead: (LeadId, &LeadFields),
) -> Result<Said, AiUpdateError> {
    let mut lines = Lines { newest_first: Vec::new(), room: NoteText::MAX, last_on: None };
    let mut before = None;
    loop {
        let page = conversations.last_messages(workspace, id, before, PageLimit::LARGEST).await?;
        let (conversation, page) = page.ok_or(AiUpdateError::UnknownConversation)?;
        if conversation.lead != Some(lead.0) {
            return Err(AiUpdateError::UnknownConversation);
        }
        let is_full = !page.items.iter().all(|message| lines.add(message, lead.1));
        before = page.items.last().map(|message| message.id);
        if is_full || !page.has_more {
            return lines.said().ok_or(AiUpdateError::EmptyConversation);
        }
    }
}

/// The last lines of a conversation.
struct Lines {
    newest_first: Vec<String>,
    /// How many bytes there is room for.
    room: usize,
    last_on: Option<Date>,
}

impl Lines {
    /// Adds what was said before all that is here; false when there is no more room.
    fn add(&mut self, message: &Message, lead: &LeadFields) -> bool {
        let speaker = speaker(message.author, lead);
        self.last_on.get_or_insert(message.created_at.date());
        for line in message.text.as_str().lines().rev().filter(|line| !line.trim().is_empty()) {
            let line = format!("{speaker}: {line}\n");
            let Some(room) = self.room.checked_sub(line.len()) else { return false };
            self.room = room;
            self.newest_first.push(line);
        }
        true
    }

    fn said(self) -> Option<Said> {
        let text: String = self.newest_first.into_iter().rev().collect();
        (!text.is_empty()).then_some(Said { text, last_on: self.last_on })
    }
}

/// How a text names who speaks, by first name: the visitor of a conversation with a lead is the lead.
fn speaker(author: MessageAuthor, lead: &LeadFields) -> &str {
    /// Longer first names are none, and would leave room for nothing else.
    const LONGEST: usize = 40;
    match author {
        MessageAuthor::Visitor => {
            let name = lead.name.as_ref().map(Text::as_str);
            let first = name.and_then(|name| name.split_whitespace().next());
            first.filter(|name| name.len() <= LONGEST).unwrap_or("Lead")
        }
        MessageAuthor::Agent => "Me",
        MessageAuthor::Bot => "Bot",
    }
}

/// The day a text was written, as callers write it.
pub fn as_of(text: &str) -> Result<Date, Invalid> {
    CloseDate::parse(text).map(CloseDate::date)
}

use std::{fmt, str::FromStr};

use time::{Duration, OffsetDateTime};

use crate::{
    Actor, Channel, ConversationId, Edit, Invalid, LeadId, ListOrder, Message, MessageAuthor, NewMessage,
    Position, Text,
};

/// An exchange of messages with somebody who may be a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// With which lead, if that is known.
    pub lead: Option<LeadId>,
    /// Where it is held.
    pub channel: Channel,
    /// What it is about.
    pub subject: Option<Text<200>>,
    /// Whether somebody waits for an answer.
    pub status: ConversationStatus,
    /// How many messages it has.
    pub message_count: u32,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it changed last, or got a message.
    pub updated_at: OffsetDateTime,
}

/// What a conversation begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Conversation")]
pub struct NewConversation {
    pub lead: Option<LeadId>,
    pub channel: Channel,
    pub subject: Option<Text<200>>,
}

impl Conversation {
    /// A new, open conversation without messages.
    pub fn create(new: NewConversation, now: OffsetDateTime) -> Self {
        Self {
            id: ConversationId::generate(),
            lead: new.lead,
            channel: new.channel,
            subject: new.subject,
            status: ConversationStatus::Open,
            message_count: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes a message, and gives it back as it is kept. A visitor's opens the conversation again; an agent's or a bot's last
    /// word does not.
    pub fn add(&mut self, new: NewMessage, actor: Actor, now: OffsetDateTime) -> Message {
        if new.author == MessageAuthor::Visitor {
            self.status = ConversationStatus::Open;
        }
        self.message_count = self.message_count.saturating_add(1);
        self.touch(now);
        Message::create(new, actor, self.updated_at)
    }

    /// Time moves forward with every change, even where the clock does not: whoever walks by it misses none.
    fn touch(&mut self, now: OffsetDateTime) {
        self.updated_at = now.max(self.updated_at + Duration::MICROSECOND);
    }
}

/// Changes wanted of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of Conversation")]
pub struct ConversationPatch {
    pub subject: Edit<Text<200>>,
    pub status: Option<ConversationStatus>,
}

impl ConversationPatch {
    /// The conversation as the patch makes it, or nothing where it changes nothing.
    pub fn apply(self, conversation: &Conversation, now: OffsetDateTime) -> Option<Conversation> {
        let mut after = conversation.clone();
        match self.subject {
            Edit::Keep => {}
            Edit::Clear => after.subject = None,
            Edit::Set(subject) => after.subject = Some(subject),
        }
        after.status = self.status.unwrap_or(after.status);
        if after == *conversation {
            return None;
        }
        after.touch(now);
        Some(after)
    }
}

/// Which conversations a list shows. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only those with this lead.
    pub lead: Option<LeadId>,
    /// Only those of this status.
    pub status: Option<ConversationStatus>,
    /// Only those changed later than this; also sets the [order](ConversationFilter::order).
    pub updated_after: Option<OffsetDateTime>,
}

/// A position among conversations.
pub type ConversationPosition = Position<ConversationId>;

impl ConversationFilter {
    /// The order that the filter asks for.
    pub const fn order(&self) -> ListOrder {
        match self.updated_after {
            None => ListOrder::NewestFirst,
            Some(_) => ListOrder::LeastRecentlyUpdatedFirst,
        }
    }
}

/// Whether a conversation goes on or is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ConversationStatus {
    Open,
    Closed,
}

impl ConversationStatus {
    /// All statuses.
    pub const ALL: [Self; 2] = [Self::Open, Self::Closed];

    /// The status's name in requests, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl FromStr for ConversationStatus {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of open, closed"))
    }
}

impl fmt::Display for ConversationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::MessageText;

    const CREATED: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);
    const LATER: OffsetDateTime = datetime!(2026-01-02 00:00 UTC);

    fn conversation(status: ConversationStatus) -> Conversation {
        let new = NewConversation { lead: None, channel: Channel::Chat, subject: None };
        Conversation { status, ..Conversation::create(new, CREATED) }
    }

    fn message(author: MessageAuthor) -> NewMessage {
        NewMessage { author, text: MessageText::parse("Hello").unwrap() }
    }

    #[test]
    fn only_a_visitor_opens_a_closed_conversation() {
        for (author, status) in [
            (MessageAuthor::Visitor, ConversationStatus::Open),
            (MessageAuthor::Agent, ConversationStatus::Closed),
            (MessageAuthor::Bot, ConversationStatus::Closed),
        ] {
            let mut conversation = conversation(ConversationStatus::Closed);
            conversation.add(message(author), Actor::operator(), LATER);
            assert_eq!(conversation.status, status, "{author}");
        }
    }

    #[test]
    fn each_message_counts_and_is_later_than_the_one_before() {
        let mut conversation = conversation(ConversationStatus::Open);
        let mut before = (conversation.id.as_uuid(), CREATED);
        for count in 1..=5 {
            let said = conversation.add(message(MessageAuthor::Bot), Actor::operator(), CREATED);
            assert_eq!(conversation.message_count, count);
            assert_eq!(conversation.updated_at, said.created_at);
            assert!(said.created_at > before.1);
            assert!(count == 1 || said.id.as_uuid() > before.0);
            before = (said.id.as_uuid(), said.created_at);
        }
    }

    #[test]
    fn a_patch_changes_what_it_names_and_the_time() {
        let open = conversation(ConversationStatus::Open);
        let prices: Text<200> = "Prices".parse().unwrap();
        let patch = ConversationPatch {
            subject: Edit::Set(prices.clone()),
            status: Some(ConversationStatus::Closed),
        };
        let changed = patch.apply(&open, CREATED).unwrap();
        assert_eq!((changed.subject.clone(), changed.status), (Some(prices), ConversationStatus::Closed));
        assert_eq!(changed.updated_at, CREATED + Duration::MICROSECOND);
        let cleared =
            ConversationPatch { subject: Edit::Clear, status: None }.apply(&changed, LATER).unwrap();
        assert_eq!((cleared.subject, cleared.status), (None, ConversationStatus::Closed));
        assert_eq!(cleared.updated_at, LATER);
    }

    #[test]
    fn a_patch_that_changes_nothing_is_none() {
        let open = conversation(ConversationStatus::Open);
        let same = ConversationPatch { subject: Edit::Clear, status: Some(ConversationStatus::Open) };
        assert_eq!(same.apply(&open, LATER), None);
        assert_eq!(ConversationPatch::default().apply(&open, LATER), None);
    }

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in ConversationStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("Open".parse::<ConversationStatus>().is_err());
    }
}

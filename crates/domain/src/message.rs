use std::{fmt, str::FromStr};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    Actor, Invalid, MessageId,
    text::{is_invisible, refuse_control_characters_but_breaks},
};

/// Something said in a conversation. Messages never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which. Messages of one conversation sort by it, oldest first.
    pub id: MessageId,
    /// Who said it.
    pub author: MessageAuthor,
    /// What was said.
    pub text: MessageText,
    /// Who brought it here.
    pub actor: Actor,
    /// When it came.
    pub created_at: OffsetDateTime,
}

/// What a message begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Message")]
pub struct NewMessage {
    pub author: MessageAuthor,
    pub text: MessageText,
}

impl Message {
    pub(crate) fn create(new: NewMessage, actor: Actor, created_at: OffsetDateTime) -> Self {
        Self { id: id_at(created_at), author: new.author, text: new.text, actor, created_at }
    }
}

/// A `UUIDv7` that has the microsecond, too, in the bits behind its millisecond, as RFC 9562 §6.2 allows. Messages of one
/// conversation are a microsecond apart at least, so their ids sort as they were said, whichever process made them: a
/// cursor passes none.
fn id_at(time: OffsetDateTime) -> MessageId {
    const LOW_HALF: u128 = u64::MAX as u128;
    let micros = u128::try_from(time.unix_timestamp_nanos() / 1000).unwrap_or_default();
    let (millis, rest) = (micros / 1000, micros % 1000);
    // The low half of any UUIDv7 is the variant and what makes it unique.
    let unique = Uuid::now_v7().as_u128() & LOW_HALF;
    MessageId::from_uuid(Uuid::from_u128(millis << 80 | 7 << 76 | rest << 64 | unique))
}

/// Who says something in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageAuthor {
    /// Whoever came to the workspace's owner: the lead, or who may become one.
    Visitor,
    /// A person on the workspace's side.
    Agent,
    /// A program on the workspace's side.
    Bot,
}

impl MessageAuthor {
    /// All authors.
    pub const ALL: [Self; 3] = [Self::Visitor, Self::Agent, Self::Bot];

    /// The author's name in requests, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Agent => "agent",
            Self::Bot => "bot",
        }
    }
}

impl FromStr for MessageAuthor {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|author| author.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of visitor, agent, bot"))
    }
}

impl fmt::Display for MessageAuthor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a message says: 1 to 10,000 characters in any number of lines, not blank. Kept as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// How long a message may be, in characters.
    pub const MAX: usize = 10_000;

    /// Parses what a caller wrote. Line breaks and tabs are welcome, other control characters are not.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if text.chars().all(is_invisible) {
            return Err(Invalid::new("must not be blank"));
        }
        if text.chars().count() > Self::MAX {
            return Err(Invalid::new(format!("must be at most {} characters long", Self::MAX)));
        }
        refuse_control_characters_but_breaks(&text)?;
        Ok(Self(text))
    }

    /// Takes back what was parsed before it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn a_message_has_lines_but_no_other_control_characters() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            assert_eq!(MessageText::parse(text).is_ok(), accepted, "{text:?}");
        }
        check("Hi!\r\n\tTwo lines.\n", true); // kept as written
        check("\u{202a}+1 555 0100\u{202c}", true); // as telephones copy numbers
        check("", false);
        check(" \n\t", false);
        check("\u{200b}", false); // nothing to see
        check("a\0b", false);
        check("a\u{1b}[2J", false);
        check("a\u{85}b", false); // a C1 control
        check(&"é".repeat(10_000), true); // characters count, not bytes
        check(&"a".repeat(10_001), false);
    }

    #[test]
    fn every_author_is_found_by_its_name() {
        for author in MessageAuthor::ALL {
            assert_eq!(author.as_str().parse(), Ok(author));
        }
        assert!("Visitor".parse::<MessageAuthor>().is_err());
    }

    #[test]
    fn ids_sort_by_the_microsecond() {
        let start = datetime!(2026-01-01 00:00:00.000998 UTC);
        let ids: Vec<_> = (0..5).map(|n| id_at(start + Duration::MICROSECOND * n).as_uuid()).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        assert_eq!(ids[0].get_timestamp().unwrap().to_unix().0, 1_767_225_600);
        assert_ne!(id_at(start), id_at(start));
    }
}

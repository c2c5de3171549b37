use std::{fmt, str::FromStr};

use crate::Invalid;

/// Where a conversation is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Channel {
    Chat,
    Email,
    Phone,
    Other,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Email, Self::Phone, Self::Other];

    /// The channel's name in requests, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Other => "other",
        }
    }
}

impl FromStr for Channel {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of chat, email, phone, other"))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_found_by_its_name() {
        for channel in Channel::ALL {
            assert_eq!(channel.as_str().parse(), Ok(channel));
        }
        assert!("sms".parse::<Channel>().is_err());
    }
}

//! The choices of expiry offered when a credential is made.

use std::fmt;
use thiserror::Error;
use time::{Duration, OffsetDateTime, UtcOffset};

/// How long a new credential shall live, as its maker chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExpiryChoice {
    /// `7d`: seven days of 24 hours.
    Days7,
    /// `30d`: thirty days of 24 hours.
    Days30,
    /// `90d`: ninety days of 24 hours.
    Days90,
    /// `never`: until it is revoked.
    Never,
}

/// The text is none of the choices. The message lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the expiry must be one of 7d, 30d, 90d, never")]
pub struct UnknownExpiry;

impl ExpiryChoice {
    /// Every choice, the shortest first.
    pub const ALL: [Self; 4] = [Self::Days7, Self::Days30, Self::Days90, Self::Never];

    /// Reads `7d`, `30d`, `90d` or `never`, exactly so written.
    pub fn parse(text: &str) -> Result<Self, UnknownExpiry> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text).ok_or(UnknownExpiry)
    }

    /// The text that [`parse`](Self::parse) reads.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Days7 => "7d",
            Self::Days30 => "30d",
            Self::Days90 => "90d",
            Self::Never => "never",
        }
    }

    /// The moment of expiry, in UTC, of a credential made at `now`; none for [`Never`](Self::Never). Stops at the
    /// last moment that can be represented.
    pub fn expires_at(self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let days = match self {
            Self::Days7 => 7,
            Self::Days30 => 30,
            Self::Days90 => 90,
            Self::Never => return None,
        };
        let now = now.checked_to_offset(UtcOffset::UTC).unwrap_or(now);
        Some(now.saturating_add(Duration::days(days)))
    }
}

impl fmt::Display for ExpiryChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

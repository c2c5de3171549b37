use std::{fmt, net::IpAddr, str::FromStr};

use async_trait::async_trait;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Invalid, WorkspaceId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::StorageError;

/// What credentials were used for, and when last. Kept by what gathers it in memory and writes it every few seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Usage: Send + Sync {
    /// Adds what was gathered: last uses move forward only, calls add up.
    async fn record(&self, batch: UsageBatch) -> Result<(), StorageError>;

    /// The workspace's calls from hour to hour, from the hour `from` on and before `until`, oldest first.
    async fn hours(
        &self,
        workspace: WorkspaceId,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<HourlyCalls>, StorageError>;
}

/// What was gathered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageBatch {
    /// The last use of each thing.
    pub last_uses: Vec<LastUse>,
    /// Calls to add.
    pub calls: Vec<HourlyCalls>,
}

/// When something was used last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// What.
    pub of: Used,
    /// When.
    pub at: OffsetDateTime,
    /// From where.
    pub from: IpAddr,
}

/// What remembers when it was used last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Used {
    /// A secret of an API key or API token.
    ApiSecret(SecretHash),
    /// An OAuth client, through any of its access tokens.
    Client(Uuid),
    /// What a member granted an app, through any of its access tokens.
    Grant(Uuid),
    /// A secret of an OAuth client, at the token endpoint.
    ClientSecret(SecretHash),
}

/// A credential's calls in one hour that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourlyCalls {
    /// Where.
    pub workspace: WorkspaceId,
    /// The beginning of the hour.
    pub hour: OffsetDateTime,
    /// The client, key or token.
    pub credential: Uuid,
    /// How they ended.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u64,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// It was answered as wanted: below 400.
    Ok,
    /// A budget was used up: 429.
    Limited,
    /// The credential did not stand: 401.
    Unauthorized,
    /// Anything else.
    Error,
}

impl CallOutcome {
    /// All outcomes.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Limited, Self::Unauthorized, Self::Error];

    /// The outcome's name in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Limited => "limited",
            Self::Unauthorized => "unauthorized",
            Self::Error => "error",
        }
    }
}

impl FromStr for CallOutcome {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be one of ok, limited, unauthorized, error"))
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

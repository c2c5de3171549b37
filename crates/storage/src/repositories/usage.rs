use std::{fmt, net::IpAddr, str::FromStr};

use async_trait::async_trait;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{ActorKind, ClientKey, Id, Invalid, WorkspaceId};
use time::{Duration, OffsetDateTime, Time, UtcOffset};
use uuid::Uuid;

use crate::StorageError;

/// What credentials were used for, and when last. Kept by what gathers it in memory and writes it every few seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Usage: Send + Sync {
    /// Adds what was gathered: last uses move forward only, calls add up.
    async fn record(&self, batch: UsageBatch) -> Result<(), StorageError>;

    /// The calls of a workspace, or of one of its credentials, from step to step: in each step from `from` on and before `until` that had any, how
    /// many ended how; oldest first. Minutes are kept for two days, hours for two months, days for two years, months for ten.
    async fn timeline(
        &self,
        workspace: WorkspaceId,
        credential: Option<Uuid>,
        span: Span,
    ) -> Result<Vec<StepCalls>, StorageError>;

    /// The calls of each of a workspace's credentials in that time, whichever made any.
    async fn by_credential(
        &self,
        workspace: WorkspaceId,
        span: Span,
    ) -> Result<Vec<CredentialCalls>, StorageError>;

    /// The same of these credentials alone, from hour to hour, oldest first: what small drawings beside them are made of.
    async fn hours_by_credential(
        &self,
        workspace: WorkspaceId,
        of: Vec<Uuid>,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<HourlyCalls>, StorageError>;

    /// The calls of a workspace's OAuth apps from step to step, wherever people let them act, in one query: in each step from `from` on and
    /// before `until` that had any. Those of these that are another workspace's are passed over.
    async fn of_apps(
        &self,
        workspace: WorkspaceId,
        apps: Vec<Id<ClientKey>>,
        span: Span,
    ) -> Result<Vec<AppCalls>, StorageError>;

    /// What can be counted in a workspace: its API clients, keys, tokens, and what members granted apps; those that are revoked, too.
    async fn credentials(&self, workspace: WorkspaceId) -> Result<Vec<CountedCredential>, StorageError>;

    /// Deletes up to `limit` rows of the oldest calls of a grain, of steps before `before`; how many there were.
    async fn purge(&self, grain: Grain, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// A credential whose calls are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedCredential {
    /// The client, key, token or grant.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// What people call it; of a grant, the app and whom it acts for.
    pub name: String,
}

/// How finely calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grain {
    /// By the minute.
    Minute,
    /// By the hour.
    Hour,
    /// By the day, in UTC.
    Day,
    /// By the month, in UTC.
    Month,
}

impl Grain {
    /// All grains.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Month];

    /// How long a step is at most.
    const fn longest(self) -> Duration {
        match self {
            Self::Minute => Duration::MINUTE,
            Self::Hour => Duration::HOUR,
            Self::Day => Duration::DAY,
            Self::Month => Duration::days(31),
        }
    }

    /// The beginning of the step that a moment is in.
    pub fn begin(self, moment: OffsetDateTime) -> OffsetDateTime {
        if self == Self::Month {
            let day = moment.to_offset(UtcOffset::UTC).date();
            return day.replace_day(1).unwrap_or(day).with_time(Time::MIDNIGHT).assume_utc();
        }
        let into = moment.unix_timestamp().rem_euclid(self.longest().whole_seconds());
        moment - Duration::seconds(into) - Duration::nanoseconds(moment.nanosecond().into())
    }

    /// The beginning of the step behind the one that a moment is in.
    pub fn next(self, moment: OffsetDateTime) -> OffsetDateTime {
        self.begin(self.begin(moment) + self.longest())
    }

    /// The beginning of the step before the one that a moment is in.
    pub fn previous(self, moment: OffsetDateTime) -> OffsetDateTime {
        self.begin(self.begin(moment) - Duration::NANOSECOND)
    }
}

/// Steps of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long each is.
    pub grain: Grain,
    /// The beginning of the first.
    pub from: OffsetDateTime,
    /// Behind the last.
    pub until: OffsetDateTime,
}

/// The calls of a step that ended alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepCalls {
    /// The beginning of the step.
    pub step: OffsetDateTime,
    /// How they ended.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u64,
}

/// A credential's calls that ended alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialCalls {
    /// The client, key, token or grant.
    pub credential: Uuid,
    /// How they ended.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u64,
}

/// An app's calls in one step that ended alike, for all who let it act together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppCalls {
    /// Which app.
    pub app: Id<ClientKey>,
    /// The beginning of the step.
    pub step: OffsetDateTime,
    /// How they ended.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u64,
}

/// A credential's calls in one hour that ended alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourlyCalls {
    /// The beginning of the hour.
    pub hour: OffsetDateTime,
    /// The client, key, token or grant.
    pub credential: Uuid,
    /// How they ended.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u64,
}

/// What was gathered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageBatch {
    /// The last use of each thing.
    pub last_uses: Vec<LastUse>,
    /// Calls to add.
    pub calls: Vec<CountedCalls>,
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

/// A credential's calls in one minute that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedCalls {
    /// Where.
    pub workspace: WorkspaceId,
    /// The beginning of the minute.
    pub minute: OffsetDateTime,
    /// The client, key, token or grant.
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn steps_follow_each_other_without_a_gap() {
        let moment = datetime!(2028-02-29 23:59:59.5 +02:00);
        for (grain, begin, next, previous) in [
            (
                Grain::Minute,
                datetime!(2028-02-29 21:59 UTC),
                datetime!(2028-02-29 22:00 UTC),
                datetime!(2028-02-29 21:58 UTC),
            ),
            (
                Grain::Hour,
                datetime!(2028-02-29 21:00 UTC),
                datetime!(2028-02-29 22:00 UTC),
                datetime!(2028-02-29 20:00 UTC),
            ),
            (
                Grain::Day,
                datetime!(2028-02-29 0:00 UTC),
                datetime!(2028-03-01 0:00 UTC),
                datetime!(2028-02-28 0:00 UTC),
            ),
            (
                Grain::Month,
                datetime!(2028-02-01 0:00 UTC),
                datetime!(2028-03-01 0:00 UTC),
                datetime!(2028-01-01 0:00 UTC),
            ),
        ] {
            assert_eq!(grain.begin(moment), begin, "{grain:?}");
            assert_eq!(grain.next(moment), next, "{grain:?}");
            assert_eq!(grain.previous(moment), previous, "{grain:?}");
            assert_eq!(grain.previous(next), begin, "{grain:?}");
        }
    }

    #[test]
    fn a_month_is_as_long_as_it_is() {
        let next = |at| Grain::Month.next(at);
        assert_eq!(next(datetime!(2026-01-31 12:00 UTC)), datetime!(2026-02-01 0:00 UTC));
        assert_eq!(next(datetime!(2026-12-31 23:59 UTC)), datetime!(2027-01-01 0:00 UTC));
        // What is the first of a month elsewhere is the last of another here.
        assert_eq!(Grain::Month.begin(datetime!(2026-02-01 0:30 +01:00)), datetime!(2026-01-01 0:00 UTC));
    }
}

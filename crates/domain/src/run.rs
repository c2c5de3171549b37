use std::{fmt, str::FromStr};

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, Id, Invalid};

/// Something asynchronous in a workspace: started by a call, done by whichever node takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// How far it is.
    pub status: RunStatus,
    /// How much is done.
    pub progress: Progress,
    /// What came of it, or has so far; none before it starts.
    pub result: Option<Value>,
    /// What was wrong with single rows, in order; no more than [`Run::MAX_ERRORS`].
    pub errors: Vec<RunError>,
    /// How many there were, those included that are not kept.
    pub error_count: u64,
    /// Who started it.
    pub actor: Actor,
    /// When it was started.
    pub created_at: OffsetDateTime,
    /// When a node began with it.
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    pub finished_at: Option<OffsetDateTime>,
}

impl Run {
    /// How many errors are kept: they must be fewer than what was sent.
    pub const MAX_ERRORS: usize = 1_000;
}

/// How much of a run is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are done.
    pub done: u64,
    /// Rows in all, where that is known.
    pub total: Option<u64>,
}

/// What was wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// The row's number, as a spreadsheet or editor shows it; none for what is of no row.
    pub row: Option<u64>,
    /// The member.
    pub field: Option<String>,
    /// What to change.
    pub message: String,
}

/// The kinds of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Creates and updates leads from a file.
    LeadsImport,
    /// Writes leads to a file.
    LeadsExport,
    /// Updates leads from texts.
    LeadsAiUpdate,
}

impl RunKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::LeadsImport, Self::LeadsExport, Self::LeadsAiUpdate];

    /// The kind's name in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeadsImport => "leads.import",
            Self::LeadsExport => "leads.export",
            Self::LeadsAiUpdate => "leads.ai_update",
        }
    }
}

impl FromStr for RunKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be one of leads.import, leads.export, leads.ai_update"))
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunStatus {
    /// Nobody has taken it yet.
    Queued,
    /// A node works on it.
    Running,
    /// It came to its end; single rows may have failed.
    Succeeded,
    /// It came to nothing: nothing was applied.
    Failed,
    /// Somebody stopped it, or what started it was revoked. What was applied before stays.
    Cancelled,
}

impl RunStatus {
    /// All statuses.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled];

    /// Whether it has come to its end, one way or the other.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// The status's name in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for RunStatus {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be one of queued, running, succeeded, failed, cancelled"))
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Id of a [`Run`], written `run_` with 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Id<Run>);

impl RunId {
    const PREFIX: &'static str = "run_";

    /// A new id, later than every id made before by this process.
    pub fn generate() -> Self {
        Self(Id::generate())
    }

    /// The id that these 128 bits are.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(Id::from_uuid(uuid))
    }

    /// The bare UUID.
    pub const fn as_uuid(&self) -> Uuid {
        self.0.as_uuid()
    }
}

impl FromStr for RunId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new("must be a run's id, such as run_0197a6e27e5b7c3a9f520d6c1c7a9b10");
        let digits = text.strip_prefix(Self::PREFIX).ok_or_else(malformed)?;
        if digits.len() != uuid::fmt::Simple::LENGTH {
            return Err(malformed());
        }
        Uuid::try_parse(digits).map(Self::from_uuid).map_err(|_| malformed())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, self.as_uuid().simple())
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runs_id_has_one_spelling() {
        let id: RunId = "run_0197a6e27e5b7c3a9f520d6c1c7a9b10".parse().unwrap();
        assert_eq!(id.to_string(), "run_0197a6e27e5b7c3a9f520d6c1c7a9b10");
        let hyphenated = "run_0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10";
        for text in ["", "run_", "0197a6e27e5b7c3a9f520d6c1c7a9b10", hyphenated, "run_x7k9m2p4"] {
            assert!(text.parse::<RunId>().is_err(), "{text}");
        }
    }
}

//! What is asked of a smart update, and what is said of it.

use leadkeep_ai::SmartUpdateError;
use leadkeep_domain::{LeadId, WorkspaceId};
use leadkeep_storage::{AppliedAiUpdate, Authorship, StorageError};
use time::Date;
use uuid::Uuid;

use super::AiSource;
use crate::{gate::Principal, leads::authorship};

/// How sure a change must be where nobody says.
pub const MIN_CONFIDENCE: f64 = 0.6;

/// Who asks: a principal, or a run that one started.
#[derive(Clone, Debug)]
pub struct Requester {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// With which credential.
    pub credential: Uuid,
    /// Who, and in which request.
    pub by: Authorship,
}

impl Requester {
    /// A principal that asks itself.
    pub fn new(principal: &Principal, request_id: &str) -> Self {
        Self {
            workspace: principal.workspace,
            credential: principal.credential,
            by: authorship(principal, request_id),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct AiRequest {
    /// The text.
    pub source: AiSource,
    /// How it is read.
    pub options: AiOptions,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AiOptions {
    /// The day that the text was written; none for today, or for the day of a conversation's last message.
    pub as_of: Option<Date>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// How sure a change must be, from 0 to 1.
    pub min_confidence: f64,
    /// Whether a field that has a value may get another.
    pub overwrite: bool,
}

impl Default for AiOptions {
    fn default() -> Self {
        Self { as_of: None, dry_run: false, min_confidence: MIN_CONFIDENCE, overwrite: true }
    }
}

/// An update that was made, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct DoneAiUpdate {
    /// What the database made of it.
    pub applied: AppliedAiUpdate,
    /// Credits that the workspace has left this month.
    pub remaining: u64,
    /// The text, where the caller has not sent it: the evidence speaks of its bytes.
    pub text: Option<String>,
}

impl DoneAiUpdate {
    pub(super) fn new(applied: AppliedAiUpdate, allowance: u64, text: Option<String>) -> Self {
        let remaining = allowance.saturating_sub(applied.charged);
        Self { applied, remaining, text }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AiUpdateError {
    /// Nothing reads texts in this workspace.
    #[error("smart update is off in this workspace")]
    Disabled,
    /// No such lead in the workspace.
    #[error("lead not found")]
    LeadNotFound(LeadId),
    /// The lead is archived.
    #[error("the lead is archived; restore it before changing it")]
    Archived,
    /// No such conversation with this lead.
    #[error("conversation_id must be the id of a conversation with this lead")]
    UnknownConversation,
    /// Nothing was said in the conversation.
    #[error("the conversation has no messages")]
    EmptyConversation,
    /// No such update of this lead.
    #[error("update not found")]
    UpdateNotFound,
    /// The workspace has no credits left this month.
    #[error("the workspace has no credits left this month")]
    CreditsExhausted,
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// The provider did not answer, or nothing that makes sense.
    #[error(transparent)]
    Unavailable(SmartUpdateError),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

//! Smart updates: one file a verb.

pub(super) mod bulk;
pub(super) mod list;
mod read;
pub(super) mod undo;
pub(super) mod update;
pub(super) mod usage;

use actix_web::HttpRequest;
use leadkeep_domain::{AiUpdateId, LeadId};
use leadkeep_service::{input::Faults, smart_updates::AiUpdateError};

use crate::problem::{Code, Problem, Sought};

/// The lead that the path names. What is no id names no lead.
fn lead_id(request: &HttpRequest) -> Result<LeadId, Problem> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(Problem::lead_not_found)
}

/// The update that the path names.
fn update_id(request: &HttpRequest) -> Result<AiUpdateId, Problem> {
    request.match_info().get("update_id").and_then(|id| id.parse().ok()).ok_or_else(update_not_found)
}

fn update_not_found() -> Problem {
    Problem::not_found("Smart update not found")
}

impl From<AiUpdateError> for Problem {
    fn from(error: AiUpdateError) -> Self {
        match error {
            AiUpdateError::Disabled => Self::new(
                Code::AiDisabled,
                "Smart update is off in this workspace; whoever runs the server can switch it on",
            ),
            AiUpdateError::LeadNotFound(lead) => {
                Self { sought: Some(Sought::Lead(lead)), ..Self::lead_not_found() }
            }
            AiUpdateError::Archived => {
                Self::new(Code::LeadArchived, "The lead is archived; restore it before changing it")
            }
            error @ AiUpdateError::UnknownConversation => {
                let told = error.to_string();
                Faults::one("conversation_id", told.trim_start_matches("conversation_id ")).into()
            }
            AiUpdateError::EmptyConversation => {
                Faults::one("conversation_id", "must be the id of a conversation that has messages").into()
            }
            AiUpdateError::UpdateNotFound => update_not_found(),
            AiUpdateError::CreditsExhausted => Self::new(
                Code::AiCreditsExhausted,
                "The workspace has no smart update credits left this month; the next month brings new ones",
            ),
            AiUpdateError::TimedOut => Self::new(
                Code::AiTimedOut,
                "What reads texts did not answer in time; nothing was changed or charged",
            ),
            AiUpdateError::Unavailable(cause) => Self {
                cause: Some(Box::new(cause)),
                ..Self::new(
                    Code::AiUnavailable,
                    "What reads texts does not answer right now; nothing was changed or charged",
                )
            },
            AiUpdateError::Storage(error) => error.into(),
        }
    }
}

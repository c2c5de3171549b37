//! Conversations: one file a verb.

pub(super) mod create;
pub(super) mod get;
pub(super) mod list;
pub(super) mod messages;
pub(super) mod update;

use actix_web::HttpRequest;
use leadkeep_domain::ConversationId;
use leadkeep_service::{ConversationError, input::Faults};

use crate::problem::{Problem, Sought};

/// The conversation that the path names. What is no id names none.
fn conversation_id(request: &HttpRequest) -> Result<ConversationId, Problem> {
    let id = request.match_info().get("id").and_then(|id| id.parse().ok());
    id.ok_or_else(Problem::conversation_not_found)
}

impl From<ConversationError> for Problem {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::NotFound(conversation) => {
                Self { sought: Some(Sought::Conversation(conversation)), ..Self::conversation_not_found() }
            }
            ConversationError::UnknownLead => {
                Faults::one("lead_id", "must be the id of a lead of this workspace").into()
            }
            ConversationError::Storage(error) => error.into(),
        }
    }
}

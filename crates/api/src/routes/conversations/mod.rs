//! Conversations: one file a verb.

mod create;
mod get;
mod list;
mod messages;
mod update;

use actix_web::{HttpRequest, web};
use leadkeep_domain::ConversationId;
use leadkeep_service::ConversationError;

use super::resource;
use crate::problem::{Fault, Problem};

/// All routes of conversations.
pub(super) fn resources(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/conversations", "GET, HEAD, POST")
                .route(web::get().to(list::list))
                .route(web::head().to(list::list))
                .route(web::post().to(create::create)),
        )
        .service(
            resource("/conversations/{id}", "GET, HEAD, PATCH")
                .route(web::get().to(get::get))
                .route(web::head().to(get::get))
                .route(web::patch().to(update::update)),
        )
        .service(
            resource("/conversations/{id}/messages", "GET, HEAD, POST")
                .route(web::get().to(messages::list))
                .route(web::head().to(messages::list))
                .route(web::post().to(messages::add)),
        );
}

/// The conversation that the path names. What is no id names none.
fn conversation_id(request: &HttpRequest) -> Result<ConversationId, Problem> {
    let id = request.match_info().get("id").and_then(|id| id.parse().ok());
    id.ok_or_else(Problem::conversation_not_found)
}

impl From<ConversationError> for Problem {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::NotFound => Self::conversation_not_found(),
            ConversationError::UnknownLead => Self::validation(&[Fault {
                field: "lead_id".to_owned(),
                message: "must be the id of a lead of this workspace".to_owned(),
            }]),
            ConversationError::Storage(error) => error.into(),
        }
    }
}

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::{ConversationPatch, Text};

use super::conversation_id;
use crate::{
    caller::{ConversationsWrite, Permitted},
    input::{Fields, JsonBody, NoParameters, text, word},
    problem::Problem,
    state::ApiState,
    wire::{ConversationBody, data},
};

/// Shown, but not changed by callers.
const READ_ONLY: [&str; 7] =
    ["id", "lead_id", "channel", "message_count", "messages", "created_at", "updated_at"];

/// PATCH /conversations/{id}: only what is sent changes. Answers the conversation without its messages.
pub(in crate::routes) async fn update(
    caller: Permitted<ConversationsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let conversation = conversation_id(&request)?;
    let patch = read(body.fields)?;
    let conversation = state.conversations.update(caller.principal(), conversation, patch).await?;
    Ok(HttpResponse::Ok().json(data(ConversationBody::from(&conversation))))
}

fn read(mut fields: Fields) -> Result<ConversationPatch, Problem> {
    let patch = ConversationPatch {
        subject: fields.edit("subject", text(Text::parse)),
        status: fields.set("status", text(word)),
    };
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    Ok(patch)
}

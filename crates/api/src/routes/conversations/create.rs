use actix_web::{HttpResponse, web};
use leadkeep_domain::{Channel, NewConversation, Text};

use crate::{
    caller::{ConversationsWrite, Permitted},
    input::{Fields, JsonBody, NoParameters, text, word},
    problem::Problem,
    state::ApiState,
    wire::{ConversationBody, data},
};

/// Shown, but not written by callers.
const READ_ONLY: [&str; 5] = ["id", "message_count", "messages", "created_at", "updated_at"];

/// POST /conversations: 201 with the conversation, open and without messages.
pub(in crate::routes) async fn create(
    caller: Permitted<ConversationsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let conversation = state.conversations.create(caller.principal(), read(body.0)?).await?;
    Ok(HttpResponse::Created().json(data(ConversationBody::from(&conversation))))
}

fn read(mut fields: Fields) -> Result<NewConversation, Problem> {
    let lead = fields.optional("lead_id", text(word));
    let channel = fields.required("channel", text(word::<Channel>));
    let subject = fields.optional("subject", text(Text::parse));
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    // Without a channel the fields did not finish well; the compiler can't know.
    let channel = channel.ok_or_else(|| Problem::invalid_request("channel is required"))?;
    Ok(NewConversation { lead, channel, subject })
}

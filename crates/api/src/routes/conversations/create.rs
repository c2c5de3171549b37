use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::{Channel, Conversation, NewConversation, Text};
use leadkeep_storage::StoredAnswer;

use crate::{
    caller::{ConversationsWrite, Permitted},
    idempotency::{self, Once},
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
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let new = read(body.fields)?;
    let once = Once { state: &state, caller: &caller, request: &request, body: &body.raw, answer: created };
    once.make(async |receipt| state.conversations.create(caller.principal(), new, receipt).await).await
}

fn created(conversation: &Conversation) -> StoredAnswer {
    idempotency::answer(StatusCode::CREATED, &data(ConversationBody::from(conversation)))
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

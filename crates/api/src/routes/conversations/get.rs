use actix_web::{HttpRequest, HttpResponse, web};

use super::messages::MessagePage;
use crate::{
    caller::{ConversationsRead, Permitted},
    problem::Problem,
    state::ApiState,
    wire::{ConversationBody, ConversationWithMessages, MessageBody, paged},
};

/// GET /conversations/{id}: the conversation with a page of its messages, oldest first.
pub(in crate::routes) async fn get(
    caller: Permitted<ConversationsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = MessagePage::read(&caller, &state, &request)?;
    let found =
        state.conversations.get(caller.principal(), asked.conversation, asked.after, asked.limit).await?;
    let (conversation, page) = found;
    let body = ConversationWithMessages {
        conversation: ConversationBody::from(&conversation),
        messages: page.items.iter().map(MessageBody::from).collect(),
    };
    Ok(HttpResponse::Ok().json(paged(body, asked.next_cursor(&state, &page))))
}

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::{
    ConversationId, Message, MessageAuthor, MessageId, MessageText, NewMessage, Page, PageLimit, WorkspaceId,
};
use leadkeep_storage::StoredAnswer;

use super::conversation_id;
use crate::{
    caller::{Caller, ConversationsRead, ConversationsWrite, Permitted},
    cursor::{self, List},
    idempotency::{self, Once},
    input::{Fields, JsonBody, NoParameters, Parameters, page_limit, text, word},
    problem::Problem,
    state::ApiState,
    wire::{MessageBody, data, list as page_of},
};

/// Shown, but not written by callers.
const READ_ONLY: [&str; 2] = ["id", "created_at"];

/// GET /conversations/{id}/messages: a page of messages, oldest first.
pub(in crate::routes) async fn list(
    caller: Permitted<ConversationsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = MessagePage::read(&caller, &state, &request)?;
    let MessagePage { conversation, after, limit, .. } = asked;
    let page = state.conversations.messages(caller.principal(), conversation, after, limit).await?;
    let next = asked.next_cursor(&state, &page);
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(MessageBody::from).collect(), next)))
}

/// POST /conversations/{id}/messages: 201 with the message.
pub(in crate::routes) async fn add(
    caller: Permitted<ConversationsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let conversation = conversation_id(&request)?;
    let new = new_message(body.fields)?;
    let once = Once { state: &state, caller: &caller, request: &request, body: &body.raw, answer: created };
    once.make(async |receipt| {
        let (principal, request_id) = (caller.principal(), caller.request_id());
        state.conversations.add_message(principal, conversation, new, request_id, receipt).await
    })
    .await
}

fn created(message: &Message) -> StoredAnswer {
    idempotency::answer(StatusCode::CREATED, &data(MessageBody::from(message)))
}

fn new_message(mut fields: Fields) -> Result<NewMessage, Problem> {
    let author = fields.required("author", text(word::<MessageAuthor>));
    let text = fields.required("text", text(MessageText::parse));
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    // Without both the fields did not finish well; the compiler can't know.
    let both = author.zip(text).ok_or_else(|| Problem::invalid_request("author and text are required"))?;
    Ok(NewMessage { author: both.0, text: both.1 })
}

/// The page of messages that a request asks for. The conversation alone and its messages alone take the same cursors: it
/// is one list.
pub(super) struct MessagePage {
    pub(super) conversation: ConversationId,
    pub(super) after: Option<MessageId>,
    pub(super) limit: PageLimit,
    workspace: WorkspaceId,
}

impl MessagePage {
    pub(super) fn read(caller: &Caller, state: &ApiState, request: &HttpRequest) -> Result<Self, Problem> {
        let conversation = conversation_id(request)?;
        let mut parameters = Parameters::parse(request.query_string())?;
        let limit = parameters.optional("limit", page_limit).unwrap_or(PageLimit::LARGEST);
        let cursor = parameters.optional("cursor", |cursor| Ok(cursor.to_owned()));
        parameters.finish()?;
        let first = Self { conversation, after: None, limit, workspace: caller.principal().workspace };
        let Some(cursor) = cursor else { return Ok(first) };
        let position = first.sealed(|list| list.open(&state.cursors, &cursor))?;
        Ok(Self { after: Some(MessageId::from_uuid(cursor::decode_id(&position)?)), ..first })
    }

    /// Where the page behind this one begins, if there is one.
    pub(super) fn next_cursor(&self, state: &ApiState, page: &Page<Message>) -> Option<String> {
        let last = page.items.last().filter(|_| page.has_more)?;
        Some(self.sealed(|list| list.seal(&state.cursors, last.id.as_uuid().as_bytes())))
    }

    fn sealed<T>(&self, with: impl FnOnce(&List<'_>) -> T) -> T {
        let filters = self.conversation.to_string();
        with(&List { workspace: self.workspace, kind: "messages", filters: &filters })
    }
}

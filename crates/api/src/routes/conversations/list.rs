use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::{
    Conversation, ConversationFilter, ConversationPosition, ConversationStatus, ListOrder, PageLimit,
};
use leadkeep_service::input::filter;

use crate::{
    caller::{ConversationsRead, Permitted},
    cursor::{self, List},
    input::{Parameters, page_limit},
    problem::Problem,
    state::ApiState,
    wire::{ConversationBody, list as page_of, timestamp},
};

/// GET /conversations: a page of conversations, without their messages.
pub(in crate::routes) async fn list(
    caller: Permitted<ConversationsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query { filter, limit, cursor } = Query::parse(request.query_string())?;
    let filters = canonical(&filter);
    let sealed_for =
        List { workspace: caller.principal().workspace, kind: "conversations", filters: &filters };
    let after = match cursor {
        Some(cursor) => Some(cursor::decode_position(&sealed_for.open(&state.cursors, &cursor)?)?),
        None => None,
    };
    let order = filter.order();
    let page = state.conversations.list(caller.principal(), filter, after, limit).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next =
        last.map(|last| sealed_for.seal(&state.cursors, &cursor::encode_position(position(last, order))));
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(ConversationBody::from).collect(), next)))
}

struct Query {
    filter: ConversationFilter,
    limit: PageLimit,
    cursor: Option<String>,
}

impl Query {
    fn parse(query: &str) -> Result<Self, Problem> {
        let mut parameters = Parameters::parse(query)?;
        let filter = ConversationFilter {
            lead: parameters.optional("lead_id", str::parse),
            status: parameters.optional("status", str::parse),
            updated_after: parameters.optional("updated_after", filter::timestamp),
        };
        let limit = parameters.optional("limit", page_limit).unwrap_or_default();
        let cursor = parameters.optional("cursor", |cursor| Ok(cursor.to_owned()));
        parameters.finish()?;
        Ok(Self { filter, limit, cursor })
    }
}

/// The filters in one writing: what a cursor is bound to. No value has a space in it.
fn canonical(filter: &ConversationFilter) -> String {
    let status = filter.status.map(ConversationStatus::as_str);
    format!("{:?} {:?} {:?}", filter.lead, status, filter.updated_after.map(timestamp))
}

fn position(conversation: &Conversation, order: ListOrder) -> ConversationPosition {
    match order {
        ListOrder::NewestFirst => ConversationPosition::Id(conversation.id),
        ListOrder::LeastRecentlyUpdatedFirst => {
            ConversationPosition::Updated(conversation.updated_at, conversation.id)
        }
    }
}

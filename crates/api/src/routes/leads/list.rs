use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web};
use leadkeep_domain::{Email, LeadFilter, PageLimit, StatusFilter, Tag};
use leadkeep_service::input::filter;

use crate::{
    caller::{LeadsRead, Permitted},
    cursor::{self, List},
    input::{Parameters, page_limit},
    problem::Problem,
    state::ApiState,
    wire::{LeadBodies, paged, timestamp},
};

/// GET /leads: a page of leads.
pub(in crate::routes) async fn list(
    caller: Permitted<LeadsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query { filter, limit, cursor } = Query::parse(request.query_string())?;
    let filters = canonical(&filter);
    let sealed_for = List { workspace: caller.principal().workspace, kind: "leads", filters: &filters };
    let after = match cursor {
        Some(cursor) => Some(cursor::decode_position(&sealed_for.open(&state.cursors, &cursor)?)?),
        None => None,
    };
    let order = filter.order();
    let page = state.leads.list(caller.principal(), filter, after, limit).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next =
        last.map(|lead| sealed_for.seal(&state.cursors, &cursor::encode_position(order.position(lead))));
    let mut body = Vec::with_capacity(LEAD_BYTES * (page.items.len() + 1));
    serde_json::to_writer(&mut body, &paged(LeadBodies(&page.items), next)).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
}

/// What most leads take of an answer at most: it is written without being moved as it grows.
const LEAD_BYTES: usize = 768;

struct Query {
    filter: LeadFilter,
    limit: PageLimit,
    cursor: Option<String>,
}

impl Query {
    fn parse(query: &str) -> Result<Self, Problem> {
        let mut parameters = Parameters::parse(query)?;
        let filter = LeadFilter {
            status: parameters.optional("status", filter::status).unwrap_or_default(),
            assigned_to: parameters.optional("assigned_to", str::parse),
            tag: parameters.optional("tag", |tag| Tag::parse(tag)),
            email: parameters.optional("email", |email| Email::parse(email)),
            updated_after: parameters.optional("updated_after", filter::timestamp),
            ..LeadFilter::default()
        };
        let limit = parameters.optional("limit", page_limit).unwrap_or_default();
        let cursor = parameters.optional("cursor", |cursor| Ok(cursor.to_owned()));
        parameters.finish()?;
        Ok(Self { filter, limit, cursor })
    }
}

/// The filters in one writing: what a cursor is bound to.
fn canonical(filter: &LeadFilter) -> String {
    let status = match filter.status {
        StatusFilter::Only(status) => status.as_str(),
        StatusFilter::All => "all",
    };
    // Debug writing quotes: no value can pass for another parameter.
    format!(
        "{status} {:?} {:?} {:?} {:?}",
        filter.assigned_to,
        filter.tag,
        filter.email.as_ref().map(Email::key),
        filter.updated_after.map(timestamp),
    )
}

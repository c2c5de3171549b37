use actix_web::{HttpRequest, HttpResponse, web};

use super::lead_id;
use crate::{
    caller::{LeadsRead, Permitted},
    cursor::{self, List},
    input::{Parameters, page_limit},
    problem::Problem,
    state::ApiState,
    wire::{HistoryBody, list as page_of},
};

/// GET /leads/{id}/history: a page of the lead's changes, newest first.
pub(in crate::routes) async fn history(
    caller: Permitted<LeadsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let lead = lead_id(&request)?;
    let mut parameters = Parameters::parse(request.query_string())?;
    let limit = parameters.optional("limit", page_limit).unwrap_or_default();
    let cursor = parameters.optional("cursor", |cursor| Ok(cursor.to_owned()));
    parameters.finish()?;
    let filters = lead.to_string();
    let sealed_for = List { workspace: caller.principal().workspace, kind: "history", filters: &filters };
    let after = match cursor {
        Some(cursor) => Some(cursor::decode_id(&sealed_for.open(&state.cursors, &cursor)?)?),
        None => None,
    };
    let page = state.leads.history(caller.principal(), lead, after, limit).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next = last.map(|entry| sealed_for.seal(&state.cursors, entry.id.as_bytes()));
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(HistoryBody::from).collect(), next)))
}

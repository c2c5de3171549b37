use actix_web::{HttpRequest, HttpResponse, web};

use super::lead_id;
use crate::{
    caller::{LeadsRead, Permitted},
    cursor::List,
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
    let after = sealed_for.after(&state.cursors, cursor.as_deref())?;
    let page = state.leads.history(caller.principal(), lead, after, limit).await?;
    let next = sealed_for.behind(&state.cursors, &page, |entry| entry.id);
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(HistoryBody::from).collect(), next)))
}

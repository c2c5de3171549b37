use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::AiUpdateId;

use super::lead_id;
use crate::{
    caller::{LeadsRead, Permitted},
    cursor::{self, List},
    input::{Parameters, page_limit},
    problem::Problem,
    state::ApiState,
    wire::{AiUpdateBody, list as page_of},
};

/// GET /leads/{id}/ai-updates: a page of the lead's smart updates, newest first.
pub(in crate::routes) async fn list(
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
    let sealed_for = List { workspace: caller.principal().workspace, kind: "ai-updates", filters: &filters };
    let after = match cursor {
        Some(cursor) => Some(cursor::decode_id(&sealed_for.open(&state.cursors, &cursor)?)?),
        None => None,
    };
    let after = after.map(AiUpdateId::from_uuid);
    let page = state.smart_updates.list(caller.principal(), lead, after, limit).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next = last.map(|update| sealed_for.seal(&state.cursors, update.id.as_uuid().as_bytes()));
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(AiUpdateBody::from).collect(), next)))
}

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::RunId;
use leadkeep_storage::RunFilter;

use crate::{
    caller::{Permitted, RunsRead},
    cursor::{self, List},
    input::{Parameters, page_limit},
    problem::Problem,
    state::ApiState,
    wire::{RunSummary, list as page_of},
};

/// GET /workflow-runs: a page of runs, newest first, without their errors.
pub(in crate::routes) async fn list(
    caller: Permitted<RunsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(request.query_string())?;
    let filter = RunFilter {
        kind: parameters.optional("kind", str::parse),
        status: parameters.optional("status", str::parse),
    };
    let limit = parameters.optional("limit", page_limit).unwrap_or_default();
    let cursor = parameters.optional("cursor", |cursor| Ok(cursor.to_owned()));
    parameters.finish()?;
    let filters = format!("{filter:?}");
    let sealed_for = List { workspace: caller.principal().workspace, kind: "runs", filters: &filters };
    let after = match cursor {
        Some(cursor) => Some(cursor::decode_id(&sealed_for.open(&state.cursors, &cursor)?)?),
        None => None,
    };
    let page = state.runs.list(caller.principal(), filter, after.map(RunId::from_uuid), limit).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next = last.map(|run| sealed_for.seal(&state.cursors, run.id.as_uuid().as_bytes()));
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(RunSummary::from).collect(), next)))
}

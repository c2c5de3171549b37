use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::RunId;
use leadkeep_storage::RunFilter;

use crate::{
    caller::{Permitted, RunsRead},
    cursor::List,
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
    let after = sealed_for.after(&state.cursors, cursor.as_deref())?;
    let page = state.runs.list(caller.principal(), filter, after.map(RunId::from_uuid), limit).await?;
    let next = sealed_for.behind(&state.cursors, &page, |run| run.id.as_uuid());
    Ok(HttpResponse::Ok().json(page_of(page.items.iter().map(RunSummary::from).collect(), next)))
}

use actix_web::{HttpRequest, HttpResponse, web};

use super::run_id;
use crate::{
    caller::{Permitted, RunsWrite},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
    wire::{RunBody, data},
};

/// POST /workflow-runs/{id}/cancel: stops a run; what it has done stays. A second time changes nothing.
pub(in crate::routes) async fn cancel(
    caller: Permitted<RunsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let run = state.runs.cancel(caller.principal(), run_id(&request)?).await?;
    Ok(HttpResponse::Ok().json(data(RunBody::from(&run))))
}

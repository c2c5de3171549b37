use actix_web::{HttpRequest, HttpResponse, web};

use super::run_id;
use crate::{
    caller::{Permitted, RunsRead},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
    wire::{RunBody, data},
};

/// GET /workflow-runs/{id}: the run with its errors.
pub(in crate::routes) async fn get(
    caller: Permitted<RunsRead>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let run = state.runs.get(caller.principal(), run_id(&request)?).await?;
    Ok(HttpResponse::Ok().json(data(RunBody::from(&run))))
}

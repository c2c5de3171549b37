use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{self, Bytes},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use leadkeep_service::runs::RunFile;

use super::run_id;
use crate::{
    caller::{LeadsRead, Permitted, RunsRead},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
};

/// GET /workflow-runs/{id}/result: the file that an export wrote, part by part as it is read.
pub(in crate::routes) async fn result(
    caller: Permitted<RunsRead>,
    _: Permitted<LeadsRead>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let run = run_id(&request)?;
    let RunFile { format, first, bytes } = state.runs.file(caller.principal(), run).await?;
    let name = format!("attachment; filename=\"{run}.{}\"", format.as_str());
    let rest = state.runs.rest(caller.principal().clone(), run);
    let parts = stream::iter([Ok(first)]).chain(rest).map_ok(Bytes::from);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format!("{}; charset=utf-8", format.media_type())))
        .insert_header((CONTENT_DISPOSITION, name))
        .no_chunking(bytes)
        .streaming(parts))
}

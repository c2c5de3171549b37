use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{self, Bytes},
};
use futures_util::{StreamExt, stream};
use leadkeep_domain::RunId;
use leadkeep_service::{
    gate::Principal,
    runs::{RunFile, Runs},
};
use leadkeep_storage::StorageError;

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
    let rest = parts(state.runs.clone(), caller.principal().clone(), run);
    let parts = stream::iter([Ok(Bytes::from(first))]);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format!("{}; charset=utf-8", format.media_type())))
        .insert_header((CONTENT_DISPOSITION, name))
        .no_chunking(bytes)
        .streaming(parts.chain(rest)))
}

/// All parts but the first, each read when the one before is sent.
fn parts(
    runs: Runs,
    principal: Principal,
    run: RunId,
) -> impl stream::Stream<Item = Result<Bytes, StorageError>> {
    stream::try_unfold((runs, principal, 1), move |(runs, principal, part)| async move {
        let bytes = runs.part(&principal, run, part).await?;
        Ok(bytes.map(|bytes| (Bytes::from(bytes), (runs, principal, part + 1))))
    })
}

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_service::input::lead::patch as read_patch;

use super::{lead_id, show};
use crate::{
    caller::{LeadsWrite, Permitted},
    etag,
    input::{JsonBody, NoParameters},
    problem::Problem,
    state::ApiState,
};

/// PATCH /leads/{id}: only what is sent changes. `If-Match` guards against changes in between.
pub(in crate::routes) async fn update(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (lead, condition) = (lead_id(&request)?, etag::if_match(&request)?);
    let principal = caller.principal();
    let patch = read_patch(body.fields, principal.currency)?;
    let lead = state.leads.update(principal, lead, patch, condition, caller.request_id()).await?;
    Ok(show(HttpResponse::Ok(), &lead))
}

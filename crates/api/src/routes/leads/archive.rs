use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::{LeadPatch, LeadStatus};

use super::{lead_id, show};
use crate::{
    caller::{LeadsWrite, Permitted},
    etag,
    input::NoParameters,
    problem::Problem,
    state::ApiState,
};

/// DELETE /leads/{id}: archives, and answers the archived lead. A second time changes nothing.
pub(in crate::routes) async fn archive(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    set_status(&caller, &state, &request, LeadStatus::Archived).await
}

pub(super) async fn set_status(
    caller: &Permitted<LeadsWrite>,
    state: &ApiState,
    request: &HttpRequest,
    status: LeadStatus,
) -> Result<HttpResponse, Problem> {
    let (lead, condition) = (lead_id(request)?, etag::if_match(request)?);
    let patch = LeadPatch::status(status);
    let lead = state.leads.update(caller.principal(), lead, patch, condition, caller.request_id()).await?;
    Ok(show(HttpResponse::Ok(), &lead))
}

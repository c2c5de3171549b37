use actix_web::{HttpResponse, web};
use leadkeep_service::input::lead;

use super::show;
use crate::{
    caller::{LeadsWrite, Permitted},
    input::{JsonBody, NoParameters},
    problem::Problem,
    state::ApiState,
};

/// POST /leads: 201 with the lead.
pub(in crate::routes) async fn create(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let principal = caller.principal();
    let (fields, status) = lead::new_lead(body.0, principal.currency)?;
    let lead = state.leads.create(principal, fields, status, caller.request_id()).await?;
    Ok(show(HttpResponse::Created(), &lead))
}

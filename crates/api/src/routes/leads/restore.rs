use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::LeadStatus;

use super::archive::set_status;
use crate::{
    caller::{LeadsWrite, Permitted},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
};

/// POST /leads/{id}/restore: makes an archived lead active again. A second time changes nothing.
pub(in crate::routes) async fn restore(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    set_status(&caller, &state, &request, LeadStatus::Active).await
}

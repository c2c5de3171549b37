use actix_web::{HttpRequest, HttpResponse, web};

use super::{lead_id, show};
use crate::{
    caller::{LeadsRead, Permitted},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
};

/// GET /leads/{id}, archived or not.
pub(in crate::routes) async fn get(
    caller: Permitted<LeadsRead>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let lead = state.leads.get(caller.principal(), lead_id(&request)?).await?;
    Ok(show(HttpResponse::Ok(), &lead))
}

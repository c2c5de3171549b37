use actix_web::{HttpRequest, HttpResponse, web};

use super::{lead_id, update_id};
use crate::{
    caller::{LeadsWrite, Permitted},
    input::NoParameters,
    problem::Problem,
    state::ApiState,
    wire::{UndoneAiUpdateBody, data},
};

/// POST /leads/{id}/ai-updates/{update_id}/undo: 200 with the lead, the fields that have their earlier values again, and those
/// that were left alone. Asked again, it says the same and does nothing.
pub(in crate::routes) async fn undo(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (lead, update) = (lead_id(&request)?, update_id(&request)?);
    let undone = state.smart_updates.undo(caller.principal(), lead, update, caller.request_id()).await?;
    let (lead, update) = &undone;
    Ok(HttpResponse::Ok().json(data(UndoneAiUpdateBody::new(lead, update))))
}

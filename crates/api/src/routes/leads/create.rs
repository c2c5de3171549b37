use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_domain::Lead;
use leadkeep_service::input::lead::new_lead;
use leadkeep_storage::StoredAnswer;

use crate::{
    caller::{LeadsWrite, Permitted},
    etag,
    idempotency::{self, Once},
    input::{JsonBody, NoParameters},
    problem::Problem,
    state::ApiState,
    wire::{LeadBody, data},
};

/// POST /leads: 201 with the lead.
pub(in crate::routes) async fn create(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let principal = caller.principal();
    let (fields, status) = new_lead(body.fields, principal.currency)?;
    let once = Once { state: &state, caller: &caller, request: &request, body: &body.raw, answer: created };
    once.make(async |receipt| {
        state.leads.create(principal, fields, status, caller.request_id(), receipt).await
    })
    .await
}

fn created(lead: &Lead) -> StoredAnswer {
    let answer = idempotency::answer(StatusCode::CREATED, &data(LeadBody::from(lead)));
    StoredAnswer { etag: Some(etag::of(lead.version)), ..answer }
}

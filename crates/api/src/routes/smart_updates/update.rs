use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use leadkeep_service::smart_updates::{DoneAiUpdate, Requester};
use leadkeep_storage::StoredAnswer;

use super::{lead_id, read};
use crate::{
    caller::{LeadsWrite, Permitted},
    idempotency::{self, Once},
    input::{JsonBody, NoParameters},
    problem::Problem,
    state::ApiState,
    wire::{DoneAiUpdateBody, data},
};

/// How large a body with a text may be, in bytes: JSON may take six for one of the text.
pub(super) const MAX_BODY: usize = 512 * 1024;

/// POST /leads/{id}/ai-update: 200 with the lead, what changed and what was refused; of a dry run, what would.
pub(in crate::routes) async fn update(
    caller: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody<MAX_BODY>,
) -> Result<HttpResponse, Problem> {
    let lead = lead_id(&request)?;
    let asked = read::request(body.fields, &caller)?;
    let requester = Requester::new(caller.principal(), caller.request_id());
    let once = Once { state: &state, caller: &caller, request: &request, body: &body.raw, answer: done };
    once.make(async |receipt| state.smart_updates.update(&requester, lead, asked, receipt).await).await
}

fn done(update: &DoneAiUpdate) -> StoredAnswer {
    idempotency::answer(StatusCode::OK, &data(DoneAiUpdateBody::from(update)))
}

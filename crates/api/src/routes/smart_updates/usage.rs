use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_service::{input::Faults, smart_updates::as_of};
use time::Duration;

use crate::{
    caller::{LeadsRead, Permitted},
    input::Parameters,
    problem::Problem,
    state::ApiState,
    wire::{AiUsageBody, data},
};

/// How many days one answer covers.
const MOST_DAYS: Duration = Duration::days(366);

/// GET /usage/ai: what smart update was used for, by day, credential and provider; this month unless `from` and `to` say other
/// days.
pub(in crate::routes) async fn usage(
    caller: Permitted<LeadsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(request.query_string())?;
    let (first, today) = state.smart_updates.this_month();
    let from = parameters.optional("from", as_of).unwrap_or(first);
    let to = parameters.optional("to", as_of).unwrap_or(today.max(from));
    parameters.finish()?;
    if to < from {
        return Err(Faults::one("to", "must not be before from").into());
    }
    if to - from >= MOST_DAYS {
        return Err(Faults::one("to", "must be less than 366 days after from").into());
    }
    let report = state.smart_updates.usage(caller.principal(), from, to).await?;
    Ok(HttpResponse::Ok().json(data(AiUsageBody::new(&report, from, to, today))))
}

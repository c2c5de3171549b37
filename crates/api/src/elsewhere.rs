//! What a dialect says of things that are in another workspace of the same organization.

use actix_web::dev::ServiceResponse;
use leadkeep_service::gate::Principal;

use crate::{
    Dialect,
    dialect::Elsewhere,
    problem::{Problem, Sought},
    state::ApiState,
};

/// Turns "not found" into "forbidden", where the dialect says so and what was sought is elsewhere in the organization.
pub(crate) async fn disclose(
    state: &ApiState,
    dialect: &Dialect,
    principal: &Principal,
    response: ServiceResponse,
) -> ServiceResponse {
    if dialect.elsewhere == Elsewhere::NotFound {
        return response;
    }
    let error = response.response().error().and_then(|error| error.as_error::<Problem>());
    let Some(sought) = error.and_then(|problem| problem.sought) else { return response };
    let found = match sought {
        Sought::Run(run) => state.runs.is_elsewhere(principal, run).await,
        Sought::Lead(lead) => state.leads.is_elsewhere(principal, lead).await,
        Sought::Conversation(sought) => state.conversations.is_elsewhere(principal, sought).await,
    };
    let problem = match found {
        Ok(false) => return response,
        Ok(true) => Problem::elsewhere(),
        Err(error) => error.into(),
    };
    ServiceResponse::from_err(problem, response.into_parts().0)
}

//! The gate in front of every resource: credential, budget, tenant.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};
use leadkeep_service::{
    Admission, Budget,
    gate::{Refusal, TenantClaims, check_tenant},
};

use crate::{budget_headers, caller::Caller, problem::Problem, request_id::RequestId, state::ApiState};

/// Goes around a dialect's resources.
pub(crate) async fn admission(
    state: web::Data<ApiState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let caller = match admit(&state, request.request()).await {
        Ok(caller) => caller,
        Err(Refused { problem, budget }) => {
            let mut response = ServiceResponse::from_err(problem, request.into_parts().0);
            if let Some(budget) = budget {
                budget_headers::insert(response.headers_mut(), &budget);
            }
            return Ok(response);
        }
    };
    let budget = *caller.budget();
    request.extensions_mut().insert(caller);
    let mut response = next.call(request).await?.map_into_boxed_body();
    budget_headers::insert(response.headers_mut(), &budget);
    Ok(response)
}

/// Why a request goes no further; with the budget of its credential, if that is accepted.
struct Refused {
    problem: Problem,
    budget: Option<Budget>,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { problem, budget: None }
    }
}

async fn admit(state: &ApiState, request: &HttpRequest) -> Result<Caller, Refused> {
    // A header that is not even text is present, and no credential of ours.
    let authorization = header_text(request, header::AUTHORIZATION.as_str()).unwrap_or(Some(""));
    let admission = state.gatekeeper.admit(authorization, address(request)).await.map_err(Problem::from)?;
    match admission {
        Admission::Admitted { principal, budget } => {
            let caller = Caller::new(*principal, budget, RequestId::of(request));
            check_claims(request, &caller).map_err(|problem| Refused { problem, budget: Some(budget) })?;
            Ok(caller)
        }
        Admission::Limited { budget, retry_after, .. } => {
            let problem = Problem::rate_limited("Too many requests for this credential", retry_after);
            Err(Refused { problem, budget: Some(budget) })
        }
        Admission::Refused(refusal) => Err(Problem::unauthorized(refusal != Refusal::Missing).into()),
        Admission::TooManyFailures(too_many) => {
            Err(Problem::rate_limited("Too many failed attempts", too_many.retry_after).into())
        }
    }
}

fn check_claims(request: &HttpRequest, caller: &Caller) -> Result<(), Problem> {
    // A value that is no text is no id of ours either.
    let claim = |name| header_text(request, name).unwrap_or(Some(""));
    let claims =
        TenantClaims { workspace: claim("x-workspace-id"), organization: claim("x-organization-id") };
    check_tenant(caller.principal(), claims).map_err(Problem::from)
}

/// A header's value, if there is exactly one: of several, nobody knows which is meant.
fn header_text<'a>(request: &'a HttpRequest, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(Some).map_err(|_| Problem::invalid_request("A header is not text"))
        }
        (Some(_), Some(_)) => Err(Problem::invalid_request("A header is repeated")),
    }
}

/// Where the request comes from.
pub(crate) fn address(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

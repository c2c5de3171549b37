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
    Admission,
    gate::{Refusal, TenantClaims, check_tenant},
};

use crate::{budget_headers, caller::Caller, problem::Problem, request_id::RequestId, state::ApiState};

/// Goes around a dialect's resources.
pub(crate) async fn admission(
    state: web::Data<ApiState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (caller, refusal) = match admit(&state, request.request()).await {
        Ok(Admitted { caller, refusal }) => (caller, refusal),
        Err(problem) => return Ok(ServiceResponse::from_err(problem, request.into_parts().0)),
    };
    let budget = *caller.budget();
    request.extensions_mut().insert(caller);
    let mut response = match refusal {
        Some(problem) => ServiceResponse::from_err(problem, request.into_parts().0),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    budget_headers::insert(response.headers_mut(), &budget);
    Ok(response)
}

/// Someone whose credential is accepted, and why the request goes no further all the same, if it does not.
struct Admitted {
    caller: Caller,
    refusal: Option<Problem>,
}

async fn admit(state: &ApiState, request: &HttpRequest) -> Result<Admitted, Problem> {
    let authorization = header_text(request, header::AUTHORIZATION.as_str());
    match state.gatekeeper.admit(authorization, address(request)).await? {
        Admission::Admitted { principal, budget } => {
            let claims = TenantClaims {
                workspace: header_text(request, "x-workspace-id"),
                organization: header_text(request, "x-organization-id"),
            };
            let refusal = check_tenant(&principal, claims).err().map(Problem::from);
            Ok(Admitted { caller: Caller::new(*principal, budget, RequestId::of(request)), refusal })
        }
        Admission::Limited { principal, budget, retry_after } => {
            let problem = Problem::rate_limited("Too many requests for this credential", retry_after);
            let caller = Caller::new(*principal, budget, RequestId::of(request));
            Ok(Admitted { caller, refusal: Some(problem) })
        }
        Admission::Refused(refusal) => Err(Problem::unauthorized(refusal != Refusal::Missing)),
        Admission::TooManyFailures(too_many) => {
            Err(Problem::rate_limited("Too many failed attempts", too_many.retry_after))
        }
    }
}

/// A header's value. One that is no text, or is repeated so that nobody knows which is meant, is as good as empty: it names
/// nothing of ours.
pub(crate) fn header_text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers().get_all(name);
    let first = values.next()?;
    Some(if values.next().is_some() { "" } else { first.to_str().unwrap_or_default() })
}

/// Where the request comes from.
pub(crate) fn address(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

//! The gate in front of every resource: credential, tenant, address, budget.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, AsHeaderName, HeaderName},
    },
    middleware::Next,
    web,
};
use leadkeep_service::{
    Accepted, Authentication, Budget, Call,
    gate::{Forbidden, Principal, Refusal, TenantClaims, check_address, check_tenant},
};
use leadkeep_storage::CallOutcome;
use tracing::{Instrument, Span, info_span};

use crate::{
    Dialect, budget_headers,
    caller::Caller,
    client_address::address,
    elsewhere, https, measure,
    problem::{Code, Problem},
    request_id::RequestId,
    state::ApiState,
};

static WORKSPACE: HeaderName = HeaderName::from_static("x-workspace-id");
static ORGANIZATION: HeaderName = HeaderName::from_static("x-organization-id");

/// Goes around a dialect's resources.
pub(crate) async fn admission(
    state: web::Data<ApiState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&state, request.request()).instrument(gate_span()).await {
        Ok(admitted) => pass(&state, admitted, request, next).await,
        Err(problem) => Ok(ServiceResponse::from_err(problem, request.into_parts().0)),
    }
}

/// Goes around what a credential may do with itself whatever its budget is and wherever it is used: whoever finds a leaked one
/// must be able to revoke it. A request that names another tenant is refused here too: it means another credential.
pub(crate) async fn lenient_admission(
    state: web::Data<ApiState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let dialect = Dialect::of(request.request());
    let admitted = async {
        let mut accepted = authenticate(&state, request.request(), dialect).await?;
        let refusal = meant_for_another(&state, request.request(), dialect, &accepted.principal)?;
        let budget = state.gatekeeper.take(&mut accepted, dialect.budget).await?;
        Ok::<_, Problem>(Admitted { principal: accepted.principal, budget, refusal })
    };
    match admitted.instrument(gate_span()).await {
        Ok(admitted) => pass(&state, admitted, request, next).await,
        Err(problem) => Ok(ServiceResponse::from_err(problem, request.into_parts().0)),
    }
}

/// What is asked before a handler is: credential, tenant, address, budget.
fn gate_span() -> Span {
    info_span!(target: "otlp", "gate")
}

/// Someone whose credential is accepted, and why the request goes no further all the same, if it does not.
struct Admitted {
    principal: Box<Principal>,
    budget: Budget,
    refusal: Option<Problem>,
}

async fn admit(state: &ApiState, request: &HttpRequest) -> Result<Admitted, Problem> {
    let dialect = Dialect::of(request);
    let mut accepted = authenticate(state, request, dialect).await?;
    // A credential that is used from where it may not be is likely stolen: it must not use up its owner's budget.
    if let Err(forbidden) = check_address(&accepted.principal, address(request)) {
        let budget = state.gatekeeper.peek(&accepted.principal, dialect.budget).await?;
        return Ok(Admitted { principal: accepted.principal, budget, refusal: Some(forbidden.into()) });
    }
    let mut refusal = meant_for_another(state, request, dialect, &accepted.principal)?;
    let budget = state.gatekeeper.take(&mut accepted, dialect.budget).await?;
    if let Some(retry_after) = budget.retry_after() {
        let problem = Problem::rate_limited("Too many requests", retry_after);
        refusal = Some(Problem { refused_for: Some("rate limit"), ..problem });
    }
    Ok(Admitted { principal: accepted.principal, budget, refusal })
}

async fn authenticate(
    state: &ApiState,
    request: &HttpRequest,
    dialect: &Dialect,
) -> Result<Accepted, Problem> {
    https::insist(state, request).inspect_err(measure::decided_against)?;
    let call = Call {
        authorization: header_text(request, header::AUTHORIZATION),
        address: address(request),
        claims: claims(request),
        accepts: dialect.accepts,
        rule: dialect.budget,
    };
    match state.gatekeeper.authenticate(&call).await? {
        Authentication::Accepted(accepted) => Ok(accepted),
        Authentication::Refused(refusal) => Err(Problem::unauthorized(refusal != Refusal::Missing)),
        Authentication::TooManyFailures(too_many) => {
            Err(Problem::rate_limited("Too many failed attempts", too_many.retry_after))
        }
    }
}

/// The tenant that the request says it is meant for.
fn claims(request: &HttpRequest) -> TenantClaims<'_> {
    TenantClaims {
        workspace: header_text(request, &WORKSPACE),
        organization: header_text(request, &ORGANIZATION),
    }
}

/// Why the request is refused, if it names another tenant. A dialect may take another organization's name for a sign that the
/// credential is not the one that was meant: an error then, as for any that is not accepted.
fn meant_for_another(
    state: &ApiState,
    request: &HttpRequest,
    dialect: &Dialect,
    principal: &Principal,
) -> Result<Option<Problem>, Problem> {
    let Err(forbidden) = check_tenant(principal, claims(request)) else { return Ok(None) };
    if forbidden == Forbidden::WrongOrganization && dialect.wrong_organization == Code::Unauthorized {
        state.gatekeeper.refuse_misdirected(principal, address(request));
        return Err(Problem::unauthorized(true));
    }
    Ok(Some(forbidden.into()))
}

/// Lets the request go on, counts how it ended, and says what is left of the budget.
async fn pass(
    state: &ApiState,
    admitted: Admitted,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Admitted { principal, budget, refusal } = admitted;
    let (dialect, address) = (Dialect::of(request.request()), address(request.request()));
    let caller = Caller::new(*principal, budget, RequestId::of(request.request()));
    request.extensions_mut().insert(caller.clone());
    let response = match refusal {
        Some(problem) => ServiceResponse::from_err(problem, request.into_parts().0),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let mut response = elsewhere::disclose(state, dialect, caller.principal(), response).await;
    state.gatekeeper.count(caller.principal(), outcome(response.status()), address);
    measure::decided(&response);
    budget_headers::insert(response.headers_mut(), caller.budget(), dialect.reset);
    Ok(response)
}

fn outcome(status: StatusCode) -> CallOutcome {
    match status {
        StatusCode::TOO_MANY_REQUESTS => CallOutcome::Limited,
        status if status.as_u16() < 400 => CallOutcome::Ok,
        _ => CallOutcome::Error,
    }
}

/// A header's value. One that is no text, or is repeated so that nobody knows which is meant, is as good as empty: it names
/// nothing of ours.
pub(crate) fn header_text(request: &HttpRequest, name: impl AsHeaderName) -> Option<&str> {
    let mut values = request.headers().get_all(name);
    let first = values.next()?;
    Some(if values.next().is_some() { "" } else { first.to_str().unwrap_or_default() })
}

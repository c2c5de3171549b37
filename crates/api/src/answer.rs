//! Around every request: its id, the rendering of errors, and a line in the log.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage, HttpResponse, HttpResponseBuilder,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use serde_json::{Value, json};

use crate::{
    admission::address,
    caller::Caller,
    problem::{Code, Problem},
    request_id::{self, RequestId},
};

/// Goes around the whole application: `App::wrap(from_fn(answer))`.
pub async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = RequestId::choose(request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = rendered(next.call(request).await?.map_into_boxed_body(), &id);
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HeaderName::from_static(request_id::HEADER), value);
    }
    log(&response, &id, began);
    Ok(response)
}

/// The response, its error written out if it has one.
fn rendered(response: ServiceResponse, id: &RequestId) -> ServiceResponse {
    let Some(error) = response.response().error() else { return response };
    let new = match error.as_error::<Problem>() {
        Some(problem) => {
            log_cause(problem, id);
            render(problem, id)
        }
        None => render(&foreign(error), id),
    };
    // What was decided on the way, such as the budget's headers, stays.
    let (request, old) = response.into_parts();
    let mut new = new;
    for (name, value) in old.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            new.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, new)
}

/// An error that actix-web made before any of our code ran.
fn foreign(error: &Error) -> Problem {
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::PayloadTooLarge, "The body is too large"),
        StatusCode::NOT_FOUND => Problem::not_found("Not found"),
        status if status.is_client_error() => Problem::invalid_request("The request could not be read"),
        _ => Problem::internal(std::io::Error::other(error.to_string())),
    }
}

/// The one function that writes an error.
fn render(problem: &Problem, id: &RequestId) -> HttpResponse {
    let mut response = HttpResponseBuilder::new(problem.code.status());
    if let Some(wait) = problem.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds(wait)));
    }
    if let Some(challenge) = &problem.challenge {
        response.insert_header((header::WWW_AUTHENTICATE, challenge.as_ref()));
    }
    if let Some(allow) = problem.allow {
        response.insert_header((header::ALLOW, allow));
    }
    if problem.no_store {
        response.insert_header((header::CACHE_CONTROL, "no-store"));
    }
    response.json(body(problem, id))
}

fn body(problem: &Problem, id: &RequestId) -> Value {
    if let Some(code) = problem.oauth {
        return json!({"error": code, "error_description": problem.message, "request_id": id.as_str()});
    }
    let mut error = json!({
        "code": problem.code.as_str(),
        "message": problem.message,
        "request_id": id.as_str(),
    });
    if let (Some(details), Some(members)) = (&problem.details, error.as_object_mut()) {
        members.insert("details".to_owned(), details.clone());
    }
    json!({"error": error})
}

/// Rounded up: whoever waits so long is not told to wait again.
fn seconds(wait: std::time::Duration) -> u64 {
    let whole = wait.as_secs();
    if wait.subsec_nanos() > 0 { whole + 1 } else { whole.max(1) }
}

fn log_cause(problem: &Problem, id: &RequestId) {
    let Some(cause) = &problem.cause else { return };
    match problem.code {
        Code::ServiceUnavailable => {
            tracing::warn!(request_id = id.as_str(), cause = %chain(cause.as_ref()), "not available");
        }
        _ => {
            tracing::error!(request_id = id.as_str(), cause = %chain(cause.as_ref()), "request failed");
        }
    }
}

/// An error with all that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// One line a request. The route's pattern, not the path: a path may hold anything that somebody put there by mistake.
fn log(response: &ServiceResponse, id: &RequestId, began: Instant) {
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    let request = response.request();
    let extensions = request.extensions();
    let actor = extensions.get::<Caller>().map(Caller::principal);
    tracing::info!(
        request_id = id.as_str(),
        method = %request.method(),
        route = request.match_pattern().as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        address = %address(request),
        micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        workspace = actor.map(|actor| tracing::field::display(actor.workspace)),
        credential = actor.and_then(|actor| actor.actor.id).map(tracing::field::display),
        "request"
    );
}

//! Around every request: its id, the rendering of errors, and a line in the log.

use std::{borrow::Cow, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use leadkeep_service::chain;
use serde::Serialize;
use serde_json::Value;

use crate::{
    Dialect,
    caller::Caller,
    client_address::address,
    dialect::ErrorShape,
    measure,
    problem::{Code, Problem},
    request_id::{self, RequestId},
    scheme::{Scheme, scheme},
    state::ApiState,
};

/// To whoever came over https: come so for a year, whatever links say (RFC 6797 §6.1; over plain HTTP it must not be said, §7.2).
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Goes around the whole application: `App::wrap(from_fn(answer))`.
pub async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = RequestId::choose(request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = rendered(next.call(request).await?.map_into_boxed_body(), &id);
    response.headers_mut().insert(request_id::HEADER.clone(), id.as_header());
    if comes_over_https(response.request()) {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    log(&response, &id, began);
    if is_measured(response.request()) {
        measure::answered(&response, began);
    }
    Ok(response)
}

/// Whether anybody wants to know how long requests take: to name what was asked is work.
fn is_measured(request: &HttpRequest) -> bool {
    request.app_data::<Data<ApiState>>().is_some_and(|state| state.is_measured)
}

/// Whether people come over https: this request did, or the address that they use begins so, whoever translates it on the way.
fn comes_over_https(request: &HttpRequest) -> bool {
    let address = request.app_data::<Data<ApiState>>().and_then(|state| state.address.get());
    scheme(request) == Scheme::Https || address.is_some_and(|address| address.starts_with("https://"))
}

/// The response, its error written out if it has one. What was decided on the way, such as the budget's headers, stays.
fn rendered(response: ServiceResponse, id: &RequestId) -> ServiceResponse {
    let Some(error) = response.response().error() else { return response };
    let dialect = Dialect::of(response.request());
    let rendering = match error.as_error::<Problem>() {
        Some(problem) => {
            log_cause(problem, id);
            Rendering::of(problem, id, dialect)
        }
        None => Rendering::of(&foreign(error), id, dialect),
    };
    rendering.in_place_of(response)
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

/// An error as it is sent. There is no other place that writes one.
struct Rendering {
    status: StatusCode,
    headers: [(HeaderName, Option<HeaderValue>); 5],
    body: Vec<u8>,
}

impl Rendering {
    fn of(problem: &Problem, id: &RequestId, dialect: &Dialect) -> Self {
        Self {
            status: problem.code.status(),
            headers: [
                (header::RETRY_AFTER, problem.retry_after.map(|wait| seconds(wait).into())),
                (header::WWW_AUTHENTICATE, problem.challenge.clone().and_then(value)),
                (header::ALLOW, problem.allow.clone().and_then(value)),
                (header::CACHE_CONTROL, problem.no_store.then(|| HeaderValue::from_static("no-store"))),
                (header::CONTENT_TYPE, Some(HeaderValue::from_static("application/json"))),
            ],
            // Texts and what is JSON already: there is nothing in it that can't be written.
            body: serde_json::to_vec(&body(problem, id, dialect)).unwrap_or_default(),
        }
    }

    /// Into the response that is there already, so that no other is made and its headers are not copied.
    fn in_place_of(self, response: ServiceResponse) -> ServiceResponse {
        response.map_body(|head, _| {
            head.status = self.status;
            // Of a body that is not sent.
            head.headers.remove(header::CONTENT_LENGTH);
            for (name, value) in self.headers {
                if let Some(value) = value {
                    head.headers.insert(name, value);
                }
            }
            BoxBody::new(self.body)
        })
    }
}

/// A header's value. One that is fixed is not copied.
fn value(text: Cow<'static, str>) -> Option<HeaderValue> {
    match text {
        Cow::Borrowed(text) => Some(HeaderValue::from_static(text)),
        Cow::Owned(text) => text.try_into().ok(),
    }
}

/// What an error's answer has to say; what it has not is absent.
#[derive(Default, Serialize)]
struct Members<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    request_id: &'a str,
}

/// What they are in.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Flat(Members<'a>),
    Nested { error: Members<'a> },
}

fn body<'a>(problem: &'a Problem, id: &'a RequestId, dialect: &Dialect) -> Body<'a> {
    let (message, request_id) = (Some(problem.message.as_ref()), id.as_str());
    if let Some(oauth) = &problem.oauth {
        return Body::Flat(Members {
            error: Some(oauth.code.into()),
            error_description: message,
            message: message.filter(|_| oauth.with_message),
            request_id,
            ..Members::default()
        });
    }
    let members = Members { details: problem.details.as_ref(), message, request_id, ..Members::default() };
    let code = Some(dialect.code(problem.code));
    match dialect.errors {
        ErrorShape::Flat => Body::Flat(Members { error: code, ..members }),
        ErrorShape::Nested => Body::Nested { error: Members { code, ..members } },
    }
}

/// Rounded up: whoever waits so long is not told to wait again.
fn seconds(wait: std::time::Duration) -> u64 {
    let whole = wait.as_secs();
    if wait.subsec_nanos() > 0 { whole + 1 } else { whole.max(1) }
}

fn log_cause(problem: &Problem, id: &RequestId) {
    let Some(cause) = &problem.cause else { return };
    match problem.code {
        Code::ServiceUnavailable | Code::AiUnavailable => {
            tracing::warn!(request_id = id.as_str(), cause = chain(cause.as_ref()), "not available");
        }
        _ => {
            tracing::error!(request_id = id.as_str(), cause = chain(cause.as_ref()), "request failed");
        }
    }
}

/// One line a request; refused credentials are [counted](leadkeep_service::RefusalLog) instead, and so are
/// [exposed](leadkeep_service::ExposureLog) ones, the one 403 before anybody is known: a flood of them must not fill the disk.
/// The route's pattern, not the path: a path may hold anything that somebody put there by mistake.
fn log(response: &ServiceResponse, id: &RequestId, began: Instant) {
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    let request = response.request();
    // Before the extensions are borrowed: the address is kept in them.
    let address = address(request);
    let extensions = request.extensions();
    let actor = extensions.get::<Caller>().map(Caller::principal);
    if actor.is_none() && matches!(response.status().as_u16(), 401 | 403 | 429) {
        return;
    }
    tracing::info!(
        request_id = id.as_str(),
        method = %request.method(),
        route = request.match_pattern().as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        %address,
        micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        workspace = actor.map(|actor| tracing::field::display(actor.workspace)),
        credential = actor.map(|actor| tracing::field::display(actor.credential)),
        "request"
    );
}

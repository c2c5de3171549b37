//! Around every page: who looks at it, whether a form is ours, and what is shown where something is in the way.

use std::rc::Rc;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use leadkeep_api::{RequestId, Scheme, address, scheme};
use leadkeep_credentials::{Secret, find_secrets};
use leadkeep_domain::FormId;
use leadkeep_service::Exposed;

use crate::{
    ConsoleState, Plain,
    cookies::Kind,
    pages::problem,
    posted::Posted,
    posted_file::PostedFile,
    respond::{page_with, see},
    theme::Theme,
    trouble::Trouble,
    visitor::{SharedVisitor, Visitor},
};

/// Goes around the pages.
pub(crate) async fn frame(
    state: Data<ConsoleState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    around(state, request, next, false).await
}

/// Goes around the pages that take a file.
pub(crate) async fn frame_of_files(
    state: Data<ConsoleState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    around(state, request, next, true).await
}

async fn around(
    state: Data<ConsoleState>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    takes_files: bool,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(refused) = in_the_clear(&state, request.request()) {
        return Ok(request.into_response(refused));
    }
    let visitor = match Visitor::read(state.clone(), request.request()).await {
        Ok(visitor) => SharedVisitor(Rc::new(visitor)),
        Err(error) => {
            let nobody = unknown(&state, &Trouble::from(error), request.request());
            return Ok(request.into_response(nobody));
        }
    };
    request.extensions_mut().insert(visitor.clone());
    if request.method() == Method::POST {
        let payload = request.take_payload();
        let read = if takes_files && PostedFile::is_one(request.request()) {
            let posted = PostedFile::read(&visitor, payload).await;
            posted.map(|posted| drop(request.extensions_mut().insert(posted)))
        } else {
            let posted = Posted::read(&visitor, payload).await;
            posted.map(|posted| drop(request.extensions_mut().insert(posted)))
        };
        if let Err(trouble) = read {
            let shown = shown(&visitor, &trouble);
            return Ok(request.into_response(shown));
        }
    }
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = match response.response().error().map(|error| error.as_error::<Trouble>()) {
        None => response,
        Some(trouble) => {
            let unforeseen = Trouble::Unreadable("the request can't be read");
            let shown = shown(&visitor, trouble.unwrap_or(&unforeseen));
            response.into_response(shown)
        }
    };
    if let Some(value) = visitor.first_value.clone().filter(|_| is_html(&response)) {
        let cookie = Kind::Visitor.cookie(&visitor.request, value);
        let _ = response.response_mut().add_cookie(&cookie);
    }
    Ok(response)
}

/// Where https is required nothing is answered in the clear. A session that came so is named in the log: whoever was on the way
/// has it now.
fn in_the_clear(state: &ConsoleState, request: &HttpRequest) -> Option<HttpResponse> {
    if !state.require_https || scheme(request) == Scheme::Https {
        return None;
    }
    let exposed = match find_secrets(request.uri().to_string().as_bytes()).next() {
        // A link to join or to choose a password with.
        Some(found) => Some(Exposed::of(&found.secret)),
        None => session_in_the_clear(request).or_else(|| {
            // A form is not read any more, so nobody knows; most that nobody is signed in for have a password in them.
            (request.method() == Method::POST).then(|| Exposed::unrecognized("form"))
        }),
    };
    if let Some(exposed) = exposed {
        state.exposures.note(exposed, address(request));
    }
    let place = format!("{}/console", state.issuer());
    let plain = for_nobody(state, request);
    let kind = problem::Kind::HttpsRequired { address: &place };
    Some(problem_page(&plain, kind, RequestId::of(request).as_str()))
}

fn session_in_the_clear(request: &HttpRequest) -> Option<Exposed> {
    let session = Kind::Session.read(request)?;
    let parsed = Secret::parse(&session);
    Some(parsed.map_or_else(|_| Exposed::unrecognized("session"), |secret| Exposed::of(&secret)))
}

/// Only who sees a form needs what its token is made with.
fn is_html(response: &ServiceResponse) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The page in the place of what was asked for.
fn shown(visitor: &Visitor, trouble: &Trouble) -> HttpResponse {
    trouble.log(visitor.request_id.as_str());
    match (trouble, trouble.kind()) {
        (Trouble::SignIn { next }, _) => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            see(&format!("/console/sign-in?{query}")).finish()
        }
        (_, None) => see("/console/sign-in?ended=1").finish(),
        (_, Some(kind)) => problem_page(&visitor.plain(), kind, visitor.request_id.as_str()),
    }
}

/// The same where it can't even be said who looks.
fn unknown(state: &ConsoleState, trouble: &Trouble, request: &HttpRequest) -> HttpResponse {
    let id = RequestId::of(request);
    trouble.log(id.as_str());
    let plain = for_nobody(state, request);
    problem_page(&plain, trouble.kind().unwrap_or(problem::Kind::Internal), id.as_str())
}

/// What a page knows that has no form.
fn for_nobody<'a>(state: &'a ConsoleState, request: &HttpRequest) -> Plain<'a> {
    Plain {
        assets: &state.assets,
        form_token: "",
        form_id: FormId::generate(),
        now: state.clock.now(),
        theme: Theme::of(request),
        here: "",
    }
}

fn problem_page(plain: &Plain, kind: problem::Kind<'_>, request_id: &str) -> HttpResponse {
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let view = problem::View { kind, request_id, back: "/console" };
    let mut response = page_with(status, problem::page(plain, &view));
    match kind {
        problem::Kind::TooMany { wait_seconds } => {
            response.headers_mut().insert(header::RETRY_AFTER, wait_seconds.into());
        }
        problem::Kind::OtherMethod { allow } => {
            if let Ok(allow) = HeaderValue::from_str(allow) {
                response.headers_mut().insert(header::ALLOW, allow);
            }
        }
        _ => {}
    }
    response
}

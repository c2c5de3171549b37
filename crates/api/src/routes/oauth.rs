//! What OAuth clients call: POST /oauth/token (RFC 6749 §3.2), /oauth/revoke (RFC 7009) and /oauth/introspect (RFC 7662), in
//! JSON as Slokoto's document has it or in forms as the RFCs have it; and what tells them where these are (RFC 8414).

mod answer;
mod metadata;
mod place;
mod read;

use actix_web::{Handler, HttpRequest, HttpResponse, Responder, web};
use leadkeep_service::{
    TokenError, TokenRequest,
    oauth::{GrantParameters, PresentedClient},
};

use leadkeep_storage::Origin;

pub(crate) use self::place::Endpoint;
use self::{
    answer::{failed, introspected, issued, revoked},
    place::PLACES,
    read::{Asked, TOKEN_PARAMETERS, TOKEN_STATUS_PARAMETERS},
};
pub(super) use self::{metadata::PATH as METADATA, place::mounted};

use super::resource;
use crate::{
    Dialect,
    client_address::address,
    https,
    input::{JSON, media_type},
    problem::{Code, Problem},
    request_id::RequestId,
    state::ApiState,
};

const METHOD: &str = "POST";

const FORM: &str = "application/x-www-form-urlencoded";

/// The endpoints that tell for themselves who calls. They are there whichever dialects are.
pub(super) fn endpoints(config: &mut web::ServiceConfig) {
    for place in &PLACES {
        for endpoint in place.endpoints {
            let path = format!("{}{}", place.prefix, endpoint.path());
            match endpoint {
                Endpoint::Token => mount(config, &path, place.dialect, place.face, token),
                Endpoint::Revoke => mount(config, &path, place.dialect, place.face, revoke),
                Endpoint::Introspect => mount(config, &path, place.dialect, place.face, introspect),
            }
        }
    }
    config.service(metadata::resource());
}

fn mount<F, Args>(
    config: &mut web::ServiceConfig,
    path: &str,
    dialect: &'static Dialect,
    face: Face,
    handler: F,
) where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let endpoint =
        resource(path, METHOD).route(web::post().to(handler)).default_service(web::to(other_method));
    config.service(endpoint.app_data(dialect).app_data(face));
}

/// Whose document an endpoint follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    /// JSON is answered in `data`, a form as the RFCs say.
    Slokoto,
    /// Both are answered as the RFCs say, with `message` in errors.
    Skode,
    /// Both are answered as the RFCs say.
    Rfc,
}

/// How a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Json,
    Form,
}

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In the canonical bodies.
    Canonical,
    /// As the RFCs say.
    Rfc {
        /// Whether errors have `message` beside `error_description`.
        with_message: bool,
    },
}

impl Face {
    const fn style(self, writing: Writing) -> Style {
        match (self, writing) {
            (Self::Slokoto, Writing::Json) => Style::Canonical,
            (Self::Slokoto, Writing::Form) | (Self::Rfc, _) => Style::Rfc { with_message: false },
            (Self::Skode, _) => Style::Rfc { with_message: true },
        }
    }
}

async fn other_method(state: web::Data<ApiState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    https::insist(&state, &request)?;
    Err(Problem::method_not_allowed(METHOD))
}

async fn token(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let issue = async |asked: Asked| {
        let parameters = GrantParameters {
            scope: asked.get("scope"),
            code: asked.get("code"),
            redirect_uri: asked.get("redirect_uri"),
            code_verifier: asked.get("code_verifier"),
            refresh_token: asked.get("refresh_token"),
        };
        let client = presented(&asked, &request);
        let request = TokenRequest { client, grant_type: asked.required("grant_type")?, parameters };
        state.tokens.issue(request).await.map_err(failed)
    };
    answered(&state, &request, payload, TOKEN_PARAMETERS, issue, |style, token| issued(style, &token)).await
}

async fn revoke(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let origin =
        Origin { request_id: RequestId::of(&request).as_str().to_owned(), address: address(&request) };
    let revoke = async |asked: Asked| {
        let client = presented(&asked, &request);
        state.tokens.revoke(client, asked.required("token")?, &origin).await.map_err(failed)
    };
    answered(&state, &request, payload, TOKEN_STATUS_PARAMETERS, revoke, revoked).await
}

async fn introspect(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let introspect = async |asked: Asked| {
        let client = presented(&asked, &request);
        // RFC 7662 §2.1: whoever asks proves who it is.
        if client.secret.is_none() {
            return Err(failed(TokenError::InvalidClient));
        }
        state.tokens.introspect(client, asked.required("token")?).await.map_err(failed)
    };
    answered(&state, &request, payload, TOKEN_STATUS_PARAMETERS, introspect, introspected).await
}

fn presented<'a>(asked: &'a Asked, request: &HttpRequest) -> PresentedClient<'a> {
    PresentedClient { id: &asked.client_id, secret: asked.secret(), address: address(request) }
}

/// Reads what a client asks, lets it be done, and answers in the client's own style.
async fn answered<T>(
    state: &ApiState,
    request: &HttpRequest,
    payload: web::Payload,
    parameters: &'static [&'static str],
    done: impl AsyncFnOnce(Asked) -> Result<T, Problem>,
    answer: impl FnOnce(Style, T) -> HttpResponse,
) -> Result<HttpResponse, Problem> {
    let kind = media_type(request, &[JSON, FORM]);
    let writing = if matches!(kind, Ok(FORM)) { Writing::Form } else { Writing::Json };
    let face = request.app_data::<Face>().copied().unwrap_or(Face::Slokoto);
    let style = face.style(writing);
    let mut payload = payload.into_inner();
    let outcome = async {
        https::insist_with_body(state, request, &mut payload).await?;
        kind?;
        // RFC 6749 §2.3.1: credentials are never in the address, where every log keeps them.
        if !request.query_string().is_empty() {
            return Err(Problem::invalid_request("The parameters belong in the body"));
        }
        let asked = read::asked(writing, style, parameters, request, &mut payload).await;
        let asked = asked.inspect_err(|problem| {
            if problem.code == Code::Unauthorized {
                state.tokens.refuse_unauthenticated(address(request));
            }
        })?;
        done(asked).await
    };
    match outcome.await {
        Ok(outcome) => Ok(answer(style, outcome)),
        Err(problem) => Err(answer::in_style(style, problem)),
    }
}

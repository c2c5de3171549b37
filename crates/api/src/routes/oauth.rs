//! POST /oauth/token (RFC 6749 §3.2): JSON as Slokoto's document has it, or a form as the RFC has it.

mod answer;
mod read;

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_service::TokenRequest;

use self::answer::{failed, issued};
use super::resource;
use crate::{
    Dialect,
    client_address::address,
    https,
    input::{JSON, media_type},
    problem::{Code, Problem},
    state::ApiState,
};

const METHOD: &str = "POST";

const FORM: &str = "application/x-www-form-urlencoded";

/// The endpoints that tell for themselves who calls. They are there whichever dialects are.
pub(super) fn endpoints(config: &mut web::ServiceConfig) {
    for (dialect, face) in [(&Dialect::SLOKOTO, Face::Slokoto), (&Dialect::SKODE, Face::Skode)] {
        let token = resource(&format!("{}/oauth/token", dialect.prefix), METHOD)
            .route(web::post().to(token))
            .default_service(web::to(other_method));
        config.service(token.app_data(dialect).app_data(face));
    }
}

/// Whose document an endpoint follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    /// JSON is answered in `data`, a form as RFC 6749 says.
    Slokoto,
    /// Both are answered as RFC 6749 says, with `message` in errors.
    Skode,
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
    /// As RFC 6749 says.
    Rfc {
        /// Whether errors have `message` beside `error_description`.
        with_message: bool,
    },
}

impl Face {
    const fn style(self, writing: Writing) -> Style {
        match (self, writing) {
            (Self::Slokoto, Writing::Json) => Style::Canonical,
            (Self::Slokoto, Writing::Form) => Style::Rfc { with_message: false },
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
    let kind = media_type(&request, &[JSON, FORM]);
    let writing = if matches!(kind, Ok(FORM)) { Writing::Form } else { Writing::Json };
    let face = request.app_data::<Face>().copied().unwrap_or(Face::Slokoto);
    let style = face.style(writing);
    let mut payload = payload.into_inner();
    let answer = async {
        https::insist_with_body(&state, &request, &mut payload).await?;
        kind?;
        // RFC 6749 §2.3.1: credentials are never in the address, where every log keeps them.
        if !request.query_string().is_empty() {
            return Err(Problem::invalid_request("The parameters belong in the body"));
        }
        let asked = read::token_request(writing, style, &request, &mut payload).await;
        let asked = asked.inspect_err(|problem| {
            if problem.code == Code::Unauthorized {
                state.tokens.refuse_unauthenticated(address(&request));
            }
        })?;
        let asked = TokenRequest {
            grant_type: &asked.grant_type,
            client_id: &asked.client_id,
            client_secret: asked.client_secret.expose(),
            scope: asked.scope.as_deref(),
            address: address(&request),
        };
        state.tokens.issue(asked).await.map_err(failed)
    };
    match answer.await {
        Ok(token) => Ok(issued(style, &token)),
        Err(problem) => Err(answer::in_style(style, problem)),
    }
}

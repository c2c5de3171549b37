//! POST /oauth/token (RFC 6749 §3.2): JSON as Slokoto's document has it, or a form as the RFC has it.

mod answer;
mod read;

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_service::TokenRequest;

use self::answer::{failed, issued};
use super::resource;
use crate::{
    client_address::address,
    input::{JSON, media_type},
    problem::Problem,
    state::ApiState,
};

const FORM: &str = "application/x-www-form-urlencoded";

/// The endpoints that tell for themselves who calls. They are there whichever dialects are.
pub(super) fn endpoints(config: &mut web::ServiceConfig) {
    for (prefix, face) in [("/api/v1", Face::Slokoto), ("/v1", Face::Skode)] {
        let token = resource(&format!("{prefix}/oauth/token"), "POST").route(web::post().to(token));
        config.service(token.app_data(face));
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

async fn token(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let kind = media_type(&request, &[JSON, FORM]);
    let writing = if matches!(kind, Ok(FORM)) { Writing::Form } else { Writing::Json };
    let face = request.app_data::<Face>().copied().unwrap_or(Face::Slokoto);
    let style = face.style(writing);
    let answer = async {
        kind?;
        // RFC 6749 §2.3.1: credentials are never in the address, where every log keeps them.
        if !request.query_string().is_empty() {
            return Err(Problem::invalid_request("The parameters belong in the body"));
        }
        let asked = read::token_request(writing, style, &request, payload).await?;
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

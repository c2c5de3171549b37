//! POST /oauth/token (RFC 6749 §3.2): JSON as Slokoto's document has it, or a form as the RFC has it.

mod answer;
mod read;

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use leadkeep_service::TokenRequest;

use self::answer::{failed, issued};
use super::resource;
use crate::{
    Dialect,
    admission::address,
    input::{JSON, media_type},
    problem::Problem,
    state::ApiState,
};

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn token_resource(dialect: &Dialect) -> Resource {
    resource(&format!("{}/oauth/token", dialect.prefix), "POST").route(web::post().to(token))
}

/// How the request was written, and so the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Json,
    Form,
}

async fn token(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let kind = media_type(&request, &[JSON, FORM]);
    let style = if matches!(kind, Ok(FORM)) { Style::Form } else { Style::Json };
    let answer = async {
        kind?;
        // RFC 6749 §2.3.1: credentials are never in the address, where every log keeps them.
        if !request.query_string().is_empty() {
            return Err(Problem::invalid_request("The parameters belong in the body"));
        }
        let asked = read::token_request(style, &request, payload).await?;
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

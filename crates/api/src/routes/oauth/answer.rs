//! What the token endpoint says.

use actix_web::{HttpResponse, http::header};
use leadkeep_credentials::Secret;
use leadkeep_service::{
    IssuedToken, TokenError,
    oauth::{Introspection, IssuedTokenKind},
};
use serde::Serialize;
use serde_json::json;

use super::Style;
use crate::{
    problem::{Code, OauthError, Problem},
    wire::data,
};

#[derive(Serialize)]
struct TokenBody<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Serialize)]
struct IntrospectionBody<'a> {
    active: bool,
    scope: String,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    exp: i64,
}

/// The token: in `data`, or bare (RFC 6749 §5.1). Nobody on the way may keep it.
pub(super) fn issued(style: Style, token: &IssuedToken) -> HttpResponse {
    let body = TokenBody {
        access_token: token.access_token.expose(),
        token_type: "Bearer",
        expires_in: token.expires_in.whole_seconds(),
        scope: token.scopes.to_string(),
        refresh_token: token.refresh_token.as_ref().map(Secret::expose),
    };
    answer(style, body)
}

/// That a token is not accepted any more, if it ever was: clients pass over the body (RFC 7009 §2.2).
pub(super) fn revoked(style: Style, (): ()) -> HttpResponse {
    answer(style, json!({}))
}

/// What a token is (RFC 7662 §2.2); of one that is not accepted only that.
pub(super) fn introspected(style: Style, found: Option<Introspection>) -> HttpResponse {
    let Some(found) = found else { return answer(style, json!({"active": false})) };
    let body = IntrospectionBody {
        active: true,
        scope: found.scopes.to_string(),
        client_id: &found.client_id,
        token_type: (found.kind == IssuedTokenKind::Access).then_some("Bearer"),
        exp: found.expires_at.unix_timestamp(),
    };
    answer(style, body)
}

fn answer(style: Style, body: impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    match style {
        Style::Canonical => response.json(data(body)),
        Style::Rfc { .. } => response.json(body),
    }
}

pub(super) fn failed(error: TokenError) -> Problem {
    let message = error.to_string();
    match error {
        TokenError::UnsupportedGrantType => Problem::new(Code::UnsupportedGrantType, message),
        TokenError::Missing(_) => Problem::invalid_request(message),
        TokenError::UnauthorizedClient(_) => Problem::new(Code::UnauthorizedClient, message),
        TokenError::InvalidGrant => Problem::new(Code::InvalidGrant, message),
        TokenError::InvalidScope(_) => Problem::new(Code::InvalidScope, message),
        TokenError::InvalidClient => invalid_client(),
        TokenError::TooManyFailures(too_many) => {
            Problem::rate_limited("Too many failed attempts", too_many.retry_after)
        }
        TokenError::Storage(error) => error.into(),
        TokenError::Random(error) => Problem::internal(error),
    }
}

/// The client is not who it says. The challenge names the scheme that this endpoint takes (RFC 6749 §5.2).
pub(super) fn invalid_client() -> Problem {
    Problem {
        challenge: Some(r#"Basic realm="leadkeep""#.into()),
        ..Problem::new(Code::Unauthorized, "Client authentication failed")
    }
}

/// The problem as the style has it.
pub(super) fn in_style(style: Style, problem: Problem) -> Problem {
    match style {
        Style::Canonical => Problem { no_store: true, ..problem },
        Style::Rfc { with_message } => {
            let oauth = OauthError { code: oauth_code(problem.code), with_message };
            // The RFC knows no other status for what is wrong with a request (§5.2).
            let code =
                if problem.code == Code::ValidationError { Code::InvalidRequest } else { problem.code };
            Problem { no_store: true, oauth: Some(oauth), code, ..problem }
        }
    }
}

const fn oauth_code(code: Code) -> &'static str {
    match code {
        Code::Unauthorized => "invalid_client",
        Code::InternalError => "server_error",
        Code::ServiceUnavailable => "temporarily_unavailable",
        Code::InvalidRequest
        | Code::UnsupportedGrantType
        | Code::InvalidScope
        | Code::InvalidGrant
        | Code::UnauthorizedClient
        | Code::HttpsRequired
        | Code::RateLimited
        | Code::PayloadTooLarge
        | Code::UnsupportedMediaType => code.as_str(),
        _ => "invalid_request",
    }
}

//! The token endpoint.

use leadkeep_domain::{Scope, ScopeSet};

use super::{
    Json, examples,
    headers::Extra,
    json::object,
    operation::{Operation, Success},
    schema::{self, Member, Schema},
};
use crate::problem::Code;

/// POST /oauth/token
pub(crate) fn token() -> Operation {
    let schema = schema::one_of(["TokenAnswer", "Token"].map(schema::reference));
    let example = object! { "data": issued() };
    let success =
        Success::json(200, "The access token: in `data` for JSON, bare for a form.", schema, example)
            .with(Extra::NoStore);
    Operation::for_clients("getToken", "Get an access token", success)
        .about(
            "The client credentials grant (RFC 6749 §4.4). JSON is answered in the API's own envelope, \
             errors too; a form exactly as the RFC says. The client's id and secret are in the body, or in \
             an `Authorization: Basic` header. Under /v1 both are answered as the RFC says. Takes from no \
             rate limit; failures are limited.",
        )
        .body(true, bodies())
        .small()
        .fault(
            Code::InvalidRequest,
            "a parameter is missing or repeated, or the client authenticates in \
                                      two ways",
        )
        .fault(Code::UnsupportedGrantType, "another grant is asked for")
        .fault(Code::InvalidScope, "a scope is unknown, or more than the client has")
        .fault(Code::Unauthorized, "the client is unknown, revoked or suspended, or its secret is wrong")
        .fault(Code::ValidationError, "a member of the JSON is unknown, or no string")
        .fault(Code::RateLimited, "too many attempts have failed")
        .fault(Code::InternalError, "nobody foresaw it")
        .fault(Code::ServiceUnavailable, "the database is away or too busy")
}

fn bodies() -> Json {
    let example = object! {
        "grant_type": "client_credentials",
        "client_id": examples::CLIENT_ID,
        "client_secret": examples::CLIENT_SECRET,
    };
    let json = schema::reference("TokenRequest").into_json();
    let form = schema::reference("TokenForm").into_json();
    object! {
        "application/json": object! { "schema": json, "example": example.clone() },
        "application/x-www-form-urlencoded": object! { "schema": form, "example": example },
    }
}

fn issued() -> Json {
    object! {
        "access_token": "slk_at_oXyc…",
        "token_type": "Bearer",
        "expires_in": 3_600,
        "scope": "leads.read leads.write",
    }
}

pub(super) fn schemas() -> Vec<Member> {
    let [grant_type, others @ ..] = members();
    let optional = others.map(|(name, schema)| (name, schema.nullable()));
    let request = schema::written(["grant_type"], [grant_type].into_iter().chain(optional));
    vec![
        (
            "TokenRequest",
            request.describe(
                "The client's id and secret are in an Authorization header where they are not here.",
            ),
        ),
        ("TokenForm", schema::form(["grant_type"], members())),
        ("Token", shown_token()),
        ("TokenAnswer", schema::shown([("data", schema::reference("Token"))])),
        ("OAuthError", oauth_error()),
    ]
}

fn members() -> [Member; 4] {
    [
        (
            "grant_type",
            schema::string()
                .example("client_credentials")
                .describe("`client_credentials` is the one that is supported."),
        ),
        ("client_id", schema::string().example(examples::CLIENT_ID)),
        ("client_secret", schema::string().example(examples::CLIENT_SECRET)),
        (
            "scope",
            scope().describe(
                "Scopes parted by single spaces, no more than the client has; all that \
                                    it has where it is absent.",
            ),
        ),
    ]
}

fn scope() -> Schema {
    schema::string().example(ScopeSet::LEADS.to_string())
}

fn shown_token() -> Schema {
    let token = schema::string()
        .describe("`slk_at_`, 40 letters and digits, and 6 that check them. Shown only here.");
    schema::shown([
        ("access_token", token),
        ("token_type", schema::exactly("Bearer")),
        ("expires_in", schema::count().describe("Seconds.")),
        ("scope", scope()),
    ])
}

fn oauth_error() -> Schema {
    let codes = [
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "unsupported_grant_type",
        "payload_too_large",
        "unsupported_media_type",
        "rate_limited",
        "server_error",
        "temporarily_unavailable",
    ];
    schema::shown([
        ("error", schema::word(codes)),
        ("error_description", schema::string()),
        ("request_id", schema::string()),
    ])
    .describe("An error as RFC 6749 §5.2 writes it.")
}

/// The scopes, with what they allow.
pub(super) fn scopes() -> Json {
    Scope::ALL.into_iter().map(|scope| (scope.as_str().into(), Json::from(allows(scope)))).collect()
}

const fn allows(scope: Scope) -> &'static str {
    match scope {
        Scope::LeadsRead => "Read and list leads, their history and their smart updates.",
        Scope::LeadsWrite => "Create, update, archive and restore leads, also from texts.",
        Scope::ConversationsRead => "Read and list conversations with their messages.",
        Scope::ConversationsWrite => "Create and update conversations, and add messages.",
        Scope::RunsRead => "Read and list runs; with leads.read also the file that one wrote.",
        Scope::RunsWrite => "Cancel runs; with leads.write import, with leads.read export.",
    }
}

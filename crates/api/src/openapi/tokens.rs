//! The endpoints of OAuth clients.

use leadkeep_credentials::GrantType;
use leadkeep_domain::{Scope, ScopeSet};

use super::{
    Json, examples,
    headers::Extra,
    json::object,
    operation::{Operation, Success},
    schema::{self, Member, Schema},
    tag::Tag,
};
use crate::{Dialect, problem::Code, routes::Endpoint};

/// What OAuth clients call, each with POST.
pub(super) fn of_clients(endpoint: Endpoint) -> Operation {
    match endpoint {
        Endpoint::Token => token(),
        Endpoint::Revoke => revoke(),
        Endpoint::Introspect => introspect(),
    }
}

fn token() -> Operation {
    let schema = schema::one_of(["TokenAnswer", "Token"].map(schema::reference));
    let example = object! { "data": issued() };
    let success =
        Success::json(200, "The access token: in `data` for JSON, bare for a form.", schema, example)
            .with(Extra::NoStore);
    let example = object! {
        "grant_type": "client_credentials",
        "client_id": examples::CLIENT_ID,
        "client_secret": examples::CLIENT_SECRET,
    };
    called_by_clients(Operation::for_clients("getToken", "Get an access token", success))
        .about(
            "An API client asks for itself, with `client_credentials` (RFC 6749 §4.4). An OAuth app asks for its \
             people: with the `authorization_code` that they were sent back with, then with the `refresh_token` of \
             each answer, which is good once (§§4.1.3, 6). JSON is answered in the API's own envelope, errors too; \
             a form exactly as the RFC says. The client's id and secret are in the body, or in an `Authorization: \
             Basic` header; a public app has no secret. Under /v1 both are answered as the RFC says. Takes from no \
             rate limit; failures are limited.",
        )
        .body(true, bodies("Token", &example))
        .fault(Code::UnsupportedGrantType, "another grant is asked for")
        .fault(Code::UnauthorizedClient, "the grant is not for clients of this kind")
        .fault(Code::InvalidGrant, "the code or refresh token is not good, or not so")
        .fault(Code::InvalidScope, "a scope is unknown, or more than may be had")
}

fn revoke() -> Operation {
    let success = Success::json(
        200,
        "The token is not accepted, whatever it was before. A form is answered `{}`.",
        schema::shown([]).also("data", schema::shown([])),
        object! { "data": object! {} },
    )
    .with(Extra::NoStore);
    called_by_clients(Operation::for_clients("revokeToken", "Revoke a token", success))
        .about(
            "RFC 7009. A refresh token goes with all that its person's consent led to, an access token alone. A token \
             that is not this client's changes nothing, and is no error. But for /api/v1 JSON is answered as the RFC says, \
             too, and unknown members are passed over.",
        )
        .body(true, bodies("TokenStatus", &of_a_token()))
}

fn introspect() -> Operation {
    let schema = schema::one_of(["IntrospectionAnswer", "Introspection"].map(schema::reference));
    let example = object! {
        "data": object! {
            "active": true,
            "scope": "leads.read",
            "client_id": examples::CLIENT_ID,
            "token_type": "Bearer",
            "exp": 1_795_322_650,
        },
    };
    let success = Success::json(200, "What the token is good for now; or that it is not.", schema, example)
        .with(Extra::NoStore);
    called_by_clients(Operation::for_clients("introspectToken", "Say what a token is good for", success))
        .about(
            "RFC 7662, of this client's own tokens: another's is as good as none. An access token's `scope` is \
             what the person's role allows of it now. A public app, which has no secret, is refused. But for /api/v1 \
             JSON is answered as the RFC says, too, and unknown members are passed over.",
        )
        .body(true, bodies("TokenStatus", &of_a_token()))
}

/// GET /.well-known/oauth-authorization-server
pub(crate) fn metadata() -> Operation {
    let example = metadata_document("https://leads.example");
    let success =
        Success::json(200, "The endpoints, and what they take.", schema::reference("OAuthMetadata"), example);
    Operation::open("getOAuthMetadata", Tag::Tokens, "Where everything is, for OAuth libraries", success)
        .about("RFC 8414: libraries set themselves up by it, given this server's address as the issuer.")
        .fault(Code::InternalError, "nobody foresaw it")
}

/// Where everything is on the server of this address, and what it takes. The tokens that both dialects issue are the same; the
/// one that answers JSON as the RFC says is named.
pub(crate) fn metadata_document(issuer: &str) -> Json {
    let with_secret = ["client_secret_basic", "client_secret_post"];
    let with_or_without = ["client_secret_basic", "client_secret_post", "none"];
    object! {
        "issuer": issuer.to_owned(),
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}{}/oauth/token", Dialect::SKODE.prefix),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
        "token_endpoint_auth_methods_supported": with_or_without,
        "revocation_endpoint_auth_methods_supported": with_or_without,
        "introspection_endpoint_auth_methods_supported": with_secret,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": format!("{issuer}/developers/authentication"),
    }
}

fn of_a_token() -> Json {
    object! {
        "client_id": examples::CLIENT_ID,
        "client_secret": examples::CLIENT_SECRET,
        "token": "slk_at_oXyc…",
    }
}

/// What can go wrong with each.
fn called_by_clients(operation: Operation) -> Operation {
    operation
        .small()
        .fault(
            Code::InvalidRequest,
            "a parameter is missing or repeated, or the client authenticates in two ways",
        )
        .fault(Code::Unauthorized, "the client is unknown, revoked or suspended, or its secret is wrong")
        .fault(Code::HttpsRequired, "the server requires https, and a secret came over plain HTTP")
        .fault(Code::ValidationError, "a member of the JSON is unknown, or no string")
        .fault(Code::RateLimited, "too many attempts have failed")
        .fault(Code::InternalError, "nobody foresaw it")
        .fault(Code::ServiceUnavailable, "the database is away or too busy")
}

/// The same request in JSON and as a form.
fn bodies(name: &str, example: &Json) -> Json {
    let content = |schema: String| object! { "schema": schema::reference(&schema).into_json(), "example": example.clone() };
    object! {
        "application/json": content(format!("{name}Request")),
        "application/x-www-form-urlencoded": content(format!("{name}Form")),
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
    let in_json = |required: &'static str, members: Vec<Member>| {
        let member =
            |(name, schema): Member| (name, if name == required { schema } else { schema.nullable() });
        schema::written([required], members.into_iter().map(member))
            .describe("The client's id and secret are in an Authorization header where they are not here.")
    };
    vec![
        ("TokenRequest", in_json("grant_type", members())),
        ("TokenForm", schema::form(["grant_type"], members())),
        ("TokenStatusRequest", in_json("token", status_members())),
        ("TokenStatusForm", schema::form(["token"], status_members())),
        ("Token", shown_token()),
        ("TokenAnswer", schema::shown([("data", schema::reference("Token"))])),
        ("Introspection", introspection()),
        ("IntrospectionAnswer", schema::shown([("data", schema::reference("Introspection"))])),
        ("OAuthMetadata", oauth_metadata()),
        ("OAuthError", oauth_error()),
    ]
}

fn client_members() -> [Member; 2] {
    [
        ("client_id", schema::string().example(examples::CLIENT_ID)),
        ("client_secret", schema::string().example(examples::CLIENT_SECRET)),
    ]
}

fn members() -> Vec<Member> {
    let grant_type = schema::string().example("client_credentials").describe(
        "`client_credentials` of an API client; `authorization_code` and `refresh_token` of an OAuth app.",
    );
    let scope = scope().describe(
        "Scopes parted by single spaces, no more than there are to be had; all of them where it is absent. Not for \
         authorization_code: the person was asked for them.",
    );
    let mut members = vec![("grant_type", grant_type)];
    members.extend(client_members());
    members.extend([
        ("scope", scope),
        ("code", schema::string().describe("With authorization_code: what the person was sent back with.")),
        ("redirect_uri", schema::string().describe("With authorization_code: where, to the letter.")),
        (
            "code_verifier",
            schema::string().describe("With authorization_code: the secret of PKCE (RFC 7636)."),
        ),
        ("refresh_token", schema::string().describe("With refresh_token: that of the last answer.")),
    ]);
    members
}

fn status_members() -> Vec<Member> {
    let hint = schema::string().describe("Passed over: the token says what it is.");
    let mut members = vec![("token", schema::string()), ("token_type_hint", hint)];
    members.extend(client_members());
    members
}

fn scope() -> Schema {
    schema::string().example(ScopeSet::LEADS.to_string())
}

fn shown_token() -> Schema {
    let token = schema::string()
        .describe("`slk_at_`, 40 letters and digits, and 6 that check them. Shown only here.");
    let refresh = schema::string().describe(
        "For another pair, once; of an OAuth app only. `slk_rt_`, 40 letters and digits, and 6 that check them.",
    );
    let always = [
        ("access_token", token),
        ("token_type", schema::exactly("Bearer")),
        ("expires_in", schema::count().describe("Seconds.")),
        ("scope", scope()),
    ];
    schema::shown(always).also("refresh_token", refresh)
}

fn introspection() -> Schema {
    schema::shown([("active", schema::boolean().describe("Whether it is accepted now."))])
        .also("scope", scope())
        .also("client_id", schema::string())
        .also("token_type", schema::exactly("Bearer"))
        .also("exp", schema::count().describe("The Unix second at which it ends."))
}

fn oauth_metadata() -> Schema {
    let (text, texts) = (schema::string, || schema::array(schema::string()));
    let members = [
        (
            "issuer",
            text().describe("This server's address, as it comes back in `iss` with a code (RFC 9207)."),
        ),
        ("authorization_endpoint", text().describe("Where an app sends people.")),
        ("token_endpoint", text().describe("It answers JSON as RFC 6749 says.")),
        ("revocation_endpoint", text()),
        ("introspection_endpoint", text()),
        ("scopes_supported", texts()),
        ("response_types_supported", texts()),
        ("response_modes_supported", texts()),
        ("grant_types_supported", texts()),
        ("token_endpoint_auth_methods_supported", texts().describe("`none` is a public app's.")),
        ("revocation_endpoint_auth_methods_supported", texts()),
        ("introspection_endpoint_auth_methods_supported", texts()),
        ("code_challenge_methods_supported", texts()),
        ("authorization_response_iss_parameter_supported", schema::boolean()),
        ("service_documentation", text()),
    ];
    schema::shown(members).describe("What RFC 8414 §2 calls authorization server metadata.")
}

fn oauth_error() -> Schema {
    let codes = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "invalid_scope",
        "unauthorized_client",
        "https_required",
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

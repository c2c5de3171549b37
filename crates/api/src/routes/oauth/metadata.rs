//! GET /.well-known/oauth-authorization-server: where everything is, for programs (RFC 8414).

use actix_web::{HttpResponse, Resource, http::header, web};
use leadkeep_credentials::GrantType;
use leadkeep_domain::Scope;
use serde_json::{Value, json};

use crate::{Dialect, problem::Problem, state::ApiState};

/// How long it may be kept.
const KEEP: &str = "public, max-age=3600";

pub(super) fn resource() -> Resource {
    super::resource("/.well-known/oauth-authorization-server", "GET, HEAD")
        .route(web::get().to(metadata))
        .route(web::head().to(metadata))
}

async fn metadata(state: web::Data<ApiState>) -> Result<HttpResponse, Problem> {
    let issuer = state
        .address
        .get()
        .ok_or_else(|| Problem::internal(std::io::Error::other("no address is known yet")))?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, KEEP)).json(document(issuer)))
}

/// The tokens that both dialects issue are the same; the one that answers JSON as the RFC says is named.
fn document(issuer: &str) -> Value {
    let with_secret = ["client_secret_basic", "client_secret_post"];
    let with_or_without = ["client_secret_basic", "client_secret_post", "none"];
    json!({
        "issuer": issuer,
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
    })
}

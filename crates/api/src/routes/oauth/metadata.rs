//! GET /.well-known/oauth-authorization-server: where everything is, for programs (RFC 8414).

use actix_web::{HttpResponse, Resource, http::header, web};

use crate::{openapi::tokens::metadata_document, problem::Problem, state::ApiState};

/// How long it may be kept.
const KEEP: &str = "public, max-age=3600";

/// Where it is.
pub(in crate::routes) const PATH: &str = "/.well-known/oauth-authorization-server";

pub(super) fn resource() -> Resource {
    super::resource(PATH, "GET, HEAD").route(web::get().to(metadata)).route(web::head().to(metadata))
}

async fn metadata(state: web::Data<ApiState>) -> Result<HttpResponse, Problem> {
    let issuer = state
        .address
        .get()
        .ok_or_else(|| Problem::internal(std::io::Error::other("no address is known yet")))?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, KEEP)).json(metadata_document(issuer)))
}

//! How the pages are served.

use std::sync::Arc;

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, HttpResponseBuilder, Resource, Responder,
    http::header::{self, HeaderName},
    web,
};

use crate::site::{File, Site};

/// Nothing but this server's own files, and nobody else's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

const HTML: &str = "text/html; charset=utf-8";

/// How long pages are kept without asking: they change with the server only.
const BRIEFLY: &str = "public, max-age=300";

/// An asset's path changes with what is in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Mounts the pages on an application.
pub fn configure(config: &mut web::ServiceConfig, site: Arc<Site>) {
    config.app_data(web::Data::from(site));
    config
        .service(resource("/openapi.json", file))
        .service(resource("/llms.txt", file))
        .service(resource("/developers", file))
        .service(resource("/developers.md", file))
        .service(resource("/developers/search", search))
        .service(resource("/developers/{page:.*}", file));
}

/// A resource that is only read.
fn resource<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args> + Copy,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .route(web::head().to(handler))
        .default_service(web::to(not_allowed))
}

async fn not_allowed() -> HttpResponse {
    let mut response = secured(HttpResponse::MethodNotAllowed(), "no-store");
    response.insert_header((header::ALLOW, "GET, HEAD")).finish()
}

async fn file(site: web::Data<Site>, request: HttpRequest) -> HttpResponse {
    match site.file(request.path()) {
        Some(File { content_type, bytes, for_ever }) => {
            let keep = if *for_ever { FOR_EVER } else { BRIEFLY };
            secured(HttpResponse::Ok(), keep).content_type(*content_type).body(bytes.clone())
        }
        None => {
            secured(HttpResponse::NotFound(), "no-store").content_type(HTML).body(site.not_found().to_owned())
        }
    }
}

async fn search(site: web::Data<Site>, request: HttpRequest) -> HttpResponse {
    let page = site.search(request.query_string());
    secured(HttpResponse::Ok(), "no-store").content_type(HTML).body(page)
}

/// What every answer carries.
fn secured(mut response: HttpResponseBuilder, keep: &'static str) -> HttpResponseBuilder {
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .insert_header((header::CACHE_CONTROL, keep));
    response
}

//! What every answer carries.

use std::borrow::Borrow;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use maud::Markup;

const HTML: &str = "text/html; charset=utf-8";

const OPENER_POLICY: &str = "cross-origin-opener-policy";

/// Nothing but this server's own files, forms to itself, and nobody else's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A page.
pub(crate) fn page(markup: Markup) -> HttpResponse {
    page_with(StatusCode::OK, markup)
}

/// A page with another status.
pub(crate) fn page_with(status: StatusCode, markup: Markup) -> HttpResponse {
    let mut response = secured(HttpResponseBuilder::new(status));
    response.content_type(HTML).body(markup.into_string())
}

/// A page whose form may lead on to an app, and there wherever the app leads on to: browsers hold a page's policy against each
/// step of where a form's answer leads (CSP 3 §6.4.1). Apps may have opened the page in a window that they wait for.
pub(crate) fn page_leading_to<S: Borrow<str>>(schemes: &[S], mut response: HttpResponse) -> HttpResponse {
    let policy = POLICY.replace("form-action 'self'", &format!("form-action 'self' {}", schemes.join(" ")));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.headers_mut().remove(OPENER_POLICY);
    response
}

/// A file to be kept by whoever asked for it.
pub(crate) fn file() -> HttpResponseBuilder {
    secured(HttpResponse::Ok())
}

/// A file to be kept.
pub(crate) fn download(content_type: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    let mut response = file();
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response.content_type(content_type).body(bytes)
}

/// Sends the browser on, with GET.
pub(crate) fn see(place: &str) -> HttpResponseBuilder {
    let mut response = secured(HttpResponse::SeeOther());
    response.insert_header((header::LOCATION, place));
    response
}

fn secured(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((HeaderName::from_static(OPENER_POLICY), "same-origin"))
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .insert_header((
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

//! What is counted of requests, for whoever installed a recorder of the `metrics` crate.

use std::time::Instant;

use actix_web::{HttpRequest, dev::ServiceResponse, http::Method};
use leadkeep_service::measure;
use metrics::histogram;

use crate::{Dialect, problem::Problem};

/// What the gate made of a call whose credential stands.
pub(crate) fn decided(response: &ServiceResponse) {
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    match problem.and_then(|problem| problem.refused_for) {
        None => measure::passed(),
        Some(reason) => measure::refused_for(reason),
    }
}

/// Counts a call that was refused before anybody looked at its credential.
pub(crate) fn decided_against(problem: &Problem) {
    if let Some(reason) = problem.refused_for {
        measure::refused_for(reason);
    }
}

/// A request that was answered: its route's pattern, as paths are anybody's to make up.
pub(crate) fn answered(response: &ServiceResponse, began: Instant) {
    let request = response.request();
    histogram!(
        "leadkeep_http_request_seconds",
        "method" => known_method(request.method()),
        "route" => request.match_pattern().unwrap_or_else(|| "none".to_owned()),
        "dialect" => dialect(request),
        "status" => response.status().as_u16().to_string(),
    )
    .record(began.elapsed());
}

/// A method's name; `other` for those that are no route's, which are anybody's to make up.
pub fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The dialect whose route it is; none for pages.
fn dialect(request: &HttpRequest) -> &'static str {
    request.app_data::<&'static Dialect>().map_or("none", |dialect| dialect.name)
}

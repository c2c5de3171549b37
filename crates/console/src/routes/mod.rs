//! What answers with the pages: a file for each.

mod account;
mod audit_log;
mod authorize;
mod conversations;
mod credentials;
mod home;
mod integrations;
mod join;
mod leads;
mod members;
mod oauth_apps;
mod reset;
mod runs;
mod sign_in;
mod theme;
mod usage;
mod workspace;

use std::{future::ready, str::FromStr};

use actix_web::{
    HttpRequest, HttpResponse, Route as Handled,
    http::{Method, header},
    middleware::from_fn,
    web::{self, Bytes, Data, ServiceConfig},
};

use crate::{
    ConsoleState,
    assets::{Asset, takes_gzip},
    frame::{frame, frame_of_files},
    trouble::Trouble,
};

/// A method of a page, and what answers it.
pub struct Route {
    /// `GET`, which answers HEAD too, or `POST`.
    pub method: &'static str,
    /// The page's path, with `{names}`.
    pub path: &'static str,
    /// Whether its form may bring a file.
    takes_files: bool,
    handler: fn() -> Handled,
}

pub(in crate::routes) const fn get(path: &'static str, handler: fn() -> Handled) -> Route {
    Route { method: "GET", path, takes_files: false, handler }
}

pub(in crate::routes) const fn post(path: &'static str, handler: fn() -> Handled) -> Route {
    Route { method: "POST", path, takes_files: false, handler }
}

/// A form that may bring a file: its first field is its token.
pub(in crate::routes) const fn post_file(path: &'static str, handler: fn() -> Handled) -> Route {
    Route { method: "POST", path, takes_files: true, handler }
}

/// All pages, by what they are of: what is mounted, and what is visited by the test that looks at each as everybody.
pub const ROUTES: &[&[Route]] = &[
    home::ROUTES,
    sign_in::ROUTES,
    join::ROUTES,
    reset::ROUTES,
    account::ROUTES,
    theme::ROUTES,
    leads::ROUTES,
    runs::ROUTES,
    members::ROUTES,
    integrations::ROUTES,
    credentials::ROUTES,
    oauth_apps::ROUTES,
    usage::ROUTES,
    audit_log::ROUTES,
    conversations::ROUTES,
    workspace::ROUTES,
    authorize::ROUTES,
];

fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().copied().flatten()
}

/// An asset's path changes with what is in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Mounts the console on an application, which must also be wrapped in [`leadkeep_api::answer()`] and have its state.
pub fn configure(config: &mut ServiceConfig, state: ConsoleState) {
    for Asset { path, content_type, bytes, gzip } in state.assets.all() {
        let (content_type, bytes, gzip) = (*content_type, *bytes, gzip.clone());
        let answer = move |request: HttpRequest| ready(asset(&request, content_type, bytes, &gzip));
        config.route(path, web::get().to(answer));
    }
    config.app_data(Data::new(state));
    let mut paths: Vec<&str> = all().map(|route| route.path).collect();
    paths.dedup();
    for path in paths {
        let other = move || ready(Err::<HttpResponse, _>(Trouble::OtherMethod(allowed(path))));
        let mut resource = web::resource(path).default_service(web::to(other));
        for route in all().filter(|route| route.path == path) {
            let handled = |method: Method| (route.handler)().method(method);
            resource = match route.method {
                "GET" => resource.route(handled(Method::GET)).route(handled(Method::HEAD)),
                _ => resource.route(handled(Method::POST)),
            };
        }
        if all().any(|route| route.path == path && route.takes_files) {
            config.service(resource.wrap(from_fn(frame_of_files)));
        } else {
            config.service(resource.wrap(from_fn(frame)));
        }
    }
    config.service(web::scope("/console").default_service(web::to(nothing)).wrap(from_fn(frame)));
}

async fn nothing() -> Result<HttpResponse, Trouble> {
    Err(Trouble::NotFound)
}

/// The methods of a page, as `Allow` has them.
fn allowed(path: &str) -> String {
    let methods = all().filter(|route| route.path == path).map(|route| match route.method {
        "GET" => "GET, HEAD",
        method => method,
    });
    methods.collect::<Vec<_>>().join(", ")
}

fn asset(
    request: &HttpRequest,
    content_type: &'static str,
    bytes: &'static [u8],
    gzip: &Bytes,
) -> HttpResponse {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(content_type);
    if takes_gzip(accepted.unwrap_or_default()) {
        response.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip.clone())
    } else {
        response.body(bytes)
    }
}

/// A part of the path that is an id; what is none names nothing.
fn id<T: FromStr>(request: &actix_web::HttpRequest, name: &str) -> Result<T, Trouble> {
    let text = request.match_info().get(name).unwrap_or_default();
    text.parse().map_err(|_| Trouble::NotFound)
}

/// The secret part of a link.
fn link(request: &actix_web::HttpRequest) -> &str {
    request.match_info().get("link").unwrap_or_default()
}

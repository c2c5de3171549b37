//! The routes, and in each dialect's scope the resources it mounts.

mod conversations;
mod health;
mod leads;
mod me;
mod oauth;
mod runs;
mod smart_updates;
mod table;

use actix_web::{HttpRequest, HttpResponse, Resource, middleware::from_fn, web};

use crate::{
    Dialect,
    admission::{admission, lenient_admission},
    caller::Caller,
    https,
    problem::Problem,
    state::ApiState,
};

pub(crate) use oauth::Endpoint;
pub(crate) use table::documented;
pub use table::endpoints;

/// Mounts the API on an application, which must also be wrapped in [`answer`](crate::answer()).
pub fn configure(config: &mut web::ServiceConfig, state: ApiState) {
    let dialects = state.dialects.clone();
    config
        .app_data(web::Data::new(state))
        .service(health::live())
        .service(health::ready())
        .configure(oauth::endpoints);
    // A prefix that begins with another one comes first.
    for dialect in Dialect::ALL.into_iter().filter(|dialect| dialects.contains(dialect)) {
        mount(config, dialect);
    }
    config.default_service(web::to(no_such_path));
}

/// Every method and whole path that is beside the gate: those that OAuth clients call, and those that need no credential.
pub fn endpoints_beside_the_gate() -> impl Iterator<Item = (&'static str, String)> {
    let open = [health::LIVE, health::READY, oauth::METADATA];
    oauth::mounted().chain(open.into_iter().map(|path| ("GET", path.to_owned())))
}

/// Everything of a dialect is behind the gate.
fn mount(config: &mut web::ServiceConfig, dialect: &'static Dialect) {
    for endpoint in table::LENIENT_ENDPOINTS {
        let resource = endpoint.resource(dialect.prefix);
        config.service(resource.app_data(dialect).wrap(from_fn(lenient_admission)));
    }
    let mut scope = web::scope(dialect.prefix).app_data(dialect);
    for endpoint in table::ENDPOINTS {
        scope = scope.service(endpoint.resource(""));
    }
    for path in table::CLOSED {
        scope = scope.service(web::scope(path).default_service(web::to(closed)));
    }
    config.service(scope.default_service(web::to(no_such_path)).wrap(from_fn(admission)));
}

async fn no_such_path(state: web::Data<ApiState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    https::insist(&state, &request)?;
    Err(Problem::not_found("There is nothing at this path"))
}

/// What people and the command line do.
async fn closed(_: Caller) -> Result<HttpResponse, Problem> {
    Err(Problem::closed())
}

/// A resource that answers the methods it is given routes for, and any other with 405 and this list of them.
fn resource(path: &str, allow: &'static str) -> Resource {
    let refuse = move || async move { Err::<HttpResponse, _>(Problem::method_not_allowed(allow)) };
    web::resource(path).default_service(web::to(refuse))
}

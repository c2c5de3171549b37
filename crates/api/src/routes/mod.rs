//! The routes, and in each dialect's scope the resources it mounts.

mod conversations;
mod health;
mod leads;
mod me;
mod oauth;

use actix_web::{HttpResponse, Resource, middleware::from_fn, web};

use crate::{Dialect, admission::admission, input::MAX_BODY, problem::Problem, state::ApiState};

/// Mounts the API on an application, which must also be wrapped in [`answer`](crate::answer()).
pub fn configure(config: &mut web::ServiceConfig, state: ApiState) {
    config
        .app_data(web::Data::new(state))
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .service(health::live())
        .service(health::ready());
    mount(config, &Dialect::SLOKOTO);
    config.default_service(web::to(no_such_path));
}

/// The token endpoint has its own way of telling who calls; everything else is behind the gate.
fn mount(config: &mut web::ServiceConfig, dialect: &Dialect) {
    config.service(oauth::token_resource(dialect)).service(
        web::scope(dialect.prefix)
            .wrap(from_fn(admission))
            .service(me::resource_me())
            .configure(leads::resources)
            .configure(conversations::resources)
            .default_service(web::to(no_such_path)),
    );
}

async fn no_such_path() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found("There is nothing at this path"))
}

/// A resource that answers the methods it is given routes for, and any other with 405 and this list of them.
fn resource(path: &str, allow: &'static str) -> Resource {
    let refuse = move || async move { Err::<HttpResponse, _>(Problem::method_not_allowed(allow)) };
    web::resource(path).default_service(web::to(refuse))
}

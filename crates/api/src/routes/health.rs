use actix_web::{HttpResponse, Resource, web};
use serde_json::json;

use super::resource;
use crate::{problem::Problem, state::ApiState};

pub(super) const LIVE: &str = "/healthz";

pub(super) const READY: &str = "/readyz";

/// GET /healthz: the process answers.
pub(super) fn live() -> Resource {
    resource(LIVE, "GET, HEAD").route(web::get().to(ok)).route(web::head().to(ok))
}

/// GET /readyz: the database answers too, and with whom budgets are counted.
pub(super) fn ready() -> Resource {
    resource(READY, "GET, HEAD").route(web::get().to(ping)).route(web::head().to(ping))
}

async fn ok() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

async fn ping(state: web::Data<ApiState>) -> Result<HttpResponse, Problem> {
    state.installation.ping().await?;
    Ok(HttpResponse::Ok().json(json!({"status": "ok", "limits": state.limits.kept().as_str()})))
}

use actix_web::{HttpResponse, Resource, web};
use serde_json::{Value, json};

use super::resource;
use crate::{
    budget_headers::unix_rounded_up,
    caller::Caller,
    input::NoParameters,
    wire::{data, timestamp},
};

pub(super) fn resource_me() -> Resource {
    resource("/me", "GET, HEAD").route(web::get().to(me)).route(web::head().to(me))
}

/// GET /me: which credential this is, and what it may do. Needs no scope.
async fn me(caller: Caller, _: NoParameters) -> HttpResponse {
    let principal = caller.principal();
    let scopes: Vec<&str> = principal.scopes.iter().map(leadkeep_domain::Scope::as_str).collect();
    HttpResponse::Ok().json(data(json!({
        "credential": {
            "type": principal.actor.kind.as_str(),
            "id": principal.actor.id.map(|id| id.to_string()),
            "name": principal.actor.name,
            "expires_at": principal.expires_at.map(timestamp),
        },
        "workspace": {
            "id": principal.workspace.to_string(),
            "name": principal.workspace_name,
            "currency": principal.currency.code(),
        },
        "organization": {"id": principal.organization.to_string()},
        "plan": principal.plan.as_str(),
        "scopes": scopes,
        "limits": [limit(&caller)],
    })))
}

fn limit(caller: &Caller) -> Value {
    let budget = caller.budget();
    json!({
        "bucket": "credential",
        "limit": budget.state.limit,
        "remaining": budget.state.remaining,
        "reset": unix_rounded_up(budget.resets_at),
        "window_seconds": caller.principal().quota().window().as_secs(),
    })
}

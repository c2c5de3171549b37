use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_storage::Origin;
use serde_json::{Value, json};

use crate::{
    Dialect, budget_headers,
    caller::Caller,
    client_address::address,
    input::NoParameters,
    problem::Problem,
    state::ApiState,
    wire::{data, timestamp},
};

/// How long every window is, in seconds.
const WINDOW: u32 = 60;

/// GET /me: which credential this is, and what it may do. Needs no scope.
pub(super) async fn me(caller: Caller, _: NoParameters, request: HttpRequest) -> HttpResponse {
    let principal = caller.principal();
    let scopes: Vec<&str> = principal.scopes.iter().map(leadkeep_domain::Scope::as_str).collect();
    HttpResponse::Ok().json(data(json!({
        "credential": {
            "type": principal.actor.kind.as_str(),
            "id": principal.credential.to_string(),
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
        "limits": buckets(&caller, Dialect::of(&request)),
    })))
}

/// GET /me/limits: every bucket that this call was taken from. Needs no scope.
pub(super) async fn limits(caller: Caller, _: NoParameters, request: HttpRequest) -> HttpResponse {
    HttpResponse::Ok().json(data(buckets(&caller, Dialect::of(&request))))
}

fn buckets(caller: &Caller, dialect: &Dialect) -> Vec<Value> {
    let budget = caller.budget();
    let bucket = |(name, state): (leadkeep_service::gate::BucketName, _)| {
        let leadkeep_ratelimit::BucketState { limit, remaining, .. } = state;
        json!({
            "bucket": name.as_str(),
            "limit": limit,
            "remaining": remaining,
            "reset": budget_headers::reset(budget, state, dialect.reset),
            "window_seconds": WINDOW,
        })
    };
    budget.buckets().map(bucket).collect()
}

/// DELETE /me/credential: revokes the credential that is presented, for good. Needs no scope.
pub(super) async fn revoke(
    caller: Caller,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let principal = caller.principal();
    let origin = Origin { request_id: caller.request_id().to_owned(), address: address(&request) };
    let revoked = state.credentials.revoke_presented(principal, &origin).await?;
    // Gone meanwhile: as good as revoked, and refused from now on.
    let at = revoked.ok_or_else(|| Problem::unauthorized(true))?;
    Ok(HttpResponse::Ok().json(data(json!({
        "type": principal.actor.kind.as_str(),
        "id": principal.credential.to_string(),
        "name": principal.actor.name,
        "revoked_at": timestamp(at),
    }))))
}

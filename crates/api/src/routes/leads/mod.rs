//! Leads: one file a verb.

pub(super) mod archive;
pub(super) mod create;
pub(super) mod get;
pub(super) mod history;
pub(super) mod list;
pub(super) mod restore;
pub(super) mod update;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use leadkeep_domain::{Lead, LeadId};

use crate::{
    etag,
    problem::Problem,
    wire::{LeadBody, data},
};

/// The lead that the path names. What is no id names no lead.
fn lead_id(request: &HttpRequest) -> Result<LeadId, Problem> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(Problem::lead_not_found)
}

/// A lead as an answer, with its version as entity tag.
fn show(mut response: HttpResponseBuilder, lead: &Lead) -> HttpResponse {
    response.insert_header((header::ETAG, etag::of(lead.version))).json(data(LeadBody::from(lead)))
}

//! Leads: one file a verb.

mod archive;
mod create;
mod fields;
mod get;
mod history;
mod list;
mod restore;
mod update;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header, web};
use leadkeep_domain::{Lead, LeadId};

use super::resource;
use crate::{
    etag,
    problem::Problem,
    wire::{LeadBody, data},
};

/// All routes of leads.
pub(super) fn resources(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/leads", "GET, HEAD, POST")
                .route(web::get().to(list::list))
                .route(web::head().to(list::list))
                .route(web::post().to(create::create)),
        )
        .service(
            resource("/leads/{id}", "GET, HEAD, PATCH, DELETE")
                .route(web::get().to(get::get))
                .route(web::head().to(get::get))
                .route(web::patch().to(update::update))
                .route(web::delete().to(archive::archive)),
        )
        .service(resource("/leads/{id}/restore", "POST").route(web::post().to(restore::restore)))
        .service(
            resource("/leads/{id}/history", "GET, HEAD")
                .route(web::get().to(history::history))
                .route(web::head().to(history::history)),
        );
}

/// The lead that the path names. What is no id names no lead.
fn lead_id(request: &HttpRequest) -> Result<LeadId, Problem> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(Problem::lead_not_found)
}

/// A lead as an answer, with its version as entity tag.
fn show(mut response: HttpResponseBuilder, lead: &Lead) -> HttpResponse {
    response.insert_header((header::ETAG, etag::of(lead.version))).json(data(LeadBody::from(lead)))
}

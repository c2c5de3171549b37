#![expect(clippy::disallowed_types, reason = "the bare server checks nothing")]

use actix_web::{
    Error, HttpResponse,
    error::{ErrorBadRequest, ErrorInternalServerError},
    web::{self, Bytes, Data, Path, Query, ServiceConfig},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    lead::{NewLead, Renamed},
    listing::Asked,
    store::Store,
};

/// What every answer is wrapped in.
#[derive(Serialize)]
struct Envelope<T> {
    data: T,
}

/// Mounts the calls. Those that are measured most come first.
pub(crate) fn configure<S: Store>(app: &mut ServiceConfig) {
    app.route("/leads/{id}", web::get().to(get::<S>))
        .route("/leads", web::get().to(list::<S>))
        .route("/leads", web::post().to(create::<S>))
        .route("/leads/{id}", web::patch().to(rename::<S>))
        .route("/listed", web::get().to(listed::<S>))
        .route("/constant", web::get().to(constant))
        .route("/deep", web::get().to(deep::<S>))
        .route("/ids", web::get().to(ids::<S>));
}

/// What actix-web itself costs.
async fn constant() -> HttpResponse {
    HttpResponse::Ok().json(Envelope { data: "constant" })
}

async fn listed<S: Store>(store: Data<S>, asked: Query<Asked>) -> Result<HttpResponse, Error> {
    let listing = asked.into_inner().listing();
    let data = store.listed(listing, false).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().json(Envelope { data }))
}

/// The query of the same list's deep page; not measured.
async fn deep<S: Store>(store: Data<S>, asked: Query<Asked>) -> Result<HttpResponse, Error> {
    let asked = asked.into_inner();
    let found = store.listed(asked.clone().listing(), true).await.map_err(ErrorInternalServerError)?;
    Ok(match found.first() {
        Some(lead) => HttpResponse::Ok().body(asked.behind(lead.id, lead.updated_at)),
        None => HttpResponse::NotFound().finish(),
    })
}

/// Some ids, a line each; not measured.
async fn ids<S: Store>(store: Data<S>) -> Result<HttpResponse, Error> {
    let ids = store.ids().await.map_err(ErrorInternalServerError)?;
    let lines: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Ok(HttpResponse::Ok().body(lines.join("\n")))
}

async fn rename<S: Store>(store: Data<S>, id: Path<Uuid>, body: Bytes) -> Result<HttpResponse, Error> {
    let Renamed { name } = serde_json::from_slice(&body).map_err(ErrorBadRequest)?;
    let lead = store.rename(id.into_inner(), name).await.map_err(ErrorInternalServerError)?;
    Ok(match lead {
        Some(data) => HttpResponse::Ok().json(Envelope { data }),
        None => HttpResponse::NotFound().finish(),
    })
}

async fn get<S: Store>(store: Data<S>, id: Path<Uuid>) -> Result<HttpResponse, Error> {
    let lead = store.get(id.into_inner()).await.map_err(ErrorInternalServerError)?;
    Ok(match lead {
        Some(data) => HttpResponse::Ok().json(Envelope { data }),
        None => HttpResponse::NotFound().finish(),
    })
}

async fn list<S: Store>(store: Data<S>) -> Result<HttpResponse, Error> {
    let data = store.newest().await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().json(Envelope { data }))
}

async fn create<S: Store>(store: Data<S>, body: Bytes) -> Result<HttpResponse, Error> {
    let lead: NewLead = serde_json::from_slice(&body).map_err(ErrorBadRequest)?;
    let data = store.insert(lead.into_lead()).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().json(Envelope { data }))
}

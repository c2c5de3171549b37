use actix_web::{
    Error, HttpResponse,
    error::{ErrorBadRequest, ErrorInternalServerError},
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{lead::NewLead, store::Store};

/// What every answer is wrapped in.
#[derive(Serialize)]
struct Envelope<T> {
    data: T,
}

/// Mounts the three calls.
pub(crate) fn configure<S: Store>(app: &mut ServiceConfig) {
    app.route("/leads/{id}", web::get().to(get::<S>))
        .route("/leads", web::get().to(list::<S>))
        .route("/leads", web::post().to(create::<S>));
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

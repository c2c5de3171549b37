//! The server that Leadkeep is measured against: the same queries behind the same web framework, and nothing else. It asks
//! for no credential, counts no calls and checks no input.
//!
//! `bare sqlite PATH PORT` or `bare postgres URL PORT` makes a table with the sample leads, prints the id of the last once
//! it listens, and serves `GET /leads/{id}`, `GET /leads` (the 20 newest), `GET /listed` (20 by one condition), `POST /leads`,
//! `PATCH /leads/{id}`, and `GET /constant`.

mod lead;
mod listing;
mod postgres;
mod routes;
mod sqlite;
mod store;

use std::{env, sync::Arc};

use actix_web::{App, HttpServer, web::Data};
use anyhow::{Context, Result, bail};
use parking_lot::Mutex;
use uuid::Uuid;

use self::{postgres::Postgres, sqlite::Sqlite, store::Store};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that serve.
const WORKERS: usize = 2;

const USAGE: &str = "bare sqlite PATH PORT, or bare postgres URL PORT";

#[actix_web::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [database, place, port] = arguments.as_slice() else { bail!(USAGE) };
    let port = port.parse().context("the port must be a number")?;
    match database.as_str() {
        "sqlite" => {
            let (stores, known) = sqlite::seeded(place.as_ref(), WORKERS)?;
            serve::<Sqlite>(stores, known, port).await
        }
        "postgres" => {
            let (stores, known) = postgres::seeded(place, WORKERS).await?;
            serve::<Postgres>(stores, known, port).await
        }
        _ => bail!(USAGE),
    }
}

/// Serves with one thread for each store.
async fn serve<S: Store>(stores: Vec<S>, known: Uuid, port: u16) -> Result<()> {
    let workers = stores.len();
    let stores = Arc::new(Mutex::new(stores));
    let server = HttpServer::new(move || {
        let store = stores.lock().pop();
        App::new().configure(|app| {
            // None is left only for a thread that takes the place of one that died; its answers are then errors.
            if let Some(store) = store {
                app.app_data(Data::new(store));
            }
            routes::configure::<S>(app);
        })
    })
    .workers(workers)
    .bind(("127.0.0.1", port))
    .with_context(|| format!("can't listen on port {port}"))?;
    println!("{known}");
    Ok(server.run().await?)
}

//! The binary as its users run it: processes, files, signals.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod oauth_app;
mod person;
mod process;
mod tls_client;

mod away;
mod bookkeeping;
mod cluster;
mod crash;
mod credentials;
mod demo;
mod developers;
mod dialects;
mod eval;
mod hostile_file;
mod https_required;
mod idempotency;
mod keys;
mod limits;
mod management;
mod metrics;
mod oauth;
mod otlp;
mod people;
mod refusals;
mod revocation;
mod runs;
mod scan;
mod secrecy;
mod settings;
mod shutdown;
mod smart_updates;
mod tls;

/// The binary that is tested.
const fn leadkeep() -> &'static str {
    env!("CARGO_BIN_EXE_leadkeep")
}

//! The API over real HTTP, on both databases.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod app;
mod app_attacks;
mod app_lifecycle;
mod app_tokens;
mod do_runs;

mod addresses;
mod ai_runs;
mod api_tokens;
mod archive;
mod bad_input;
mod budgets;
mod concurrency;
mod conversation_input;
mod conversations;
mod create;
mod credential_kinds;
mod document;
mod export;
mod failures;
mod get;
mod golden;
mod health;
mod history;
mod idempotency;
mod idempotency_races;
mod import;
mod import_input;
mod keys;
mod limits;
mod list;
mod me;
mod messages;
mod model_updates;
mod openapi;
mod own_credential;
mod request_id;
mod resume;
mod revocation;
mod round_trip;
mod runs;
mod skode;
mod slate;
mod smart_updates;
mod spelo;
mod tenants;
mod token;
mod unauthorized;
mod update;

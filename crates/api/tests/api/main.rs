//! The API over real HTTP, on both databases.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod app;

mod addresses;
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
mod failures;
mod get;
mod golden;
mod health;
mod history;
mod keys;
mod limits;
mod list;
mod me;
mod messages;
mod own_credential;
mod request_id;
mod revocation;
mod skode;
mod slate;
mod spelo;
mod tenants;
mod token;
mod unauthorized;
mod update;

//! The API over real HTTP, on both databases.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod app;

mod archive;
mod bad_input;
mod concurrency;
mod conversation_input;
mod conversations;
mod create;
mod document;
mod get;
mod health;
mod history;
mod limits;
mod list;
mod me;
mod messages;
mod request_id;
mod tenants;
mod token;
mod unauthorized;
mod update;

//! The console over HTTP, as browsers use it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod accounts;
mod assets;
mod audit_log;
mod browser;
mod consent;
mod conversations;
mod credentials;
mod credentials_ends;
mod credentials_full;
mod everyone;
mod forms;
mod html;
mod joining;
mod leads;
mod leads_changed;
mod leads_read;
mod leads_transfer;
mod members;
mod oauth_apps;
mod sent_again;
mod server;
mod sessions;
mod theme;
mod usage;
mod words;
mod workspace;

//! The binary as its users run it: processes, files, signals.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod process;

mod away;
mod crash;
mod demo;
mod keys;
mod management;
mod revocation;
mod scan;
mod secrecy;
mod settings;
mod shutdown;

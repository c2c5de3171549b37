//! Repositories of Leadkeep.
//!
//! The traits ([`Leads`], [`Conversations`], [`Workspaces`], [`Members`], [`Clients`], [`AccessTokens`], [`Installation`])
//! speak the domain's language: no database is in their signatures, and with the feature `mock` each has a mockall mock.
//! [`Database`] opens the implementations for SQLite (feature `sqlite`) and PostgreSQL (feature `postgres`); one conformance
//! suite runs on both.
//!
//! What a caller must decide on (an e-mail that is taken, a stale version) is an outcome, a value. A [`StorageError`] is
//! only what nobody could have decided: the database is away, or something is broken.

#![allow(clippy::duplicate_mod, reason = "the queries are written once and compiled for each database")]

#[cfg(feature = "diesel")]
mod columns;
#[cfg(feature = "diesel")]
mod database;
mod error;
#[cfg(feature = "diesel")]
mod measure;
#[cfg(feature = "postgres")]
mod postgres;
mod repositories;
#[cfg(feature = "sqlite")]
mod sqlite;

/// How long a write may take that nobody waits for: less than the lease of a run.
#[cfg(feature = "diesel")]
const LEISURE: std::time::Duration = std::time::Duration::from_secs(6);

#[cfg(feature = "diesel")]
pub use database::{Database, DatabaseUrl, OpenError};
pub use error::StorageError;
pub use repositories::*;

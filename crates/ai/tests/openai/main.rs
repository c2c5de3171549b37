//! The provider that asks a model behind an API, against a server that speaks HTTP.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod answers;
mod model;
mod repairs;
mod requests;
mod retries;
mod secrets;

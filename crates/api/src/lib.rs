//! The public HTTP API of Leadkeep.
//!
//! [`configure`] mounts it on an actix-web application; [`answer()`] goes around everything, gives each request its id and
//! renders every error. The dialects' differences are data ([`dialect`](Dialect)); the rules are the service's.

mod admission;
mod answer;
mod budget_headers;
mod caller;
mod client_address;
mod cursor;
mod dialect;
mod elsewhere;
mod etag;
mod https;
mod idempotency;
mod input;
mod measure;
pub mod openapi;
mod problem;
mod request_id;
mod routes;
mod scheme;
mod state;
mod wire;

pub use answer::answer;
pub use client_address::{address, comes_by_a_proxy};
pub use dialect::Dialect;
pub use measure::known_method;
pub use request_id::RequestId;
pub use routes::{configure, endpoints, endpoints_beside_the_gate};
pub use scheme::{Scheme, scheme};
pub use state::{ApiState, Shared};
pub use wire::{lead_members, timestamp, update_members};

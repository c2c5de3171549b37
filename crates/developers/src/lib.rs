//! The developers' pages: guides, and a reference of every operation, rendered from the OpenAPI document that
//! `/openapi.json` serves. They need no JavaScript, and ask the network for nothing but this server.
//!
//! [`Site::new`] renders everything once; [`configure`] mounts it on an actix-web application.

mod assets;
mod examples;
mod guides;
mod inline;
mod layout;
mod llms;
mod markdown;
mod reference;
mod routes;
mod search;
mod site;

pub use examples::{Language, rust_module};
pub use routes::configure;
pub use site::Site;

//! The pages, one module each: a `View` says what is to be shown, a function draws it.

pub mod account;
pub mod already_sent;
pub mod api_settings;
pub mod audit_log;
pub mod authorization_error;
pub mod confirm;
pub mod consent;
pub mod conversations;
pub mod credentials;
pub mod integrations;
pub mod join;
pub mod leads;
pub mod members;
pub mod oauth_apps;
pub mod problem;
pub mod reset;
pub mod runs;
pub mod sign_in;
pub mod usage;
pub mod workspace;
pub mod workspaces;

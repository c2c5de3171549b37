//! The management commands, straight on the database: safe while a server runs.

mod clients;
mod credentials;
mod eval;
mod limits;
mod members;
mod scan;
mod workspaces;

use anyhow::Result;
use leadkeep_storage::Database;
use serde_json::json;

use crate::{output::print_one, settings::Settings};

pub(crate) use {
    clients::client,
    credentials::{key, token},
    eval::{Eval, eval},
    limits::limits,
    members::{member, user},
    scan::{SCAN_FAILED, scan},
    workspaces::{org, workspace},
};

pub(crate) fn migrate(settings: &Settings, json: bool) -> Result<()> {
    Database::migrate(&settings.database)?;
    print_one(&json!({"database": settings.database.to_string(), "status": "up to date"}), json)?;
    Ok(())
}

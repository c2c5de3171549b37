use std::path::Path;

use diesel::{QueryDsl, RunQueryDsl, sqlite::Sqlite};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{connect, create_file, queries::fill};
use crate::{
    OpenError,
    database::{__diesel_schema_migrations as migrations, Schema, compare, schema_floor},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Makes the file if there is none, and brings it up to date. Two processes take turns.
pub(crate) fn migrate(path: &Path) -> Result<(), OpenError> {
    // The switch to WAL does not wait for others, and diesel takes no lock of its own.
    let _turn = create_file(path).map_err(OpenError::CreateFile)?;
    let mut connection = connect(path, "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;")?;
    let mut outcome = Ok(());
    connection
        .exclusive_transaction(|connection| {
            outcome = connection.run_pending_migrations(MIGRATIONS).map(drop);
            if outcome.is_ok() {
                fill(connection)?;
            }
            if outcome.is_ok() { Ok(()) } else { Err(diesel::result::Error::RollbackTransaction) }
        })
        .or_else(|error| {
            if matches!(error, diesel::result::Error::RollbackTransaction) { Ok(()) } else { Err(error) }
        })
        .map_err(|error| OpenError::Migration(error.into()))?;
    outcome.map_err(OpenError::Migration)
}

/// How the file's tables compare with what this version works on.
pub(crate) fn schema(path: &Path) -> Result<Schema, OpenError> {
    let mut connection = connect(path, "PRAGMA busy_timeout = 2000; PRAGMA query_only = ON;")?;
    let applied = migrations::table.select(migrations::version).load(&mut connection);
    let floors = || schema_floor::table.select(schema_floor::oldest).load(&mut connection);
    compare::<Sqlite>(applied, floors, &MIGRATIONS)
}

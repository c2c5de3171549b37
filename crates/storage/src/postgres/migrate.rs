use std::{thread, time::Duration};

use diesel::{Connection as _, QueryDsl, RunQueryDsl, pg::Pg, sql_query};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::queries::fill;
use crate::{
    OpenError,
    database::{__diesel_schema_migrations as migrations, Schema, compare, schema_floor},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// diesel takes no lock of its own, and nodes start together. The number means nothing; it only has to be ours.
const LOCK: &str = "SELECT pg_advisory_lock(5491087263041)";

/// Whoever waits for a table to be free keeps all those waiting who come after: nodes that serve meanwhile.
const BE_BRIEF: &str = "SET lock_timeout = '1s'";

/// How often a migration is tried that finds a table held, and how long nodes that serve have it between.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_secs(2);

/// What migrations run on.
pub(crate) type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

/// Brings the database up to date. Nodes that start together take turns.
pub(crate) fn migrate(url: &str) -> Result<(), OpenError> {
    on_own_thread(url, |mut connection| {
        for statement in [LOCK, BE_BRIEF] {
            sql_query(statement)
                .execute(&mut connection)
                .map_err(|error| OpenError::Migration(error.into()))?;
        }
        let mut tries = 1;
        loop {
            match migrate_once(&mut connection) {
                Err(error) if is_kept_waiting(&error) && tries < TRIES => tries += 1,
                done => return done,
            }
            tracing::warn!(
                tries,
                "a table is held by somebody, maybe a copy that is being made; the migration is tried again"
            );
            thread::sleep(PAUSE);
        }
    })
}

/// All or nothing: a database that is up to date is filled.
fn migrate_once(connection: &mut Blocking) -> Result<(), OpenError> {
    let mut failed = None;
    let done = connection.transaction(|connection| {
        let migrated = connection.run_pending_migrations(MIGRATIONS).map(drop);
        failed = migrated.err();
        if failed.is_some() { Err(diesel::result::Error::RollbackTransaction) } else { fill(connection) }
    });
    let done = done.map_err(|error| OpenError::Migration(error.into()));
    failed.map_or(done, |error| Err(OpenError::Migration(error)))
}

/// In the server's words: the migrations' errors have no code.
fn is_kept_waiting(error: &OpenError) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.to_string().contains("lock timeout"))
}

/// How the database's tables compare with what this version works on.
pub(crate) fn schema(url: &str) -> Result<Schema, OpenError> {
    on_own_thread(url, |mut connection| {
        let applied = migrations::table.select(migrations::version).load(&mut connection);
        let floors = || schema_floor::table.select(schema_floor::oldest).load(&mut connection);
        compare::<Pg>(applied, floors, &MIGRATIONS)
    })
}

/// Runs blocking work with a connection on a thread that has no runtime: on one that has, the connection's own would
/// refuse to start.
fn on_own_thread<T: Send>(
    url: &str,
    work: impl FnOnce(Blocking) -> Result<T, OpenError> + Send,
) -> Result<T, OpenError> {
    let connect_and_work = || work(Blocking::establish(url)?);
    thread::scope(|scope| scope.spawn(connect_and_work).join())
        .unwrap_or_else(|_| Err(OpenError::Migration("the migration panicked".into())))
}

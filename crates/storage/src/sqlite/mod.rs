//! SQLite: reads in place on the caller's thread, writes in groups on one thread.

mod anchor;
mod connection;
mod file;
mod fixed;
mod lead_change;
mod migrate;
mod new_lead;
mod reader;
mod types;
mod usage_sums;
mod writer;

#[path = "../queries/mod.rs"]
mod queries;

use std::{
    fs::{File, OpenOptions},
    marker::PhantomData,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use diesel::{
    QueryResult, SqliteConnection,
    connection::SimpleConnection,
    result::{ConnectionError, DatabaseErrorKind, Error as DieselError},
};

use futures_util::future::BoxFuture;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::Clock;

use crate::{CredentialRecord, OpenError, Repositories, StorageError, measure};

pub(crate) use migrate::{migrate, schema};
use {
    connection::{Connection, RunQueryDsl},
    file::OpenFile,
    reader::Readers,
    writer::{PATIENCE, Writer},
};

/// What migrations run on.
pub(crate) type Blocking = SqliteConnection;

/// The repositories on one SQLite file.
pub(crate) struct Store {
    readers: Readers,
    writer: Writer,
    file: OpenFile,
    clock: Arc<dyn Clock>,
    tokens: LookUps<SecretHash, CredentialRecord>,
    secrets: LookUps<SecretHash, CredentialRecord>,
}

/// Look-ups of one kind. They are done at once, each by itself.
type LookUps<K, V> = PhantomData<fn(K) -> V>;

/// Opens a file that exists and is migrated.
pub(crate) fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Repositories, OpenError> {
    let store = Store {
        file: OpenFile::at(path).map_err(|error| ConnectionError::BadConnection(error.to_string()))?,
        readers: Readers::new(path.to_owned()),
        writer: Writer::start(path).map_err(OpenError::Unreachable)?,
        clock,
        tokens: PhantomData,
        secrets: PhantomData,
    };
    Ok(queries::repositories(Arc::new(store)))
}

impl Store {
    /// Fails if what is read and written here is not what anyone will find again.
    fn check(&self) -> Result<(), StorageError> {
        self.file.check_in_place().map_err(StorageError::unavailable)
    }

    /// Runs a read. Nothing in it waits, so it can't be dropped half done.
    async fn read<T: Send>(
        &self,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send,
    ) -> Result<T, StorageError> {
        measure::reading(async {
            let mut connection = self.readers.take().map_err(StorageError::unavailable)?;
            let result = query(&mut connection).await;
            self.readers.give_back(connection);
            result.map_err(into_storage_error)
        })
        .await
    }

    /// Finds what has a key.
    async fn look_up<K: Copy + Send + Sync, V: Send>(
        &self,
        _: &LookUps<K, V>,
        key: K,
        query: impl for<'c> Fn(&'c mut Connection, [K; 1]) -> BoxFuture<'c, QueryResult<Vec<(K, V)>>> + Send,
    ) -> Result<Option<V>, StorageError> {
        let found = self.read(move |connection| query(connection, [key])).await?;
        Ok(found.into_iter().next().map(|(_, found)| found))
    }

    /// Runs several reads that all see the database as it is at one moment.
    async fn read_at_one_moment<T: Send>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send,
    ) -> Result<T, StorageError> {
        measure::reading(async {
            let mut connection = self.readers.take().map_err(StorageError::unavailable)?;
            connection.batch_execute("BEGIN").await.map_err(into_storage_error)?;
            let result = query(&mut connection).await;
            // A connection that did not leave its transaction is not given back.
            connection.batch_execute("ROLLBACK").await.map_err(into_storage_error)?;
            self.readers.give_back(connection);
            result.map_err(into_storage_error)
        })
        .await
    }

    /// Runs a write in a transaction that other writes may share. It is durable when this returns.
    async fn write<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        measure::writing(self.writer.submit(query, PATIENCE)).await
    }

    /// As [`write`](Self::write), for a write that does nothing but in the database: it may be undone with others, and run once more.
    async fn write_repeatably<T: Send + 'static>(
        &self,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        measure::writing(self.writer.submit_repeatable(query, PATIENCE)).await
    }

    /// Runs a write of one statement, or of what is one with another database.
    async fn write_one<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.write(query).await
    }

    /// As [`write`](Self::write), for what nobody waits for.
    async fn write_at_leisure<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        measure::writing(self.writer.submit(query, crate::LEISURE)).await
    }
}

fn into_storage_error(error: DieselError) -> StorageError {
    if is_transient(&error) { StorageError::unavailable(error) } else { StorageError::unexpected(error) }
}

/// SQLite's own words for what another process, a full disk or a missing file does to it: diesel keeps no code.
fn is_transient(error: &DieselError) -> bool {
    const PASSING: [&str; 6] = [
        "database is locked",
        "database table is locked",
        "disk is full",
        "disk I/O error",
        "unable to open database file",
        "readonly database",
    ];
    match error {
        // The first is what a query asks for when it lost a race that it can't tell the outcome of.
        DieselError::RollbackTransaction
        | DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _) => true,
        DieselError::DatabaseError(_, info) => PASSING.iter().any(|words| info.message().contains(words)),
        _ => false,
    }
}

/// Opens a connection, without making a file that is not there.
fn connect(path: &Path, settings: &str) -> Result<SqliteConnection, ConnectionError> {
    use diesel::Connection;

    let mut connection = SqliteConnection::establish(&uri(path))?;
    connection.batch_execute(settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn uri(path: &Path) -> String {
    let escaped = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{escaped}?mode=rw")
}

/// Makes an empty file with its folder, if there is none, and holds the folder until the result is dropped: others that
/// want it wait.
pub(crate) fn create_file(path: &Path) -> std::io::Result<File> {
    let folder = file::folder(path);
    std::fs::create_dir_all(folder)?;
    let turn = File::open(folder)?;
    turn.lock()?;
    if !path.exists() {
        // What is in it is nobody else's business; SQLite makes the files beside it alike.
        OpenOptions::new().create_new(true).append(true).mode(0o600).open(path)?;
    }
    Ok(turn)
}

//! PostgreSQL: a pool of connections for each thread that serves.

mod migrate;
mod pool;
mod types;

#[path = "../queries/mod.rs"]
mod queries;

use std::{sync::Arc, time::Duration};

use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error as DieselError},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use futures_util::{FutureExt, future::BoxFuture};
use leadkeep_domain::Clock;

use crate::{OpenError, Repositories, StorageError};

pub(crate) use migrate::{migrate, schema};
use pool::{Pool, Pooled};

/// What queries run on.
pub(crate) type Connection = AsyncPgConnection;
type Transactions = <Connection as AsyncConnection>::TransactionManager;

/// How long a call may take in all, waiting for a connection included.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// The repositories on one database, through one pool.
pub(crate) struct Store {
    pool: Pool,
    clock: Arc<dyn Clock>,
}

/// A pool of `connections` at most, for the thread that calls: a connection is driven by the runtime that opened it.
pub(crate) fn open(url: &str, connections: usize, clock: Arc<dyn Clock>) -> Result<Repositories, OpenError> {
    let store = Store { pool: Pool::new(url, connections)?, clock };
    Ok(queries::repositories(Arc::new(store)))
}

impl Store {
    /// Runs a read, once more on another connection if the first one turns out to be dead.
    async fn read<T: Send>(
        &self,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + Sync,
    ) -> Result<T, StorageError> {
        let attempt = async || {
            let mut connection = self.pool.get().await?;
            query(&mut connection).await.map_err(into_storage_error)
        };
        let twice = async {
            match attempt().await {
                Err(error) if error.is_transient() => attempt().await,
                result => result,
            }
        };
        within_patience(twice).await
    }

    /// Runs several reads that all see the database as it is at one moment.
    async fn read_at_one_moment<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        const ONE_MOMENT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        self.write(move |connection| {
            async move {
                connection.batch_execute(ONE_MOMENT).await?;
                query(connection).await
            }
            .boxed()
        })
        .await
    }

    /// Runs a write in a transaction. It ends, one way or the other, even if the caller stops waiting: a connection
    /// whose transaction is left open would go back to the pool with it.
    async fn write<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let pool = self.pool.clone();
        let transaction = tokio::spawn(async move {
            let mut connection = begin(&pool).await?;
            let result = query(&mut connection).await;
            end(&mut connection, result).await.map_err(into_storage_error)
        });
        within_patience(async { transaction.await.map_err(StorageError::unexpected)? }).await
    }
}

/// A connection in a transaction. A dead one shows here, before anything is written: take another.
async fn begin(pool: &Pool) -> Result<Pooled, StorageError> {
    let mut connection = pool.get().await?;
    if Transactions::begin_transaction(&mut *connection).await.is_ok() {
        return Ok(connection);
    }
    drop(connection);
    let mut connection = pool.get().await?;
    Transactions::begin_transaction(&mut *connection).await.map_err(into_storage_error)?;
    Ok(connection)
}

async fn end<T>(connection: &mut Connection, result: QueryResult<T>) -> QueryResult<T> {
    match result {
        Ok(value) => Transactions::commit_transaction(connection).await.map(|()| value),
        Err(error) => {
            // Where the connection is gone, so is the transaction; the first error is the one to tell.
            let _ = Transactions::rollback_transaction(connection).await;
            Err(error)
        }
    }
}

async fn within_patience<T>(call: impl Future<Output = Result<T, StorageError>>) -> Result<T, StorageError> {
    tokio::time::timeout(PATIENCE, call)
        .await
        .unwrap_or_else(|_| Err(StorageError::unavailable("no answer in time")))
}

fn into_storage_error(error: DieselError) -> StorageError {
    if is_transient(&error) { StorageError::unavailable(error) } else { StorageError::unexpected(error) }
}

/// A connection that broke, a server that starts or stops, a transaction that lost against another.
fn is_transient(error: &DieselError) -> bool {
    const PASSING: [&str; 6] = [
        "connection closed",
        "error communicating with the server",
        "terminating connection",
        "the database system is",
        "too many clients",
        "deadlock detected",
    ];
    match error {
        DieselError::BrokenTransactionManager | DieselError::RollbackTransaction => true,
        DieselError::DatabaseError(kind, info) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            _ => PASSING.iter().any(|words| info.message().contains(words)),
        },
        _ => false,
    }
}

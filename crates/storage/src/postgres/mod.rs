//! PostgreSQL: a pool of connections for each thread that serves.

mod answer;
mod connection;
mod errors;
mod gather;
mod lead_change;
mod lead_change_statement;
mod look_ups;
mod migrate;
mod new_lead;
mod pool;
mod rows;
mod types;
mod up_to;
mod usage_sums;
mod values;

#[path = "../queries/mod.rs"]
mod queries;

use std::{hash::Hash, sync::Arc, time::Duration};

use diesel::{QueryResult, result::Error as DieselError};
use futures_util::{FutureExt, future::BoxFuture};
use leadkeep_credentials::SecretHash;
use leadkeep_domain::Clock;
use tokio::time::{Instant, error::Elapsed, timeout_at};

use crate::{CredentialRecord, OpenError, Repositories, StorageError, measure};

use connection::{Connection, RunQueryDsl};
use errors::into_storage_error;
use lead_change::LeadChanges;
use look_ups::LookUps;
pub(crate) use migrate::{Blocking, migrate, schema};
use new_lead::NewLeads;
use pool::{Pool, Pooled, Purpose};

/// How long a call may take in all, waiting for a connection included. A request makes two calls, its credential's and its
/// own, and is to be answered within three seconds.
const PATIENCE: Duration = Duration::from_millis(1_400);

/// The repositories on one database, through one pool.
pub(crate) struct Store {
    pool: Pool,
    tokens: LookUps<SecretHash, CredentialRecord>,
    secrets: LookUps<SecretHash, CredentialRecord>,
    new_leads: NewLeads,
    lead_changes: LeadChanges,
    together: Pool,
    clock: Arc<dyn Clock>,
}

/// Up to `connections` for the thread that calls, but at least three, as a connection is driven by the runtime that opened it: an eighth of them
/// for look-ups, which pass what takes longer, and one for what goes together.
pub(crate) fn open(url: &str, connections: usize, clock: Arc<dyn Clock>) -> Result<Repositories, OpenError> {
    let for_look_ups = (connections / 8).max(1);
    let look_ups = Pool::new(url, for_look_ups, Purpose::Calls)?;
    let store = Store {
        pool: Pool::new(url, connections.saturating_sub(for_look_ups + 1).max(1), Purpose::Calls)?,
        tokens: LookUps::new(look_ups.clone()),
        secrets: LookUps::new(look_ups),
        new_leads: NewLeads::new(),
        lead_changes: LeadChanges::new(),
        together: Pool::new(url, 1, Purpose::Together)?,
        clock,
    };
    Ok(queries::repositories(Arc::new(store)))
}

impl Store {
    /// A server is where it is: a read shows it.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "SQLite has something to check")]
    fn check(&self) -> Result<(), StorageError> {
        Ok(())
    }

    /// Runs a read, once more on another connection if the first one turns out to be dead.
    async fn read<T: Send>(
        &self,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + Sync,
    ) -> Result<T, StorageError> {
        measure::reading(self.read_until(Instant::now() + PATIENCE, query)).await
    }

    /// As [`read`](Self::read), as a part of a call that ends then.
    async fn read_until<T: Send>(
        &self,
        deadline: Instant,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + Sync,
    ) -> Result<T, StorageError> {
        let attempt = async || {
            let mut connection = self.pool.get(deadline).await?;
            let result = timeout_at(deadline, query(&mut connection)).await;
            settle(connection, result)
        };
        match attempt().await {
            Err(error) if error.is_transient() && Instant::now() < deadline => attempt().await,
            result => result,
        }
    }

    /// Finds what has a key, together with what others look up meanwhile.
    async fn look_up<K, V>(
        &self,
        together: &LookUps<K, V>,
        key: K,
        query: look_ups::Query<K, V>,
    ) -> Result<Option<V>, StorageError>
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        measure::reading(together.find(key, query)).await
    }

    /// Runs several reads that all see the database as it is at one moment.
    async fn read_at_one_moment<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        const ONE_MOMENT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        let read = self.transact(Instant::now() + PATIENCE, move |connection| {
            async move {
                connection.batch_execute(ONE_MOMENT).await?;
                query(connection).await
            }
            .boxed()
        });
        measure::reading(read).await
    }

    /// Runs a write in a transaction. It ends, one way or the other, even if the caller stops waiting: a connection
    /// whose transaction is left open would go back to the pool with it.
    async fn write<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        measure::writing(self.transact(Instant::now() + PATIENCE, query)).await
    }

    /// Runs a write of one statement, which is a transaction of its own: what else the query does, it does where nothing was written.
    async fn write_one<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let deadline = Instant::now() + PATIENCE;
        let write = async {
            let mut connection = self.pool.get(deadline).await?;
            let result = timeout_at(deadline, query(&mut connection)).await;
            settle(connection, result)
        };
        measure::writing(write).await
    }

    /// As [`write`](Self::write), for what nobody waits for.
    async fn write_at_leisure<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        measure::writing(self.transact(Instant::now() + crate::LEISURE, query)).await
    }

    async fn transact<T: Send + 'static>(
        &self,
        deadline: Instant,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let pool = self.pool.clone();
        let transaction = tokio::spawn(async move {
            let mut connection = begin(&pool, deadline).await?;
            let work = async {
                let result = query(&mut connection).await;
                end(&mut connection, result).await
            };
            let result = timeout_at(deadline, work).await;
            settle(connection, result)
        });
        transaction.await.map_err(StorageError::unexpected)?
    }
}

/// The result of a call. A connection that did not answer in time is closed: what comes on it later, or never, is not for
/// the next call to wait for, and the server ends its transaction when it is done with its statement.
fn settle<T>(connection: Pooled, result: Result<QueryResult<T>, Elapsed>) -> Result<T, StorageError> {
    let Ok(result) = result else {
        connection.discard();
        return Err(StorageError::unavailable("no answer in time"));
    };
    connection.give_back();
    result.map_err(into_storage_error)
}

/// A connection in a transaction. A dead one shows here, before anything is written: take another.
async fn begin(pool: &Pool, deadline: Instant) -> Result<Pooled, StorageError> {
    match try_begin(pool, deadline).await {
        Err(error) if error.is_transient() && Instant::now() < deadline => try_begin(pool, deadline).await,
        result => result,
    }
}

async fn try_begin(pool: &Pool, deadline: Instant) -> Result<Pooled, StorageError> {
    let mut connection = pool.get(deadline).await?;
    match timeout_at(deadline, connection.batch_execute("BEGIN")).await {
        Ok(Ok(())) => Ok(connection),
        result => {
            settle(connection, result.map(|begun| begun.and(Err(DieselError::BrokenTransactionManager))))
        }
    }
}

async fn end<T>(connection: &mut Connection, result: QueryResult<T>) -> QueryResult<T> {
    match result {
        Ok(value) => connection.batch_execute("COMMIT").await.map(|()| value),
        Err(error) => {
            // Where the connection is gone, so is the transaction; the first error is the one to tell.
            let _ = connection.batch_execute("ROLLBACK").await;
            Err(error)
        }
    }
}

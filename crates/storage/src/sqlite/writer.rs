//! One thread writes. What waits when it begins goes into one transaction, each write in a savepoint of its own, so that
//! one's failure harms no other; callers hear of success after the commit is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::Duration,
};

use diesel::{QueryResult, result::ConnectionError, result::Error as DieselError};
use diesel_async::SimpleAsyncConnection;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use super::{Connection, connect, into_storage_error};
use crate::StorageError;

/// How long the writer waits for another process that writes.
const SETTINGS: &str = "PRAGMA busy_timeout = 2000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                        PRAGMA cache_size = -16384;";

/// How many writes share a commit at most.
const GROUP: usize = 256;

/// How many writes may wait. Further ones wait for a place, for a while.
const QUEUE: usize = 4096;

/// How long a write waits for a place in the queue, and then for its commit.
const PATIENCE: Duration = Duration::from_millis(2_500);

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

/// Runs a write on the connection, if there is a transaction to run it in. What it returns tells the caller how it ended,
/// once the fate of the transaction is known.
type Job = Box<dyn FnOnce(Option<&mut Connection>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), StorageError>)>;

impl Writer {
    /// Opens the connection and starts the thread, which ends when the last handle is gone.
    pub(super) fn start(path: &Path) -> Result<Self, ConnectionError> {
        let connection = Connection::new(connect(path, SETTINGS)?);
        let (queue, jobs) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(connection, jobs))
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(Self { queue })
    }

    /// Has a write done. It is done even if the caller stops waiting.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (sender, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = connection.map(|connection| in_savepoint(connection, query));
            Box::new(move |transaction| {
                let stopped = || Err(StorageError::unavailable("the write was not run"));
                let result =
                    transaction.and_then(|()| result.map_or_else(stopped, |r| r.map_err(into_storage_error)));
                // A caller that has gone away has no use for the answer.
                let _ = sender.send(result);
            })
        });
        let stopped = || StorageError::unavailable("the writer has stopped");
        let submitted = async {
            self.queue.send(job).await.map_err(|_| stopped())?;
            outcome.await.map_err(|_| stopped())?
        };
        let busy = |_| StorageError::unavailable("the writer is busy");
        tokio::time::timeout(PATIENCE, submitted).await.map_err(busy)?
    }
}

fn run(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        write_group(&mut connection, group);
    }
}

fn write_group(connection: &mut Connection, group: Vec<Job>) {
    // A deferred transaction that reads first fails at once beside another process's write.
    let begun = execute(connection, "BEGIN IMMEDIATE");
    let answers: Vec<Answer> =
        group.into_iter().map(|job| job(begun.is_ok().then_some(&mut *connection))).collect();
    let ended = begun.and_then(|()| commit(connection));
    for answer in answers {
        answer(ended.as_ref().copied().map_err(|error| StorageError::unavailable(error.to_string())));
    }
}

fn commit(connection: &mut Connection) -> QueryResult<()> {
    let committed = execute(connection, "COMMIT");
    if committed.is_err() {
        // Where COMMIT already ended the transaction, there is nothing to roll back.
        let _ = execute(connection, "ROLLBACK");
    }
    committed
}

fn in_savepoint<T>(
    connection: &mut Connection,
    query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>>,
) -> QueryResult<T> {
    execute(connection, "SAVEPOINT job")?;
    let result = at_once(|| query(connection));
    execute(connection, if result.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" })?;
    result
}

fn execute(connection: &mut Connection, sql: &str) -> QueryResult<()> {
    at_once(|| connection.batch_execute(sql))
}

/// The result of a future that never waits, as none does on an inline connection. A panic in it must not end the thread
/// that everyone's writes need.
fn at_once<T, F: Future<Output = QueryResult<T>>>(future: impl FnOnce() -> F) -> QueryResult<T> {
    catch_unwind(AssertUnwindSafe(|| future().now_or_never()))
        .ok()
        .flatten()
        .unwrap_or_else(|| Err(DieselError::QueryBuilderError("a write waited or panicked".into())))
}

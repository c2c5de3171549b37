//! One thread writes. What waits when it begins goes into one transaction, each write in a savepoint of its own, so that
//! one's failure harms no other; callers hear of success after the commit is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use diesel::{QueryResult, result::ConnectionError, result::Error as DieselError};
use futures_util::{FutureExt, future::BoxFuture};
use metrics::{gauge, histogram};
use tokio::sync::{mpsc, oneshot};

use super::{
    Connection,
    anchor::Anchor,
    connect,
    file::{OpenFile, Turns},
    into_storage_error,
};
use crate::{StorageError, measure::OneMore};

/// How long the writer waits for another process that writes. What a write has changed, in case it fails, is kept in memory: a file would be
/// written once more for each page.
const SETTINGS: &str = "PRAGMA busy_timeout = 1200; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                        PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;";

/// How many writes share a commit at most.
const GROUP: usize = 256;

/// How many writes may wait. Further ones wait for a place, for a while.
const QUEUE: usize = 4096;

/// How long a write waits for a place in the queue, and then for its commit.
pub(super) const PATIENCE: Duration = Duration::from_millis(1_400);

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

/// Runs a write in its group's transaction, if there still is one. What it returns tells the caller how it ended, once the
/// fate of the transaction is known.
type Job = Box<dyn FnOnce(&mut Group<'_>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), StorageError>)>;

impl Writer {
    /// Opens the connection and starts the thread, which ends when the last handle is gone.
    pub(super) fn start(path: &Path) -> Result<Self, ConnectionError> {
        let connection = Connection::new(connect(path, SETTINGS)?);
        let file = OpenFile::at(path).map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        let (turns, anchor) = (Turns::at(path), Anchor::at(path)?);
        let (queue, jobs) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(connection, anchor, &file, &turns, jobs))
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(Self { queue })
    }

    /// Has a write done. Once it has begun it is done even if the caller stops waiting; before, it is not done then.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
        patience: Duration,
    ) -> Result<T, StorageError> {
        let (sender, outcome) = oneshot::channel();
        let waiting = OneMore::of(gauge!("leadkeep_writer_queue"));
        let job: Job = Box::new(move |group| {
            drop(waiting);
            // Whoever was told that it is not done must not find it done later.
            let result = if sender.is_closed() { None } else { group.run(query) };
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
        tokio::time::timeout(patience, submitted).await.map_err(busy)?
    }
}

fn run(
    mut connection: Connection,
    mut anchor: Anchor,
    file: &OpenFile,
    turns: &Turns,
    mut queue: mpsc::Receiver<Job>,
) {
    anchor.hold();
    while let Some(first) = queue.blocking_recv() {
        let mut jobs = vec![first];
        while jobs.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            jobs.push(next);
        }
        anchor.let_go();
        write_group(&mut connection, file, turns, jobs);
        anchor.hold();
    }
}

fn write_group(connection: &mut Connection, file: &OpenFile, turns: &Turns, jobs: Vec<Job>) {
    let (began, writes) = (Instant::now(), jobs.len());
    let mut group = Group::begin(connection, turns);
    if let Err(error) = file.check_in_place() {
        group.transaction = Err(DieselError::QueryBuilderError(error.into()));
    }
    let answers: Vec<Answer> = jobs.into_iter().map(|job| job(&mut group)).collect();
    let ended = group.commit();
    histogram!("leadkeep_writer_group_writes").record(u32::try_from(writes).unwrap_or(u32::MAX));
    histogram!("leadkeep_writer_group_seconds").record(began.elapsed());
    for answer in answers {
        answer(ended.as_ref().copied().map_err(|error| StorageError::unavailable(error.to_string())));
    }
}

/// One transaction for several writes.
struct Group<'c> {
    connection: &'c mut Connection,
    /// Why there is no transaction any more.
    transaction: QueryResult<()>,
}

impl<'c> Group<'c> {
    fn begin(connection: &'c mut Connection, turns: &Turns) -> Self {
        // A deferred transaction that reads first fails at once beside another process's write.
        let transaction = turns.take(|| execute(connection, "BEGIN IMMEDIATE"));
        Self { connection, transaction }
    }

    /// Runs a write in a savepoint; not at all where the transaction is gone. On a full disk SQLite ends it by itself, and
    /// what ran after that would be committed on its own, although all are told that nothing was.
    fn run<T>(
        &mut self,
        query: impl for<'q> FnOnce(&'q mut Connection) -> BoxFuture<'q, QueryResult<T>>,
    ) -> Option<QueryResult<T>> {
        self.step("SAVEPOINT job")?;
        let result = at_once(|| query(self.connection));
        self.step(if result.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" });
        Some(result)
    }

    /// Goes on with the transaction, if there still is one; one whose step fails is none any more.
    fn step(&mut self, sql: &str) -> Option<()> {
        self.transaction.as_ref().ok()?;
        self.transaction = execute(self.connection, sql);
        self.transaction.as_ref().ok().copied()
    }

    fn commit(mut self) -> QueryResult<()> {
        if self.step("COMMIT").is_none() {
            // Where SQLite has ended the transaction itself, there is nothing to roll back.
            let _ = execute(self.connection, "ROLLBACK");
        }
        self.transaction
    }
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

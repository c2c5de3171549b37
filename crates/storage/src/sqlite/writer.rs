//! One thread writes. What waits when it begins goes into one transaction, in savepoints, so that one's failure harms no other; callers hear of
//! success after the commit is on the disk.

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
    queue: mpsc::Sender<Box<dyn Job>>,
}

/// A write that waits for its turn.
trait Job: Send {
    /// Whether it can be run once more: then it may share a savepoint.
    fn is_repeatable(&self) -> bool;

    /// Runs it, unless nobody waits for it any more. Whether there is nothing to undo.
    fn run(&mut self, connection: &mut Connection) -> bool;

    /// Tells the caller how it ended, once the fate of its transaction is known.
    fn answer(self: Box<Self>, transaction: Result<(), StorageError>);
}

/// What is done with the connection, in place.
type Query<T> = Box<dyn FnMut(&mut Connection) -> QueryResult<T> + Send>;

struct Write<T> {
    query: Query<T>,
    is_repeatable: bool,
    result: Option<QueryResult<T>>,
    caller: oneshot::Sender<Result<T, StorageError>>,
    /// Until it is run.
    waiting: Option<OneMore>,
}

impl<T: Send> Job for Write<T> {
    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn run(&mut self, connection: &mut Connection) -> bool {
        self.waiting = None;
        // Whoever was told that it is not done must not find it done later.
        self.result = (!self.caller.is_closed()).then(|| (self.query)(connection));
        !matches!(self.result, Some(Err(_)))
    }

    fn answer(self: Box<Self>, transaction: Result<(), StorageError>) {
        let stopped = || Err(StorageError::unavailable("the write was not run"));
        let Self { result, caller, .. } = *self;
        let result =
            transaction.and_then(|()| result.map_or_else(stopped, |r| r.map_err(into_storage_error)));
        // A caller that has gone away has no use for the answer.
        let _ = caller.send(result);
    }
}

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

    /// Has a write done. One that nobody waits for any more when its turn comes is not done.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        query: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
        patience: Duration,
    ) -> Result<T, StorageError> {
        let mut query = Some(query);
        let once = move |connection: &mut Connection| match query.take() {
            Some(query) => at_once(|| query(connection)),
            None => Err(DieselError::QueryBuilderError("a write that is run once".into())),
        };
        self.queue(Box::new(once), false, patience).await
    }

    /// As [`submit`](Self::submit), for a write that does nothing but in the database: it may be undone with others, and run once more.
    pub(super) async fn submit_repeatable<T: Send + 'static>(
        &self,
        query: impl for<'c> Fn(&'c mut Connection) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
        patience: Duration,
    ) -> Result<T, StorageError> {
        let again = move |connection: &mut Connection| at_once(|| query(connection));
        self.queue(Box::new(again), true, patience).await
    }

    async fn queue<T: Send + 'static>(
        &self,
        query: Query<T>,
        is_repeatable: bool,
        patience: Duration,
    ) -> Result<T, StorageError> {
        let (caller, outcome) = oneshot::channel();
        let waiting = Some(OneMore::of(gauge!("leadkeep_writer_queue")));
        let job = Box::new(Write { query, is_repeatable, result: None, caller, waiting });
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
    mut queue: mpsc::Receiver<Box<dyn Job>>,
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

fn write_group(connection: &mut Connection, file: &OpenFile, turns: &Turns, mut jobs: Vec<Box<dyn Job>>) {
    let (began, writes) = (Instant::now(), jobs.len());
    let mut group = Group::begin(connection, turns);
    if let Err(error) = file.check_in_place() {
        group.transaction = Err(DieselError::QueryBuilderError(error.into()));
    }
    group.run_all(&mut jobs);
    let ended = group.commit();
    histogram!("leadkeep_writer_group_writes").record(u32::try_from(writes).unwrap_or(u32::MAX));
    histogram!("leadkeep_writer_group_seconds").record(began.elapsed());
    for job in jobs {
        job.answer(ended.as_ref().copied().map_err(|error| StorageError::unavailable(error.to_string())));
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

    /// Runs writes, those that can be repeated first. They share a savepoint, as SQLite copies each page that a savepoint changes, and they change
    /// the same; where one of them fails, each is run once more in its own. All others have their own.
    fn run_all(&mut self, jobs: &mut [Box<dyn Job>]) {
        let several = jobs.iter().filter(|job| job.is_repeatable()).count() > 1;
        let are_done = several
            && self.undo_unless(|connection| {
                jobs.iter_mut().filter(|job| job.is_repeatable()).all(|job| job.run(connection))
            });
        for job in jobs.iter_mut().filter(|job| !(are_done && job.is_repeatable())) {
            self.undo_unless(|connection| job.run(connection));
        }
    }

    /// Does this in a savepoint, and undoes it unless it went well; whether it did. Nothing is done where the transaction is gone: on a full disk
    /// SQLite ends it by itself, and what ran after that would be committed on its own, although all are told that nothing was.
    fn undo_unless(&mut self, went_well: impl FnOnce(&mut Connection) -> bool) -> bool {
        if self.step("SAVEPOINT job").is_none() {
            return false;
        }
        let done = went_well(self.connection);
        self.step(if done { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" });
        done
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

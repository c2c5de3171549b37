//! What a node does beside answering requests: runs, writing down what was gathered, and purging.

use std::{sync::Arc, time::Duration};

use leadkeep_api::{Shared, lead_members, update_members};
use leadkeep_domain::{Clock, RunKind};
use leadkeep_service::{
    ExposureLog, Housekeeping, RefusalLog, UsageMeter, chain,
    runs::{Executed, Executor, StopSign, Writers},
    smart_updates::SmartUpdates,
};
use leadkeep_storage::{Repositories, StorageError, Usage};
use tokio::{
    sync::{Mutex, Notify},
    task::JoinHandle,
    time::timeout,
};

use crate::allocator;

/// How often the server looks for what has ended.
const HOUSEKEEPING: Duration = Duration::from_mins(1);

/// How long a node keeps other nodes from looking, too: less than until it looks again itself, so that another may be next.
const TURN: time::Duration = time::Duration::seconds(50);

/// How long a node purges in its turn: with what it has begun then, and however long the turn took to take, it ends before the turn does.
const PURGING: Duration = Duration::from_secs(35);

/// How often what was gathered in memory is written down: the last use of a credential is right within twice that.
const BOOKKEEPING: Duration = Duration::from_secs(4);

/// How many runs a node does side by side that read and write files, and how many that read texts: those may wait for a model
/// most of the time, and others must not wait for them.
pub(crate) const EXECUTORS: usize = 4;

/// Runs that read and write files.
const FILES: &[RunKind] = &[RunKind::LeadsImport, RunKind::LeadsExport];

/// Runs that read texts.
const TEXTS: &[RunKind] = &[RunKind::LeadsAiUpdate];

/// How often it looks for runs that were queued elsewhere, or that another node does not go on with.
const LOOK_FOR_RUNS: Duration = Duration::from_secs(1);

/// How long a run may take to come to the end of its step when the server stops.
const LAST_STEP: Duration = Duration::from_secs(5);

/// All of it, until it is stopped.
pub(crate) struct Background {
    executors: Executors,
    books: Books,
}

impl Background {
    /// On these repositories, which are nobody else's.
    pub(crate) fn start(repositories: &Repositories, shared: &Shared, clock: &Arc<dyn Clock>) -> Self {
        let books = Books {
            meter: shared.meter.clone(),
            refusals: shared.refusals.clone(),
            exposures: shared.exposures.clone(),
            usage: repositories.usage.clone(),
            turn: Arc::default(),
        };
        actix_web::rt::spawn(books.clone().keep());
        actix_web::rt::spawn(keep_house(Housekeeping::new(repositories, clock.clone())));
        actix_web::rt::spawn(allocator::give_back());
        Self { executors: Executors::start(repositories, shared, clock), books }
    }

    /// Lets runs come to the end of their step, and writes down what is still in memory.
    pub(crate) async fn stop(self) {
        self.executors.stop().await;
        self.books.write().await;
    }
}

/// What does runs, several side by side.
struct Executors {
    stop: StopSign,
    tasks: Vec<JoinHandle<()>>,
}

impl Executors {
    fn start(repositories: &Repositories, shared: &Shared, clock: &Arc<dyn Clock>) -> Self {
        let stop = StopSign::default();
        let (execution, leads) = (repositories.run_execution.clone(), repositories.leads.clone());
        let smart_updates = SmartUpdates::new(repositories, shared.providers.clone(), clock.clone());
        let writers = Writers { lead: lead_members, update: update_members };
        let executor = Executor::new(execution, leads, smart_updates, writers, clock.clone(), stop.clone());
        let kinds = [FILES, TEXTS].into_iter().flat_map(|kinds| [kinds; EXECUTORS]);
        let task =
            |kinds| actix_web::rt::spawn(do_runs(executor.of(kinds), stop.clone(), shared.bell.clone()));
        Self { tasks: kinds.map(task).collect(), stop }
    }

    /// Lets each finish the step that it is at. What is not finished then is taken up again by another node, or after the
    /// next start.
    async fn stop(self) {
        self.stop.raise();
        for task in self.tasks {
            if timeout(LAST_STEP, task).await.is_err() {
                tracing::warn!("a run did not come to the end of its step; it is taken up again later");
            }
        }
    }
}

async fn do_runs(executor: Executor, stop: StopSign, bell: Arc<Notify>) {
    while !stop.is_raised() {
        let own = executor.clone();
        // In a task of its own: a panic ends the attempt, not the executor.
        match actix_web::rt::spawn(async move { own.execute_next().await }).await {
            Ok(Ok(Executed::Run)) => continue,
            Ok(Ok(Executed::Nothing)) => {}
            Ok(Err(error)) => {
                tracing::warn!(cause = chain(&error), "a run can't go on right now; it is taken up again");
            }
            Err(error) => tracing::error!(%error, "a run broke off; it is taken up again"),
        }
        // Other nodes' runs ring no bell here.
        let _ = timeout(LOOK_FOR_RUNS, bell.notified()).await;
    }
}

/// What is gathered in memory and written down every few seconds.
#[derive(Clone)]
struct Books {
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    exposures: Arc<ExposureLog>,
    usage: Arc<dyn Usage>,
    /// Held while somebody writes: the last to write before the end waits for what is being written.
    turn: Arc<Mutex<()>>,
}

impl Books {
    async fn write(&self) {
        let _turn = self.turn.lock().await;
        self.refusals.report();
        self.exposures.report();
        if let Err(error) = self.meter.flush(&*self.usage).await {
            tracing::warn!(%error, "could not write down what credentials were used for; it is kept for the next time");
        }
    }

    async fn keep(self) {
        loop {
            actix_web::rt::time::sleep(BOOKKEEPING).await;
            self.write().await;
        }
    }
}

async fn keep_house(housekeeping: Housekeeping) {
    loop {
        match housekeeping.take_turn(TURN).await {
            Ok(true) => {
                if timeout(PURGING, purge(&housekeeping)).await.is_err() {
                    tracing::warn!(
                        "there is more to purge than fits into a turn; it goes on in the next one"
                    );
                }
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "could not take the turn to purge"),
        }
        actix_web::rt::time::sleep(HOUSEKEEPING).await;
    }
}

/// Deletes what has ended.
async fn purge(housekeeping: &Housekeeping) {
    let told = |what: &str, purged: Result<usize, StorageError>| match purged {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "purged {what}"),
        Err(error) => tracing::warn!(%error, "could not purge {what}"),
    };
    told("ended tokens", housekeeping.purge_ended_tokens().await);
    told("ended authorizations", housekeeping.purge_ended_authorizations().await);
    told("idempotency keys", housekeeping.purge_idempotency_keys().await);
    told("ended sessions", housekeeping.purge_ended_sessions().await);
    told("links that were given to people", housekeeping.purge_links().await);
    told("forms that were sent", housekeeping.purge_spent_forms().await);
    told("files of runs", housekeeping.purge_run_files().await);
    told("counted calls", housekeeping.purge_usage().await);
}

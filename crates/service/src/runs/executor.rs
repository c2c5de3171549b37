use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use leadkeep_domain::{Clock, RunError, RunKind, RunStatus};
use leadkeep_storage::{Claim, ClaimedRun, Leads, RunExecution, Step, StorageError};
use time::Duration;
use tokio::sync::Mutex;

use super::{LeadWriter, UpdateWriter, ai_update, export, import, options::Unreadable};
use crate::{
    measure::{self, RunAtWork},
    smart_updates::SmartUpdates,
};

/// How long a node that says nothing more keeps its run: then another takes it.
const LEASE: Duration = Duration::seconds(10);

/// How long a run is done before others get their turn.
const SLICE: std::time::Duration = std::time::Duration::from_secs(5);

/// How often a run may be taken in a row without coming a step further. One that ends every node that takes it must end.
const MAX_STALLS: u32 = 5;

/// How long a run that a busy database fails is left alone, and for how long after its start that is done: what the database never does ends it.
const RELIEF: Duration = Duration::seconds(30);
const TRIED: Duration = Duration::HOUR;

/// Does runs, one at a time. Several may work side by side, on one node or many: each run has one taker.
#[derive(Clone)]
pub struct Executor {
    pub(super) execution: Arc<dyn RunExecution>,
    pub(super) leads: Arc<dyn Leads>,
    pub(super) smart_updates: SmartUpdates,
    pub(super) writers: Writers,
    clock: Arc<dyn Clock>,
    stop: StopSign,
    kinds: &'static [RunKind],
    /// Held by whoever writes rows: the others of this node wait.
    writing: Arc<Mutex<()>>,
}

/// How what runs write looks: that is not said here.
#[derive(Clone, Copy, Debug)]
pub struct Writers {
    /// Writes a lead.
    pub lead: LeadWriter,
    /// Writes a smart update.
    pub update: UpdateWriter,
}

/// Tells executors to stop at the next step.
#[derive(Clone, Debug, Default)]
pub struct StopSign(Arc<AtomicBool>);

/// What became of an [attempt](Executor::execute_next).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executed {
    /// There was nothing to do.
    Nothing,
    /// A run was taken; it is finished, or another goes on with it.
    Run,
}

/// Why a run does not go on here.
#[derive(Debug)]
pub(super) enum Halt {
    /// Another took it, or it was cancelled: what it does next is not this one's business.
    ClaimOver,
    /// This node stops, or it is the turn of others: whoever takes the run next goes on.
    Stopped,
    /// What it needs does not answer: whoever takes the run later goes on.
    Paused(Duration),
    /// The database is away: the run is taken again when it is back.
    Storage(StorageError),
    /// It can't be done at all.
    Unreadable,
}

impl From<StorageError> for Halt {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Unreadable> for Halt {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}

impl StopSign {
    /// Stops them.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether they are to stop.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Executor {
    /// On these repositories.
    pub fn new(
        execution: Arc<dyn RunExecution>,
        leads: Arc<dyn Leads>,
        smart_updates: SmartUpdates,
        writers: Writers,
        clock: Arc<dyn Clock>,
        stop: StopSign,
    ) -> Self {
        Self {
            execution,
            leads,
            smart_updates,
            writers,
            clock,
            stop,
            kinds: &RunKind::ALL,
            writing: Arc::default(),
        }
    }

    /// One that does runs of these kinds only, with the same turns at writing.
    #[must_use]
    pub fn of(&self, kinds: &'static [RunKind]) -> Self {
        Self { kinds, ..self.clone() }
    }

    /// Takes a run, if there is one to be done, and does it to its end.
    pub async fn execute_next(&self) -> Result<Executed, StorageError> {
        if self.stop.is_raised() {
            return Ok(Executed::Nothing);
        }
        let Some(run) = self.execution.claim(LEASE, self.kinds).await? else { return Ok(Executed::Nothing) };
        let claim = run.claim;
        tracing::debug!(run = %claim.run, kind = %run.kind, taker = claim.fence, "run taken");
        if run.stalls >= MAX_STALLS {
            let message = "The run was tried several times and did not come further".to_owned();
            self.give_up(claim, message).await?;
            measure::run_left(run.kind, GIVEN_UP);
            return Ok(Executed::Run);
        }
        let started_at = run.created_at;
        let (until, kind, _at_work) = (self.clock.elapsed() + SLICE, run.kind, RunAtWork::new(run.kind));
        let done = match run.kind {
            RunKind::LeadsImport => import::execute(self, run, until).await,
            RunKind::LeadsExport => export::execute(self, run, until).await,
            RunKind::LeadsAiUpdate => ai_update::execute(self, run, until).await,
        };
        measure::run_left(kind, outcome(&done));
        match done {
            Ok(()) => tracing::info!(run = %claim.run, "run finished"),
            Err(Halt::ClaimOver) => tracing::info!(run = %claim.run, "run cancelled, or taken by another"),
            Err(Halt::Stopped) => self.execution.release(claim, Duration::ZERO).await?,
            Err(Halt::Paused(pause)) => self.execution.release(claim, pause).await?,
            Err(Halt::Storage(error)) => {
                if error.is_transient() && self.clock.now() - started_at < TRIED {
                    self.let_go(claim).await;
                }
                return Err(error);
            }
            Err(Halt::Unreadable) => self.give_up(claim, Unreadable.to_string()).await?,
        }
        Ok(Executed::Run)
    }

    /// Leaves a run to whoever takes it when the database is well again: what that has to do is not the run's fault. Where it is not well yet,
    /// the lease ends by itself.
    async fn let_go(&self, claim: Claim) {
        if let Err(error) = self.execution.release(claim, RELIEF).await {
            tracing::debug!(run = %claim.run, %error, "run not let go");
        }
    }

    /// Ends a run that nobody can do.
    async fn give_up(&self, claim: Claim, message: String) -> Result<(), StorageError> {
        tracing::error!(run = %claim.run, message, "run given up");
        let error = RunError { row: None, field: None, message };
        self.execution.abandon(claim, error).await.map(drop)
    }

    /// Does a write that takes its time, one of this node after the other: whoever else writes waits for one of them at most.
    /// How long it took is for the next one to be smaller.
    pub(super) async fn in_turn<T>(&self, write: impl Future<Output = T>) -> (T, std::time::Duration) {
        let _turn = self.writing.lock().await;
        let began = self.clock.elapsed();
        (write.await, self.clock.elapsed().saturating_sub(began))
    }

    /// Fails when this node is to stop, or when it is the turn of others.
    pub(super) fn go_on(&self, until: std::time::Duration) -> Result<(), Halt> {
        let over = self.stop.is_raised() || self.clock.elapsed() >= until;
        if over { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Ends a run well.
    pub(super) async fn succeed(&self, run: &ClaimedRun, step: Step) -> Result<(), Halt> {
        held(self.execution.finish(run.claim, RunStatus::Succeeded, step).await?)
    }
}

/// The outcome of a run that nobody can do.
const GIVEN_UP: &str = "given up";

/// What became of an attempt, for metrics.
fn outcome(done: &Result<(), Halt>) -> &'static str {
    match done {
        Ok(()) => "finished",
        Err(Halt::ClaimOver) => "claim over",
        Err(Halt::Stopped) => "to be continued",
        Err(Halt::Paused(_)) => "paused",
        Err(Halt::Storage(error)) if error.is_transient() => "database away",
        Err(Halt::Storage(_)) => "failed",
        Err(Halt::Unreadable) => GIVEN_UP,
    }
}

/// Fails when the claim is over.
pub(super) fn held(still: bool) -> Result<(), Halt> {
    if still { Ok(()) } else { Err(Halt::ClaimOver) }
}

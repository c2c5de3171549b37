use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use leadkeep_domain::{RunError, RunKind, RunStatus};
use leadkeep_storage::{ClaimedRun, Leads, RunExecution, Step, StorageError};
use time::Duration;

use super::{LeadWriter, export, import, options::Unreadable};

/// How long a node that says nothing more keeps its run: then another takes it.
const LEASE: Duration = Duration::seconds(10);

/// Does runs, one at a time. Several may work side by side, on one node or many: each run has one taker.
#[derive(Clone)]
pub struct Executor {
    pub(super) execution: Arc<dyn RunExecution>,
    pub(super) leads: Arc<dyn Leads>,
    pub(super) writer: LeadWriter,
    stop: StopSign,
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
    /// This node stops: the next one goes on.
    Stopped,
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
        writer: LeadWriter,
        stop: StopSign,
    ) -> Self {
        Self { execution, leads, writer, stop }
    }

    /// Takes a run, if there is one to be done, and does it to its end.
    pub async fn execute_next(&self) -> Result<Executed, StorageError> {
        if self.stop.is_raised() {
            return Ok(Executed::Nothing);
        }
        let Some(run) = self.execution.claim(LEASE).await? else { return Ok(Executed::Nothing) };
        tracing::info!(run = %run.claim.run, kind = %run.kind, taker = run.claim.fence, "run taken");
        let claim = run.claim;
        let done = match run.kind {
            RunKind::LeadsImport => import::execute(self, run).await,
            RunKind::LeadsExport => export::execute(self, run).await,
        };
        match done {
            Ok(()) => tracing::info!(run = %claim.run, "run finished"),
            Err(Halt::ClaimOver) => tracing::info!(run = %claim.run, "run cancelled, or taken by another"),
            Err(Halt::Stopped) => self.execution.release(claim).await?,
            Err(Halt::Storage(error)) => return Err(error),
            Err(Halt::Unreadable) => {
                let error = RunError { row: None, field: None, message: Unreadable.to_string() };
                let step = Step { errors: vec![error], ..Step::default() };
                self.execution.finish(claim, RunStatus::Failed, step).await?;
            }
        }
        Ok(Executed::Run)
    }

    /// Fails when this node is to stop.
    pub(super) fn go_on(&self) -> Result<(), Halt> {
        if self.stop.is_raised() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Ends a run well.
    pub(super) async fn succeed(&self, run: &ClaimedRun, step: Step) -> Result<(), Halt> {
        held(self.execution.finish(run.claim, RunStatus::Succeeded, step).await?)
    }
}

/// Fails when the claim is over.
pub(super) fn held(still: bool) -> Result<(), Halt> {
    if still { Ok(()) } else { Err(Halt::ClaimOver) }
}

use async_trait::async_trait;
use leadkeep_credentials::SecretHash;
use leadkeep_domain::{
    Currency, Email, LeadPatch, OrganizationId, Page, PageLimit, Progress, Run, RunError, RunId, RunKind,
    RunStatus, WorkspaceId,
};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{ApplyAiOutcome, Authorship, NewAiUpdate, Receipt, StorageError};

/// Workflow runs: what callers start and ask for.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Runs: Send + Sync {
    /// Keeps a part of the input of a run that is to be [started](Runs::start). Parts that no run claims within a day are
    /// deleted.
    async fn add_input(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        part: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StorageError>;

    /// Deletes the parts of a run that is not to be; those of one that is are left alone.
    async fn discard_input(&self, workspace: WorkspaceId, run: RunId) -> Result<(), StorageError>;

    /// How many runs of the workspace are not finished.
    async fn open(&self, workspace: WorkspaceId) -> Result<u64, StorageError>;

    /// Queues a run; one whose credential does not stand any more is cancelled at once.
    async fn start(
        &self,
        workspace: WorkspaceId,
        new: NewRun,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, StorageError>;

    /// The run, if it is in the workspace.
    async fn get(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Run>, StorageError>;

    /// Whether the run is in any workspace of the organization.
    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        run: RunId,
    ) -> Result<bool, StorageError>;

    /// A page of runs, newest first, behind `after`; their errors are left out.
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: RunFilter,
        after: Option<RunId>,
        limit: PageLimit,
    ) -> Result<Page<Run>, StorageError>;

    /// Cancels a run that is not finished. What it has done stays; from here on it does nothing more.
    async fn cancel(&self, workspace: WorkspaceId, run: RunId) -> Result<CancelOutcome, StorageError>;

    /// Whether anything is kept of what a run wrote.
    async fn has_output(&self, workspace: WorkspaceId, run: RunId) -> Result<bool, StorageError>;

    /// A part of what a run wrote; none behind the last.
    async fn output(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        part: u32,
    ) -> Result<Option<Vec<u8>>, StorageError>;
}

/// Workflow runs: what the nodes that do them need. A node holds a run by a [`Claim`] that lasts a while and is renewed by
/// every step; what a node does whose claim is over, is not done.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RunExecution: Send + Sync {
    /// Takes a run of one of these kinds that is queued, or whose node has not been heard of since its claim was over.
    async fn claim(
        &self,
        lease: Duration,
        kinds: &'static [RunKind],
    ) -> Result<Option<ClaimedRun>, StorageError>;

    /// A part of a run's input; none behind the last.
    async fn input(&self, claim: Claim, part: u32) -> Result<Option<Vec<u8>>, StorageError>;

    /// Applies rows of an import, and in the same transaction takes the step. False if the claim is over: nothing was done
    /// then.
    async fn import(
        &self,
        claim: Claim,
        batch: ImportBatch,
        step: StepAfterRows,
    ) -> Result<bool, StorageError>;

    /// [Applies](crate::AiUpdates::apply) a smart update, and in the same transaction takes the step and adds a part to what the
    /// run writes. False if the claim is over, or if not just `done_before` rows were done before: nothing was done then.
    async fn ai_update(
        &self,
        claim: Claim,
        done_before: u64,
        new: NewAiUpdate,
        by: Authorship,
        step: StepAfterUpdate,
    ) -> Result<bool, StorageError>;

    /// Renews the claim where a step takes long. False if it is over.
    async fn renew(&self, claim: Claim) -> Result<bool, StorageError>;

    /// Takes a step. False if the claim is over.
    async fn advance(&self, claim: Claim, step: Step) -> Result<bool, StorageError>;

    /// Ends the run. False if the claim is over.
    async fn finish(&self, claim: Claim, status: RunStatus, step: Step) -> Result<bool, StorageError>;

    /// Ends a run that can't be done: as failed where nothing was done, else as cancelled, for what was done stays. False if the
    /// claim is over.
    async fn abandon(&self, claim: Claim, error: RunError) -> Result<bool, StorageError>;

    /// Gives the run back before the claim is over, for another node to go on with after a pause.
    async fn release(&self, claim: Claim, pause: Duration) -> Result<(), StorageError>;

    /// Deletes parts that are left over: of inputs that came over a day ago and that no run will read, and of outputs from before
    /// `before`; at most `limit` of each. How many there were.
    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError>;
}

/// A run that is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// Which.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// What exactly, as whoever executes it reads it.
    pub options: Value,
    /// Rows in all, where that is known.
    pub total: Option<u64>,
    /// How many parts its input has.
    pub parts: u32,
    /// Who starts it.
    pub by: Authorship,
    /// With which credential: with it the run is cancelled.
    pub credential: Uuid,
    /// With which of its secrets.
    pub secret: SecretHash,
}

/// Which runs a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only those of this kind.
    pub kind: Option<RunKind>,
    /// Only those of this status.
    pub status: Option<RunStatus>,
}

/// What became of a [cancellation](Runs::cancel).
#[derive(Clone, Debug, PartialEq)]
pub enum CancelOutcome {
    /// The run is cancelled.
    Cancelled(Run),
    /// It was finished already.
    Finished(Run),
    /// No such run in the workspace.
    NotFound,
}

/// A node's right to do a run: the number says which taker it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which.
    pub run: RunId,
    /// Counts those who have taken the run: a claim with a smaller number is over.
    pub fence: i32,
    /// How long it lasts after each step.
    pub lease: Duration,
}

/// A run that was taken, with all that is needed to do it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedRun {
    /// The right to do it.
    pub claim: Claim,
    /// What it does.
    pub kind: RunKind,
    /// What exactly.
    pub options: Value,
    /// Where it stands: what the last step left.
    pub state: Value,
    /// How much is done.
    pub progress: Progress,
    /// When it was started.
    pub created_at: OffsetDateTime,
    /// How many took it before in a row and did not come a step further.
    pub stalls: u32,
    /// Who started it.
    pub by: Authorship,
}

/// Where a run stands after some work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What the next taker needs to go on.
    pub state: Value,
    /// How many rows are done.
    pub done: u64,
    /// Rows in all, where that turned out.
    pub total: Option<u64>,
    /// What has come of it so far.
    pub result: Option<Value>,
    /// What was wrong since the last step.
    pub errors: Vec<RunError>,
    /// What the run writes with this step.
    pub output: Option<OutputPart>,
    /// Whether the run begins again: what was wrong before, and what it wrote, is forgotten.
    pub again: bool,
}

/// Makes a step of what became of rows.
pub type StepAfterRows = Box<dyn FnOnce(Vec<RowOutcome>) -> Step + Send>;

/// Makes a step of what became of an update.
pub type StepAfterUpdate = Box<dyn FnOnce(&ApplyAiOutcome) -> Step + Send>;

/// A part of what a run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPart {
    /// Which, from 0.
    pub part: u32,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Rows of an import that are applied in one transaction, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportBatch {
    /// How many rows were done before: where there are more now, these rows are among them.
    pub done_before: u64,
    /// The rows.
    pub rows: Vec<ImportRow>,
    /// The currency of deals that name none.
    pub currency: Currency,
    /// Whether nothing is to be written but what would have become of them.
    pub dry_run: bool,
    /// Who imports.
    pub by: Authorship,
}

/// A row: what it makes of the active lead with its e-mail, or of a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The e-mail that finds the lead.
    pub email: Email,
    /// The changes.
    pub patch: LeadPatch,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// A lead was created.
    Created,
    /// The active lead with this e-mail was changed.
    Updated,
    /// It was so already.
    Unchanged,
    /// `assigned_to` names nobody who is a member of the workspace.
    UnknownAssignee,
}

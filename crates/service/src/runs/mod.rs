//! Workflow runs: what is asynchronous in a workspace.

mod ai_items;
mod ai_update;
mod executor;
mod export;
mod failed_rows;
mod import;
mod options;
mod rows;
mod upload;

use std::sync::Arc;

use futures_util::{Stream, stream};

use leadkeep_domain::{LeadFilter, Page, PageLimit, Run, RunId, RunKind, RunStatus};
use leadkeep_storage::{
    CancelOutcome, NewRun, PresentedSecret, Receipt, RunFilter, Runs as Repository, StorageError,
};
use leadkeep_transfer::Format;
use tokio::sync::Notify;

use crate::{gate::Principal, leads::authorship, smart_updates::AiOptions};

pub use ai_items::AiItem;
pub use ai_update::UpdateWriter;
pub use executor::{Executed, Executor, StopSign, Writers};
pub use export::LeadWriter;
pub use upload::{MAX_ROWS, MAX_UPLOAD, Upload, UploadError, Uploaded, Uploads};

use failed_rows::FailedRows;
use upload::Parts;

use options::{AiUpdateOptions, ExportOptions, ImportOptions};

/// Runs, as callers know them. The principal's workspace is the tenant of everything here.
#[derive(Clone)]
pub struct Runs {
    repository: Arc<dyn Repository>,
    uploads: Uploads,
    bell: Arc<Notify>,
}

/// How many runs a workspace may have that are not finished.
const MAX_OPEN: u64 = 20;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No such run in the workspace.
    #[error("run not found")]
    NotFound(RunId),
    /// The workspace has as many runs waiting as it may.
    #[error("too many runs of this workspace are waiting")]
    TooMany,
    /// It is finished: there is nothing to cancel.
    #[error("the run is finished already")]
    Finished,
    /// It is not finished: there is no file yet.
    #[error("the run is not finished yet")]
    NotFinished,
    /// It wrote no file, or the file is not kept any more.
    #[error("there is no file of this run, or it is not kept any more")]
    NoFile,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Which files there are of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunFiles {
    /// The one that it was to write.
    pub result: bool,
    /// The rows of an import that failed.
    pub failed_rows: bool,
}

/// The file that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFile {
    /// What it holds.
    pub format: Format,
    /// Its first part; the others are read one by one.
    pub first: Vec<u8>,
    /// How many bytes all parts have: a part that is gone by then must not pass for the end.
    pub bytes: u64,
}

/// The rows of an import that failed, each with its number and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRowsFile {
    /// What it holds: that of the file that was imported.
    pub format: Format,
    /// Its first part; the others are read one by one.
    pub first: Vec<u8>,
}

impl Runs {
    /// On this repository. The bell is rung whenever a run is queued.
    pub fn new(repository: Arc<dyn Repository>, uploads: Uploads, bell: Arc<Notify>) -> Self {
        Self { repository, uploads, bell }
    }

    /// Begins an upload of a file to import.
    pub async fn upload(&self, principal: &Principal, format: Format) -> Result<Upload, UploadError> {
        let turn = self.uploads.begin(principal.workspace).ok_or(UploadError::TooManyRuns)?;
        if !self.has_room(principal).await? {
            return Err(UploadError::TooManyRuns);
        }
        Ok(Upload::new(self.repository.clone(), principal.workspace, format, turn))
    }

    /// Whether the workspace may have one more run.
    async fn has_room(&self, principal: &Principal) -> Result<bool, StorageError> {
        Ok(self.repository.open(principal.workspace).await? < MAX_OPEN)
    }

    /// Queues the import of a file that was uploaded.
    pub async fn start_import(
        &self,
        principal: &Principal,
        uploaded: Uploaded,
        dry_run: bool,
        request_id: &str,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, StorageError> {
        let Uploaded { parts, format, header, rows, .. } = uploaded;
        let count = parts.count();
        let options = ImportOptions { format, dry_run, currency: principal.currency, header, parts: count };
        let new = new_run(principal, parts.run, RunKind::LeadsImport, request_id);
        let new = NewRun { options: options.to_json(), total: Some(rows), parts: count, ..new };
        let run = self.start(principal, new, receipt).await?;
        parts.keep();
        Ok(run)
    }

    /// Queues an export.
    pub async fn start_export(
        &self,
        principal: &Principal,
        filter: LeadFilter,
        format: Format,
        request_id: &str,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, RunError> {
        if !self.has_room(principal).await? {
            return Err(RunError::TooMany);
        }
        let options = ExportOptions { format, filter }.to_json();
        let new = new_run(principal, RunId::generate(), RunKind::LeadsExport, request_id);
        Ok(self.start(principal, NewRun { options, ..new }, receipt).await?)
    }

    /// Queues updates of leads from texts.
    pub async fn start_ai_update(
        &self,
        principal: &Principal,
        items: Vec<AiItem>,
        options: AiOptions,
        request_id: &str,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, RunError> {
        let turn = self.uploads.begin(principal.workspace).ok_or(RunError::TooMany)?;
        if !self.has_room(principal).await? {
            return Err(RunError::TooMany);
        }
        let mut parts = Parts::new(self.repository.clone(), principal.workspace, turn);
        for part in ai_items::to_parts(&items) {
            parts.add(part).await?;
        }
        let (count, credential) = (parts.count(), principal.credential);
        let options = AiUpdateOptions { options, credential, parts: count }.to_json();
        let new = new_run(principal, parts.run, RunKind::LeadsAiUpdate, request_id);
        let total = Some(items.len() as u64);
        let run = self.start(principal, NewRun { options, total, parts: count, ..new }, receipt).await?;
        parts.keep();
        Ok(run)
    }

    async fn start(
        &self,
        principal: &Principal,
        new: NewRun,
        receipt: Option<Receipt<Run>>,
    ) -> Result<Run, StorageError> {
        let run = self.repository.start(principal.workspace, new, receipt).await?;
        // All that wait are woken: which of them does runs of this kind is theirs to know. One that is just about to wait, too.
        self.bell.notify_waiters();
        self.bell.notify_one();
        Ok(run)
    }

    /// The run.
    pub async fn get(&self, principal: &Principal, run: RunId) -> Result<Run, RunError> {
        self.repository.get(principal.workspace, run).await?.ok_or(RunError::NotFound(run))
    }

    /// Whether the run is in another workspace of the principal's organization.
    pub async fn is_elsewhere(&self, principal: &Principal, run: RunId) -> Result<bool, StorageError> {
        self.repository.is_in_organization(principal.organization, run).await
    }

    /// A page of runs, newest first.
    pub async fn list(
        &self,
        principal: &Principal,
        filter: RunFilter,
        after: Option<RunId>,
        limit: PageLimit,
    ) -> Result<Page<Run>, StorageError> {
        self.repository.list(principal.workspace, filter, after, limit).await
    }

    /// Cancels a run.
    pub async fn cancel(&self, principal: &Principal, run: RunId) -> Result<Run, RunError> {
        match self.repository.cancel(principal.workspace, run).await? {
            CancelOutcome::Cancelled(cancelled) => Ok(cancelled),
            CancelOutcome::Finished(found) if found.status == RunStatus::Cancelled => Ok(found),
            CancelOutcome::Finished(_) => Err(RunError::Finished),
            CancelOutcome::NotFound => Err(RunError::NotFound(run)),
        }
    }

    /// Which files there are of a run that was read just now: asked without reading them.
    pub async fn files(&self, principal: &Principal, run: &Run) -> Result<RunFiles, StorageError> {
        let is_import = run.kind == RunKind::LeadsImport;
        let may_have_one = if is_import { run.status.is_final() } else { described(run).is_some() };
        let there = may_have_one && self.repository.has_output(principal.workspace, run.id).await?;
        Ok(RunFiles { result: there && !is_import, failed_rows: there && is_import })
    }

    /// The file that a run wrote.
    pub async fn file(&self, principal: &Principal, run: RunId) -> Result<RunFile, RunError> {
        let found = self.get(principal, run).await?;
        if !found.status.is_final() {
            return Err(RunError::NotFinished);
        }
        let (format, bytes) = described(&found).ok_or(RunError::NoFile)?;
        let first = self.part(principal, run, 0).await?.ok_or(RunError::NoFile)?;
        Ok(RunFile { format, first, bytes })
    }

    /// The rows of an import that failed, as a file of their own; none if there are none, or they are not kept any more. What was done
    /// before an import was cancelled counts, too.
    pub async fn failed_rows(&self, principal: &Principal, run: RunId) -> Result<FailedRowsFile, RunError> {
        let found = self.get(principal, run).await?;
        if !found.status.is_final() {
            return Err(RunError::NotFinished);
        }
        if found.kind != RunKind::LeadsImport {
            return Err(RunError::NoFile);
        }
        let first = self.part(principal, run, 0).await?.ok_or(RunError::NoFile)?;
        Ok(FailedRowsFile { format: FailedRows::format_of(&first), first })
    }

    /// All parts of a run's file but the first, each read when the one before is taken.
    pub fn rest(
        &self,
        principal: Principal,
        run: RunId,
    ) -> impl Stream<Item = Result<Vec<u8>, StorageError>> + use<> {
        stream::try_unfold((self.clone(), 1), move |(runs, part)| {
            let principal = principal.clone();
            async move {
                let bytes = runs.part(&principal, run, part).await?;
                Ok(bytes.map(|bytes| (bytes, (runs, part + 1))))
            }
        })
    }

    /// A part of the file; none behind the last.
    async fn part(
        &self,
        principal: &Principal,
        run: RunId,
        part: u32,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        self.repository.output(principal.workspace, run, part).await
    }
}

/// The format and the length of the file that a run wrote, as it says itself.
fn described(run: &Run) -> Option<(Format, u64)> {
    let writes = matches!(run.kind, RunKind::LeadsExport | RunKind::LeadsAiUpdate);
    let result = run.result.as_ref().filter(|_| writes && run.status == RunStatus::Succeeded)?;
    Some((result["format"].as_str()?.parse().ok()?, result["bytes"].as_u64()?))
}

fn new_run(principal: &Principal, id: RunId, kind: RunKind, request_id: &str) -> NewRun {
    let (PresentedSecret::AccessToken(secret)
    | PresentedSecret::ApiSecret(secret)
    | PresentedSecret::Session(secret)) = principal.secret;
    NewRun {
        id,
        kind,
        options: serde_json::Value::Null,
        total: None,
        parts: 0,
        by: authorship(principal, request_id),
        credential: principal.credential,
        secret,
    }
}

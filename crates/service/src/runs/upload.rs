use std::sync::Arc;

use dashmap::DashMap;
use leadkeep_credentials::Hasher;
use leadkeep_domain::{RunId, WorkspaceId};
use leadkeep_storage::{Runs, StorageError};
use leadkeep_transfer::{BadHeader, Format, Header, RecordReader};

use super::failed_rows::is_note;
use crate::input::{Fault, Faults, lead};

/// The largest file, in bytes.
pub const MAX_UPLOAD: u64 = 50 * 1024 * 1024;

/// The most rows of a file.
pub const MAX_ROWS: u64 = 1_000_000;

/// The size of every part of a file but the last, in bytes.
pub(super) const PART: usize = 256 * 1024;

/// A file that is coming in: it is looked through and put into the database piece by piece. What is in the database of one
/// that does not come to its end is deleted.
pub struct Upload {
    parts: Parts,
    reader: RecordReader,
    buffer: Vec<u8>,
    bytes: u64,
    rows: u64,
    fingerprint: [u8; 16],
    header_checked: bool,
}

/// A file that is there, until it is dropped without a run that reads it.
pub struct Uploaded {
    pub(super) parts: Parts,
    pub(super) format: Format,
    pub(super) header: Option<Header>,
    pub(super) rows: u64,
    /// What tells the file from another.
    pub fingerprint: [u8; 16],
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is larger than [`MAX_UPLOAD`].
    #[error("the file is larger than {MAX_UPLOAD} bytes")]
    TooLarge,
    /// It has more rows than [`MAX_ROWS`].
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// The workspace has as many uploads going on, or as many runs waiting, as it may.
    #[error("too many runs of this workspace are waiting")]
    TooManyRuns,
    /// Its columns are not those of leads.
    #[error("the file's header is wrong")]
    Header(Faults),
    /// The database did not take it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<BadHeader> for UploadError {
    fn from(bad: BadHeader) -> Self {
        let field = |field: Option<String>| field.unwrap_or_else(|| "header".to_owned());
        let faults = bad.faults.into_iter().map(|fault| Fault::new(field(fault.field), fault.message));
        Self::Header(Faults(faults.collect()))
    }
}

impl Upload {
    pub(super) fn new(runs: Arc<dyn Runs>, workspace: WorkspaceId, format: Format, turn: Turn) -> Self {
        Self {
            parts: Parts::new(runs, workspace, turn),
            reader: RecordReader::new(format),
            buffer: Vec::with_capacity(PART),
            bytes: 0,
            rows: 0,
            fingerprint: [0; 16],
            header_checked: false,
        }
    }

    /// Takes the next piece of the file.
    pub async fn push(&mut self, mut piece: &[u8], hasher: &Hasher) -> Result<(), UploadError> {
        self.bytes += piece.len() as u64;
        if self.bytes > MAX_UPLOAD {
            return Err(UploadError::TooLarge);
        }
        self.look_through(piece)?;
        while !piece.is_empty() {
            let room = PART.saturating_sub(self.buffer.len()).min(piece.len());
            let (now, later) = piece.split_at_checked(room).unwrap_or((piece, &[]));
            self.buffer.extend_from_slice(now);
            piece = later;
            if self.buffer.len() >= PART {
                self.store(hasher).await?;
            }
        }
        Ok(())
    }

    /// The file has come to its end.
    pub async fn finish(mut self, hasher: &Hasher) -> Result<Uploaded, UploadError> {
        if self.reader.finish()?.is_some() {
            self.rows += 1;
        }
        self.check_header()?;
        if !self.buffer.is_empty() {
            self.store(hasher).await?;
        }
        Ok(Uploaded {
            parts: self.parts,
            format: self.reader.format(),
            header: self.reader.header().cloned(),
            rows: self.rows,
            fingerprint: self.fingerprint,
        })
    }

    fn look_through(&mut self, mut piece: &[u8]) -> Result<(), UploadError> {
        while self.reader.read(&mut piece)?.is_some() {
            self.rows += 1;
            if self.rows > MAX_ROWS {
                return Err(UploadError::TooManyRows);
            }
        }
        self.check_header()
    }

    /// Every column must be a member of a lead, and one the e-mail.
    fn check_header(&mut self) -> Result<(), UploadError> {
        let Some(header) = self.reader.header().filter(|_| !self.header_checked) else { return Ok(()) };
        let unknown = header.names().iter().filter(|name| !lead::is_member(name) && !is_note(name));
        let mut faults: Vec<_> = unknown
            .map(|name| Fault::new(crate::input::shortened(name), "is not a member of a lead"))
            .collect();
        if !header.names().iter().any(|name| name == "email") {
            faults.push(Fault::new("email", "is required: a column of this name must be there"));
        }
        self.header_checked = true;
        if faults.is_empty() { Ok(()) } else { Err(UploadError::Header(Faults(faults))) }
    }

    async fn store(&mut self, hasher: &Hasher) -> Result<(), StorageError> {
        let bytes = std::mem::replace(&mut self.buffer, Vec::with_capacity(PART));
        self.fingerprint = hasher.mac(&[self.fingerprint.as_slice(), &bytes].concat());
        self.parts.add(bytes).await
    }
}

/// A file's parts in the database. Dropped before a run reads them, they are deleted: also where the caller has gone away.
pub(super) struct Parts {
    runs: Arc<dyn Runs>,
    workspace: WorkspaceId,
    pub(super) run: RunId,
    count: u32,
    kept: bool,
    _turn: Turn,
}

impl Parts {
    pub(super) fn new(runs: Arc<dyn Runs>, workspace: WorkspaceId, turn: Turn) -> Self {
        Self { runs, workspace, run: RunId::generate(), count: 0, kept: false, _turn: turn }
    }

    pub(super) async fn add(&mut self, bytes: Vec<u8>) -> Result<(), StorageError> {
        let part = self.count;
        // Counted first: a part may be there although nobody heard so.
        self.count += 1;
        self.runs.add_input(self.workspace, self.run, part, bytes).await
    }

    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// A run reads them now.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if self.kept || self.count == 0 {
            return;
        }
        let (runs, workspace, run) = (self.runs.clone(), self.workspace, self.run);
        // Without a runtime, or where this fails, they are deleted after a day.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = runs.discard_input(workspace, run).await {
                    tracing::debug!(%error, "an upload was not discarded");
                }
            });
        }
    }
}

/// Counts the uploads that each workspace has going on at the same time, in this process.
#[derive(Clone, Debug, Default)]
pub struct Uploads(Arc<DashMap<WorkspaceId, usize>>);

/// One upload's place among those of its workspace.
pub(super) struct Turn {
    uploads: Uploads,
    workspace: WorkspaceId,
}

impl Uploads {
    /// How many a workspace may have going on.
    const MAX: usize = 20;

    /// A place for one more, if there is.
    pub(super) fn begin(&self, workspace: WorkspaceId) -> Option<Turn> {
        let mut count = self.0.entry(workspace).or_default();
        if *count >= Self::MAX {
            return None;
        }
        *count += 1;
        Some(Turn { uploads: self.clone(), workspace })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let dashmap::Entry::Occupied(mut count) = self.uploads.0.entry(self.workspace) {
            *count.get_mut() = count.get().saturating_sub(1);
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

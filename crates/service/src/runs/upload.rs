use std::sync::Arc;

use leadkeep_credentials::Hasher;
use leadkeep_domain::{RunId, WorkspaceId};
use leadkeep_storage::{Runs, StorageError};
use leadkeep_transfer::{BadHeader, Format, Header, RecordReader};

use crate::input::{Fault, Faults, lead};

/// The largest file, in bytes.
pub const MAX_UPLOAD: u64 = 50 * 1024 * 1024;

/// The most rows of a file.
pub const MAX_ROWS: u64 = 1_000_000;

/// The size of every part of a file but the last, in bytes.
pub(super) const PART: usize = 256 * 1024;

/// A file that is coming in: it is looked through and put into the database piece by piece.
pub struct Upload {
    runs: Arc<dyn Runs>,
    workspace: WorkspaceId,
    run: RunId,
    reader: RecordReader,
    buffer: Vec<u8>,
    part: u32,
    bytes: u64,
    rows: u64,
    fingerprint: [u8; 16],
    header_checked: bool,
}

/// A file that is there, for a run of this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    pub(super) run: RunId,
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
    pub(super) fn new(runs: Arc<dyn Runs>, workspace: WorkspaceId, format: Format) -> Self {
        Self {
            runs,
            workspace,
            run: RunId::generate(),
            reader: RecordReader::new(format),
            buffer: Vec::with_capacity(PART),
            part: 0,
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
            run: self.run,
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
        let unknown = header.names().iter().filter(|name| !lead::is_member(name));
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
        self.runs.add_input(self.workspace, self.run, self.part, bytes).await?;
        self.part += 1;
        Ok(())
    }
}

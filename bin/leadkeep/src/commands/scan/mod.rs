//! Finds leaked secrets in files, and says which of them are live.

mod files;
mod report;
mod state;

use std::{
    io::{ErrorKind, Read, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Result;
use leadkeep_credentials::{LocatedSecret, SecretScanner};
use zeroize::Zeroizing;

use self::{report::Report, state::Checker};
use crate::settings::Settings;

/// What the command ends with where it could not do its work: 1 says that something was found.
pub(crate) const SCAN_FAILED: u8 = 2;

/// How many bytes are read at a time.
const PIECE: usize = 64 * 1024;

pub(crate) async fn scan(settings: &Settings, paths: &[PathBuf], json: bool) -> Result<ExitCode> {
    let checker = Checker::open(settings).await?;
    let mut scan = Scan { checker, report: Report::new(json), piece: Zeroizing::new(vec![0; PIECE]) };
    for path in paths {
        if path.as_os_str() == "-" {
            scan.search(path, stdin().lock()).await?;
        } else {
            scan.search_all(path).await?;
        }
    }
    scan.report.finish()
}

struct Scan {
    checker: Checker,
    report: Report,
    piece: Zeroizing<Vec<u8>>,
}

impl Scan {
    /// Searches the file, or all files under the folder.
    async fn search_all(&mut self, path: &Path) -> Result<()> {
        for file in files::under(path) {
            match file.and_then(|path| files::open(&path).map(|file| (path, file))) {
                Ok((path, file)) => self.search(&path, file).await?,
                Err(unreadable) => self.report.unread(&unreadable.path, &unreadable.reason),
            }
        }
        Ok(())
    }

    /// Searches what can be read, piece by piece.
    async fn search<R: Read>(&mut self, path: &Path, mut source: R) -> Result<()> {
        let mut scanner = SecretScanner::new();
        let end = loop {
            match source.read(&mut self.piece) {
                Ok(0) => break Ok(()),
                Ok(length) => {
                    let found = scanner.push(self.piece.get(..length).unwrap_or_default());
                    self.tell(path, found).await?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.tell(path, scanner.finish()).await?;
        match end {
            Ok(()) => self.report.read(),
            Err(error) => self.report.unread(path, &error),
        }
        Ok(())
    }

    async fn tell(&mut self, path: &Path, found: Vec<LocatedSecret>) -> Result<()> {
        for found in found {
            let state = self.checker.state(&found.secret).await?;
            self.report.found(path, &found, &state)?;
        }
        Ok(())
    }
}

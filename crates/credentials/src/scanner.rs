//! Finding secrets in data that come in pieces.

use crate::{FoundSecret, Secret, format, scan};
use std::{fmt, mem};
use zeroize::Zeroizing;

/// How many bytes must be there to tell whether a secret begins at the first: the longest text, and what follows it.
const REACH: usize = format::LONGEST + 1;

/// Finds the secrets of data that come in pieces, such as a file that is read bit by bit.
///
/// What it finds is what [`find_secrets`](crate::find_secrets) finds in the whole: where the data are cut makes no
/// difference. It keeps one piece and fewer than a hundred bytes, and wipes them when it is dropped.
///
/// ```
/// use leadkeep_credentials::{Secret, SecretKind, SecretScanner};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::generate(SecretKind::ApiKey)?;
/// let (head, tail) = secret.expose().split_at(20);
///
/// let mut scanner = SecretScanner::new();
/// let mut found = scanner.push(format!("# keys\nKEY={head}").as_bytes());
/// found.extend(scanner.push(tail.as_bytes()));
/// found.extend(scanner.finish());
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].line, found[0].column), (2, 5));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct SecretScanner {
    /// What is not decided yet: here a secret may begin whose end has not come.
    kept: Zeroizing<Vec<u8>>,
    /// Where the first byte of that is.
    place: Place,
}

/// A secret that a [`SecretScanner`] found, and where.
///
/// Debug shows the place and the kind, never the secret.
pub struct LocatedSecret {
    /// The line, counted from 1. A line ends with a line feed.
    pub line: usize,
    /// The first byte of the secret in the line, counted from 1.
    pub column: usize,
    /// The secret.
    pub secret: Secret,
}

impl SecretScanner {
    /// At the beginning of the data.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece. The secrets that are sure by now, in order: one at the very end waits for what follows.
    pub fn push(&mut self, piece: &[u8]) -> Vec<LocatedSecret> {
        self.kept.extend_from_slice(piece);
        self.search((self.kept.len() + 1).saturating_sub(REACH))
    }

    /// The secrets that are left when nothing follows.
    pub fn finish(mut self) -> Vec<LocatedSecret> {
        self.search(self.kept.len())
    }

    /// The secrets that begin before `end`. What is behind them and behind `end` is kept.
    fn search(&mut self, end: usize) -> Vec<LocatedSecret> {
        let mut bytes = mem::take(&mut self.kept);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(FoundSecret { range, secret }) = scan::first_secret(&bytes, from..end) {
            self.place.pass(bytes.get(from..range.start));
            found.push(LocatedSecret { line: self.place.line, column: self.place.column, secret });
            self.place.pass(bytes.get(range.clone()));
            from = range.end;
        }
        self.place.pass(bytes.get(from..end));
        bytes.drain(..from.max(end));
        self.kept = bytes;
        found
    }
}

impl fmt::Debug for LocatedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocatedSecret")
            .field("line", &self.line)
            .field("column", &self.column)
            .field("kind", &self.secret.kind())
            .finish_non_exhaustive()
    }
}

/// A byte of the data, by line and column.
struct Place {
    line: usize,
    column: usize,
}

impl Default for Place {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Place {
    /// Goes on behind these bytes; nothing where there are none.
    fn pass(&mut self, bytes: Option<&[u8]>) {
        let bytes = bytes.unwrap_or_default();
        self.line += bytes.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        self.column = match bytes.iter().rposition(|byte| *byte == b'\n') {
            None => self.column + bytes.len(),
            Some(last) => bytes.len() - last,
        };
    }
}

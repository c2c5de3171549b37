use memchr::memchr;

use super::Checkpoint;

/// Finds the lines of NDJSON. Holds the one that it is in, or that it was in last.
pub(super) struct Lines {
    at: Checkpoint,
    limit: usize,
    /// At most a byte more than a line may have, for the carriage return that may end it.
    line: Vec<u8>,
    too_long: bool,
    ended: bool,
}

/// The line is longer than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineTooLong;

impl Lines {
    pub(super) fn new(at: Checkpoint, limit: usize) -> Self {
        Self { at, limit, line: Vec::new(), too_long: false, ended: false }
    }

    /// Behind what was read.
    pub(super) fn at(&mut self) -> &mut Checkpoint {
        &mut self.at
    }

    /// Reads until a line that is not blank is complete, and tells whether one is.
    pub(super) fn advance(&mut self, input: &mut &[u8]) -> bool {
        while !input.is_empty() {
            if self.ended {
                (self.too_long, self.ended) = (false, false);
                self.line.clear();
            }
            let end = memchr(b'\n', input);
            let part = self.at.take(input, end.unwrap_or(input.len()));
            self.keep(part);
            if end.is_some() {
                self.at.take(input, 1);
                if self.end() {
                    return true;
                }
            }
        }
        false
    }

    /// Tells whether there is a last line without an end.
    pub(super) fn finish(&mut self) -> bool {
        !self.ended && (self.too_long || !self.line.is_empty()) && self.end()
    }

    /// The line that was completed last, without its end.
    pub(super) fn line(&self) -> Result<&[u8], LineTooLong> {
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        if self.too_long || line.len() > self.limit { Err(LineTooLong) } else { Ok(line) }
    }

    fn keep(&mut self, part: &[u8]) {
        let room = (self.limit + 1).saturating_sub(self.line.len());
        match part.get(..room) {
            Some(fitting) if part.len() > room => {
                self.line.extend_from_slice(fitting);
                self.too_long = true;
            }
            _ => self.line.extend_from_slice(part),
        }
    }

    /// Tells whether the line that ends has anything in it.
    fn end(&mut self) -> bool {
        self.ended = true;
        self.at.row += 1;
        self.too_long || self.line.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
    }
}

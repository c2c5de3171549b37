use std::fmt;

use super::{BadHeader, Checkpoint, Header, Record, record::Raw, records::Records};
use crate::{Format, Limits};

/// What some programs begin a file of UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the records of a file that comes in pieces. How it is cut into pieces makes no difference.
///
/// - A byte order mark at the file's beginning is dropped.
/// - CSV is read as RFC 4180 says, and leniently where files differ: lines end in `\n`, `\r\n` or `\r`, mixed as they come; a
///   quote within an unquoted cell is a quote; what follows a closing quote belongs to the cell.
/// - The first record of CSV is the header. Blank lines are passed over, before it too.
/// - NDJSON has its lines end in `\n` or `\r\n`. Lines of spaces and tabs are passed over.
///
/// A quote that is never closed takes in the rest of the file: it is one record with one fault.
pub struct RecordReader {
    records: Records,
    limits: Limits,
    /// How much of a byte order mark was seen; none where none can be any more.
    mark: Option<usize>,
    header: Option<Header>,
    refused: Option<BadHeader>,
    checkpoint: Checkpoint,
}

impl RecordReader {
    /// Reads a file from its beginning.
    pub fn new(format: Format) -> Self {
        Self::resume(format, None, Checkpoint::START)
    }

    /// Goes on at a checkpoint of another reader of the file, with the header that this one read. Without it, the next record of
    /// CSV is taken for the header; NDJSON has none.
    pub fn resume(format: Format, header: Option<Header>, checkpoint: Checkpoint) -> Self {
        let limits = Limits::STANDARD;
        Self {
            records: Records::new(format, checkpoint, limits),
            limits,
            mark: (checkpoint.offset == 0).then_some(0),
            header,
            refused: None,
            checkpoint,
        }
    }

    /// Reads with other limits than the standard ones. For a reader that has not read yet.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.records = Records::new(self.format(), self.checkpoint, limits);
        Self { limits, ..self }
    }

    /// The next record that ends in `input`, which is left behind it. None when all of `input` is read: push the next piece,
    /// or [`finish`](Self::finish).
    ///
    /// Fails for a header that can't be read, then and ever after.
    pub fn read(&mut self, input: &mut &[u8]) -> Result<Option<Record<'_>>, BadHeader> {
        self.refused.clone().map_or(Ok(()), Err)?;
        self.drop_mark(input);
        while self.records.advance(input) {
            if self.is_data()? {
                return Ok(Some(self.record()));
            }
        }
        self.refuse_long_header()?;
        Ok(None)
    }

    /// The last record, if no line end came behind it. The file is over.
    ///
    /// Fails for a file of CSV without a header.
    pub fn finish(&mut self) -> Result<Option<Record<'_>>, BadHeader> {
        self.refused.clone().map_or(Ok(()), Err)?;
        self.restore_mark();
        let is_record = self.records.finish() && self.is_data()?;
        if self.format() == Format::Csv && self.header.is_none() {
            return Err(self.refuse(BadHeader::missing()));
        }
        self.checkpoint = *self.records.at();
        Ok(is_record.then(|| self.record()))
    }

    /// Behind the last record that was read, or behind the header. Behind everything once the file is over.
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// The header, once it is read. NDJSON has none.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// What the file is read as.
    pub fn format(&self) -> Format {
        match self.records {
            Records::Csv(_) => Format::Csv,
            Records::Ndjson(_) => Format::Ndjson,
        }
    }

    fn record(&mut self) -> Record<'_> {
        self.checkpoint = *self.records.at();
        let raw = match &self.records {
            Records::Csv(csv) => Raw::Csv(csv.cells(), self.header.as_ref().map_or(&[], Header::names)),
            Records::Ndjson(lines) => Raw::Ndjson(lines.line()),
        };
        let Checkpoint { row, offset: offset_after } = self.checkpoint;
        Record { row, offset_after, raw, limits: self.limits }
    }

    /// Tells whether the record that was completed is one behind the header. The header itself is kept.
    fn is_data(&mut self) -> Result<bool, BadHeader> {
        let (Records::Csv(csv), None) = (&mut self.records, &self.header) else { return Ok(true) };
        match Header::read(csv.cells(), &self.limits) {
            Ok(header) => {
                self.header = Some(header);
                self.checkpoint = *csv.at();
                Ok(false)
            }
            Err(bad) => Err(self.refuse(bad)),
        }
    }

    /// A header beyond the limits is refused at once: no need to wait for its end.
    fn refuse_long_header(&mut self) -> Result<(), BadHeader> {
        match &self.records {
            Records::Csv(csv) if self.header.is_none() && csv.refused().is_some() => self.is_data().map(drop),
            _ => Ok(()),
        }
    }

    fn refuse(&mut self, bad: BadHeader) -> BadHeader {
        self.refused.insert(bad).clone()
    }

    fn drop_mark(&mut self, input: &mut &[u8]) {
        while let (Some(seen), Some((next, behind))) = (self.mark, input.split_first()) {
            if BYTE_ORDER_MARK.get(seen) != Some(next) {
                return self.restore_mark();
            }
            *input = behind;
            self.mark = Some(seen + 1);
            if seen + 1 == BYTE_ORDER_MARK.len() {
                self.mark = None;
                self.records.at().offset += BYTE_ORDER_MARK.len() as u64;
            }
        }
    }

    /// What looked like a byte order mark is the beginning of a record.
    fn restore_mark(&mut self) {
        if let Some(seen) = self.mark.take() {
            self.records.advance(&mut BYTE_ORDER_MARK.get(..seen).unwrap_or_default());
        }
    }
}

impl fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RecordReader");
        shown.field("format", &self.format()).field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}

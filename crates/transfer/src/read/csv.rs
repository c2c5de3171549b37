//! Where the records of CSV end. What a quote means is for `csv_core`; line ends between records, limits and the file's end
//! are seen to here.

use csv_core::{ReadRecordResult, Reader};

use super::{Checkpoint, cells::RawCells};
use crate::Limits;

/// Finds the records of CSV. Holds the one that it is in, or that it was in last.
pub(super) struct CsvRecords {
    machine: Reader,
    state: State,
    at: Checkpoint,
    limits: Limits,
    /// Room for a byte more than a record may have; `length` of it is used.
    text: Box<[u8]>,
    length: usize,
    /// Room for an end more than a record may have.
    ends: Box<[usize]>,
    /// How many cells have ended, also of a record that is passed over.
    cells: usize,
    refused: Option<Refused>,
}

/// Why a record is passed over. Columns count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    CellTooLong(usize),
    TooLong,
    TooManyCells,
    /// The file ended in quotes.
    Unclosed(usize),
}

#[derive(Clone, Copy)]
enum State {
    /// Not in a record. A line feed that comes after a carriage return ends no other line.
    Between { after_return: bool },
    /// In a record.
    Inside,
    /// Behind the carriage return that ended a record: only the next byte tells whether the line end is complete.
    Returned,
}

impl CsvRecords {
    pub(super) fn new(at: Checkpoint, limits: Limits) -> Self {
        let mut machine = Reader::new();
        // A machine drops a byte order mark that is the first it sees. This one may begin in the middle of a file.
        machine.read_record(b"\n", &mut [0], &mut [0]);
        Self {
            machine,
            state: State::Between { after_return: false },
            at,
            limits,
            text: vec![0; limits.record + 1].into_boxed_slice(),
            length: 0,
            ends: vec![0; limits.columns + 1].into_boxed_slice(),
            cells: 0,
            refused: None,
        }
    }

    /// Behind what was read.
    pub(super) fn at(&mut self) -> &mut Checkpoint {
        &mut self.at
    }

    /// Reads until a record is complete, and tells whether one is.
    pub(super) fn advance(&mut self, input: &mut &[u8]) -> bool {
        while let Some(&next) = input.first() {
            match self.state {
                State::Between { after_return } if matches!(next, b'\r' | b'\n') => {
                    self.at.take(input, 1);
                    self.at.row += u64::from(!(after_return && next == b'\n'));
                    self.state = State::Between { after_return: next == b'\r' };
                }
                State::Between { .. } => self.begin(),
                State::Inside => {
                    if self.read_on(input) {
                        return true;
                    }
                }
                State::Returned => {
                    self.at.take(input, usize::from(next == b'\n'));
                    self.state = State::Between { after_return: false };
                    return true;
                }
            }
        }
        false
    }

    /// Tells whether there is a last record without a line end. It is closed as a line end would close it; if that does not,
    /// it is open for its quotes.
    pub(super) fn finish(&mut self) -> bool {
        let state = std::mem::replace(&mut self.state, State::Between { after_return: false });
        if matches!(state, State::Inside) {
            let end = self.at;
            if !self.read_on(&mut &b"\n"[..]) {
                self.refused = Some(Refused::Unclosed(self.cells));
            }
            self.at = end;
        }
        !matches!(state, State::Between { .. })
    }

    /// Why the record that it is in, or was in last, is passed over.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.refused
    }

    /// The record that was completed last.
    pub(super) fn cells(&self) -> Result<RawCells<'_>, Refused> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let text = self.text.get(..self.length).unwrap_or_default();
        let ends = self.ends.get(..self.cells).unwrap_or_default();
        Ok(RawCells { text, ends })
    }

    fn begin(&mut self) {
        self.at.row += 1;
        (self.length, self.cells, self.refused) = (0, 0, None);
        self.state = State::Inside;
    }

    /// Reads on in a record, and tells whether it is complete, line end and all.
    fn read_on(&mut self, input: &mut &[u8]) -> bool {
        while !input.is_empty() {
            // What is passed over may overwrite what was kept before it.
            let (text, ends) = if self.refused.is_some() { (0, 0) } else { (self.length, self.cells) };
            let text = self.text.get_mut(text..).unwrap_or_default();
            let ends = self.ends.get_mut(ends..).unwrap_or_default();
            let (result, read, written, ended) = self.machine.read_record(input, text, ends);
            self.length = self.length.saturating_add(written);
            self.cells = self.cells.saturating_add(ended);
            let last = self.at.take(input, read).last();
            match result {
                ReadRecordResult::Record => return self.end(last == Some(&b'\r')),
                ReadRecordResult::OutputFull => self.refuse(Refused::TooLong),
                ReadRecordResult::OutputEndsFull => self.refuse(Refused::TooManyCells),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        false
    }

    fn end(&mut self, by_return: bool) -> bool {
        self.state = if by_return { State::Returned } else { State::Between { after_return: false } };
        self.find_long_cell();
        !by_return
    }

    fn refuse(&mut self, refused: Refused) {
        self.find_long_cell();
        self.refused.get_or_insert(refused);
    }

    /// A cell that is too long, be it the last that has not ended yet, says more than a record that is.
    fn find_long_cell(&mut self) {
        // Most records are shorter than a cell may be.
        if self.length <= self.limits.cell {
            return;
        }
        if let Ok(cells) = self.cells() {
            let ended = cells.ends.last().copied().unwrap_or_default();
            let lengths = cells.iter().map(<[u8]>::len).chain([cells.text.len().saturating_sub(ended)]);
            let long = lengths.into_iter().position(|length| length > self.limits.cell);
            self.refused = long.map(Refused::CellTooLong);
        }
    }
}

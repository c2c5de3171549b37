use serde_json::{Map, Value};

use super::{Cells, Checkpoint, cells::RawCells, csv::Refused, json, lines::LineTooLong};
use crate::{Fault, Limits, fault::grouped};

/// One record of a file. Borrows from the reader.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// The row that it begins in, counted from 1.
    ///
    /// In CSV it is what a spreadsheet shows: the header is a row, blank lines are rows, and a record is one row however many
    /// lines its cells have. In NDJSON it is the line, blank ones counted.
    pub row: u64,
    /// How many bytes of the file end with it, its line end included.
    pub offset_after: u64,
    pub(super) raw: Raw<'r>,
    pub(super) limits: Limits,
}

/// A record whose content was not looked at yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Raw<'r> {
    Csv(Result<RawCells<'r>, Refused>, &'r [String]),
    Ndjson(Result<&'r [u8], LineTooLong>),
}

/// What is in a record.
#[derive(Clone, Debug)]
pub enum Content<'r> {
    /// A record of CSV.
    Cells(Cells<'r>),
    /// A line of NDJSON.
    Object(Map<String, Value>),
}

impl<'r> Record<'r> {
    /// Where a reader goes on behind this record.
    pub const fn checkpoint(&self) -> Checkpoint {
        Checkpoint { offset: self.offset_after, row: self.row }
    }

    /// Looks at what is in it. Whoever only counts records need not.
    pub fn content(&self) -> Result<Content<'r>, Fault> {
        match self.raw {
            Raw::Csv(Ok(cells), names) => cells.under(names).map(Content::Cells),
            Raw::Csv(Err(refused), names) => Err(self.refused_cells(refused, names)),
            Raw::Ndjson(Ok(line)) => json::object(line).map(Content::Object),
            Raw::Ndjson(Err(LineTooLong)) => Err(Fault::whole(longer_than(self.limits.record))),
        }
    }

    fn refused_cells(&self, refused: Refused, names: &[String]) -> Fault {
        let name = |column: usize| names.get(column).map(String::as_str);
        match refused {
            Refused::CellTooLong(column) => Fault::of(name(column), longer_than(self.limits.cell)),
            Refused::TooLong => Fault::whole(longer_than(self.limits.record)),
            Refused::TooManyCells => Fault::whole("has more cells than the header"),
            Refused::Unclosed(column) => Fault::of(name(column), "has a quote that is not closed"),
        }
    }
}

fn longer_than(limit: usize) -> String {
    format!("is longer than {} bytes", grouped(limit))
}

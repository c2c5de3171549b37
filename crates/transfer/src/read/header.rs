use std::collections::HashSet;

use super::{cells::RawCells, csv::Refused};
use crate::{Fault, Limits, fault::grouped};

/// The names of the columns, in their order: none is empty, none is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// Takes back the names of a header that was read before.
    pub fn from_stored(names: Vec<String>) -> Self {
        Self { names }
    }

    /// The names, without spaces around them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn read(cells: Result<RawCells<'_>, Refused>, limits: &Limits) -> Result<Self, BadHeader> {
        let cells = cells.map_err(|refused| BadHeader::because(refused_header(refused, limits)))?;
        if cells.ends.len() > limits.columns {
            return Err(BadHeader::because(refused_header(Refused::TooManyCells, limits)));
        }
        let (mut names, mut faults) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for (name, column) in cells.iter().zip(1..) {
            match read_name(name, column) {
                Ok(name) if !seen.insert(name) => faults.push(Fault::of(Some(name), "is repeated")),
                Ok(name) => names.push(name.to_owned()),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self { names }) } else { Err(BadHeader { faults }) }
    }
}

fn read_name(name: &[u8], column: usize) -> Result<&str, Fault> {
    match str::from_utf8(name).map(str::trim) {
        Ok("") => Err(Fault::whole(format!("has no name for column {column}"))),
        Ok(name) => Ok(name),
        Err(_) => Err(Fault::whole(format!("has a name that is not UTF-8 for column {column}"))),
    }
}

fn refused_header(refused: Refused, limits: &Limits) -> Fault {
    Fault::whole(match refused {
        Refused::CellTooLong(column) => {
            format!("has a name longer than {} bytes for column {}", grouped(limits.cell), column + 1)
        }
        Refused::TooLong => format!("is longer than {} bytes", grouped(limits.record)),
        Refused::TooManyCells => format!("has more than {} columns", grouped(limits.columns)),
        Refused::Unclosed(column) => format!("has a quote that is not closed in column {}", column + 1),
    })
}

/// The header is not one, so nothing behind it can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header of the file can't be read")]
pub struct BadHeader {
    /// Why; never empty.
    pub faults: Vec<Fault>,
}

impl BadHeader {
    pub(super) fn because(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }

    pub(super) fn missing() -> Self {
        Self::because(Fault::whole("is missing: the file is empty"))
    }
}

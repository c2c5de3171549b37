use super::{Checkpoint, csv::CsvRecords, lines::Lines};
use crate::{Format, Limits};

/// The two ways to find where a record ends.
pub(super) enum Records {
    Csv(Box<CsvRecords>),
    Ndjson(Lines),
}

impl Records {
    pub(super) fn new(format: Format, at: Checkpoint, limits: Limits) -> Self {
        match format {
            Format::Csv => Self::Csv(Box::new(CsvRecords::new(at, limits))),
            Format::Ndjson => Self::Ndjson(Lines::new(at, limits.record)),
        }
    }

    pub(super) fn advance(&mut self, input: &mut &[u8]) -> bool {
        match self {
            Self::Csv(csv) => csv.advance(input),
            Self::Ndjson(lines) => lines.advance(input),
        }
    }

    pub(super) fn finish(&mut self) -> bool {
        match self {
            Self::Csv(csv) => csv.finish(),
            Self::Ndjson(lines) => lines.finish(),
        }
    }

    pub(super) fn at(&mut self) -> &mut Checkpoint {
        match self {
            Self::Csv(csv) => csv.at(),
            Self::Ndjson(lines) => lines.at(),
        }
    }
}

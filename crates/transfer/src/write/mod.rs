//! From values to bytes: `csv` writes records, `formula` keeps their cells from being run.

mod csv;
mod formula;

pub use csv::CsvWriter;
pub use formula::{neutralise, restore};

//! From bytes to records: `csv` and `lines` find where records end, `reader` drives them, `record` says what is in one.

mod cells;
mod checkpoint;
mod csv;
mod header;
mod json;
mod lines;
mod reader;
mod record;
mod records;

pub use cells::Cells;
pub use checkpoint::Checkpoint;
pub use header::{BadHeader, Header};
pub use reader::RecordReader;
pub use record::{Content, Record};

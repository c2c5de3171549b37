//! What answers look like. The domain does not know how it is written; this does.

mod envelope;
mod lead;
mod time;

pub(crate) use envelope::{data, list};
pub(crate) use lead::{HistoryBody, LeadBody};
pub(crate) use time::parse_timestamp;
pub use time::timestamp;

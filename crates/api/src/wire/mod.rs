//! What answers look like. The domain does not know how it is written; this does.

mod envelope;
mod lead;
mod time;

pub(crate) use envelope::{data, list};
pub(crate) use lead::{HistoryBody, LeadBody};
pub use time::timestamp;

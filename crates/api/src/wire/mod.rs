//! What answers look like. The domain does not know how it is written; this does.

mod conversation;
mod envelope;
mod lead;
mod time;

pub(crate) use conversation::{ConversationBody, ConversationWithMessages, MessageBody};
pub(crate) use envelope::{data, list, paged};
pub(crate) use lead::{HistoryBody, LeadBody};
pub(crate) use time::parse_timestamp;
pub use time::timestamp;

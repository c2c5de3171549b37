//! What answers look like. The domain does not know how it is written; this does.

mod conversation;
mod envelope;
mod lead;
mod run;
mod time;

pub(crate) use conversation::{ConversationBody, ConversationWithMessages, MessageBody};
pub(crate) use envelope::{data, list, paged};
pub use lead::lead_members;
pub(crate) use lead::{HistoryBody, LeadBody};
pub(crate) use run::{RunBody, RunSummary};
pub use time::timestamp;

//! What answers look like. The domain does not know how it is written; this does.

mod ai_update;
mod ai_usage;
mod conversation;
mod envelope;
mod lead;
mod run;
mod time;

pub use ai_update::update_members;
pub(crate) use ai_update::{AiUpdateBody, DoneAiUpdateBody, UndoneAiUpdateBody};
pub(crate) use ai_usage::AiUsageBody;
pub(crate) use conversation::{ConversationBody, ConversationWithMessages, MessageBody};
pub(crate) use envelope::{data, list, paged};
pub use lead::lead_members;
pub(crate) use lead::{ActorBody, HistoryBody, LeadBodies, LeadBody};
pub(crate) use run::{RunBody, RunSummary};
pub(crate) use time::Timestamp;
pub use time::timestamp;

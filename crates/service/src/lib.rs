//! The use cases of Leadkeep, and the gate that every call passes.
//!
//! What is decided is decided in [`gate`]: pure functions of a credential's row, the request and the time. The
//! [`Gatekeeper`] brings them the row and the budget. Use cases ([`Leads`], [`Conversations`], [`Tokens`], [`Management`]) take who acts and
//! what is wanted, and know no HTTP.

mod conversations;
mod failures;
pub mod gate;
mod gatekeeper;
mod housekeeping;
mod leads;
mod management;
mod tokens;

pub use conversations::{ConversationError, Conversations};
pub use failures::{FailureLimit, TooManyFailures};
pub use gatekeeper::{Admission, Budget, Gatekeeper};
pub use housekeeping::Housekeeping;
pub use leads::{LeadError, Leads};
pub use management::{Management, ManagementError, NewClientSecret, NewWorkspace};
pub use tokens::{IssuedToken, TokenError, TokenRequest, Tokens};

//! The use cases of Leadkeep, and the gate that every call passes.
//!
//! What is decided is decided in [`gate`]: pure functions of a credential's row, the request and the time. The
//! [`Gatekeeper`] brings them the row and the budget. Use cases ([`Leads`], [`Conversations`], [`Tokens`], [`Management`])
//! take who acts and what is wanted, and know no HTTP. [`people`] sign in.

mod activity;
mod ahead;
mod chain;
mod conversations;
mod credentials;
mod exposures;
mod failures;
pub mod gate;
mod gatekeeper;
mod housekeeping;
pub mod input;
mod leads;
mod limits;
mod management;
pub mod measure;
pub mod oauth;
pub mod people;
mod period;
mod refusals;
pub mod runs;
mod seal;
pub mod smart_updates;
mod usage;

pub use activity::{Activity, Counts, CredentialUse, RECENT_HOURS, RecentUse, Step};
pub use chain::chain;
pub use conversations::{ConversationError, Conversations};
pub use credentials::Credentials;
pub use exposures::{Exposed, ExposureLog};
pub use failures::{FailureLimit, TooManyFailures};
pub use gatekeeper::{Accepted, Authentication, Budget, Call, Gatekeeper};
pub use housekeeping::Housekeeping;
pub use leads::{LeadError, Leads};
pub use limits::{Limits, LimitsKept};
pub use management::{
    KnownSecret, LimitedRef, Management, ManagementError, NewApiKey, NewApiToken, NewAppSecret,
    NewClientSecret, NewCredentialSecret, NewOauthApp, NewWorkspace, ResetLink, SETUP_LIFETIME,
    SecretStanding, UserRef,
};
pub use oauth::{IssuedToken, TokenError, TokenRequest, Tokens};
pub use period::Period;
pub use refusals::RefusalLog;
pub use usage::UsageMeter;

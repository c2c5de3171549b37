//! The words Leadkeep thinks in: leads, conversations, workspaces, members, roles, scopes, plans, ids, money.
//!
//! Everything here is parsed at the edge into types that cannot be wrong, and nothing here does I/O, waits, or knows
//! how it is stored or sent: rows live in the storage crate, wire types in the API crate.
//!
//! ```
//! use leadkeep_domain::{Edit, Email, Lead, LeadFields, LeadPatch, Currency};
//! use time::macros::datetime;
//!
//! let email = Email::parse("john@acme.com")?;
//! let lead = Lead::create(LeadFields::new(email, Currency::parse("USD")?), datetime!(2026-01-01 0:00 UTC));
//! let patch = LeadPatch { name: Edit::Set("John Smith".parse()?), ..LeadPatch::default() };
//! let change = patch.apply(&lead, datetime!(2026-01-02 0:00 UTC))?.expect("the name is new");
//! assert_eq!(change.lead.version.get(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actor;
mod address;
mod ai;
mod calendar;
mod channel;
mod clock;
mod conversation;
mod credential;
mod custom_fields;
mod email;
mod history;
mod id;
mod invalid;
mod lead;
mod listing;
mod member;
mod message;
mod money;
mod patch;
mod permission;
mod plan;
mod run;
mod scope;
mod search;
mod smart_update;
mod stage;
mod tag;
mod text;
mod workspace;

pub use actor::{Actor, ActorKind};
pub use address::{AddressRange, AddressRanges};
pub use ai::{AiAllowances, AiFields, AiProvider, AiSettings};
pub use calendar::CloseDate;
pub use channel::Channel;
pub use clock::{Clock, ManualClock, SystemClock};
pub use conversation::{
    Conversation, ConversationFilter, ConversationPatch, ConversationPosition, ConversationStatus,
    NewConversation,
};
pub use credential::{ApiCredentialKind, ClientKind, CredentialKind, SiteLimits};
pub use custom_fields::CustomFields;
pub use email::Email;
pub use history::{AiOrigin, Change, Field, HistoryEntry};
pub use id::{
    AiUpdateId, AuthorizationId, AuthorizationKey, ClientKey, ConversationId, CredentialId, CredentialKey,
    FormId, FormKey, GrantId, GrantKey, Id, InvitationId, InvitationKey, LeadId, MemberId, MessageId,
    OrganizationId, SessionId, SessionKey, UserId, WorkspaceId,
};
pub use invalid::Invalid;
pub use lead::{Lead, LeadFields, LeadStatus, Version};
pub use listing::{LeadFilter, LeadOrder, LeadPosition, ListOrder, Page, PageLimit, Position, StatusFilter};
pub use member::{Member, Role, User};
pub use message::{Message, MessageAuthor, MessageText, NewMessage};
pub use money::{Currency, MinorUnits};
pub use patch::{Edit, LeadArchived, LeadChange, LeadPatch};
pub use permission::Act;
pub use plan::Plan;
pub use run::{Progress, Run, RunError, RunId, RunKind, RunStatus};
pub use scope::{Scope, ScopeSet};
pub use search::{Search, is_one_piece, words_of};
pub use smart_update::{
    AiChange, AiReader, AiRefusal, AiTokens, AiUndo, AiUpdate, KeptReason, Quote, RefusalReason,
    with_money_together,
};
pub use stage::DealStage;
pub use tag::{Tag, Tags};
pub use text::{Name, Text};
pub use workspace::{Organization, Workspace};

//! The traits, and the records that cross them.

mod access_tokens;
mod audit;
mod clients;
mod conversations;
mod installation;
mod leads;
mod members;
mod workspaces;

use std::sync::Arc;

pub use access_tokens::{AccessTokens, CredentialRecord, NewAccessToken};
pub use audit::AuditEntry;
pub use clients::{Client, ClientLogin, ClientRef, Clients, NewClient, NewSecret, StoredSecret};
pub use conversations::{Conversations, InsertConversationOutcome};
pub use installation::{Installation, KeyCheck};
pub use leads::{Authorship, InsertOutcome, LeadEdit, Leads, UpdateOutcome, VersionCondition};
pub use members::{AddMemberOutcome, CreateUserOutcome, Members};
pub use workspaces::{CreateWorkspaceOutcome, Workspaces};

#[cfg(feature = "mock")]
pub use {
    access_tokens::MockAccessTokens, clients::MockClients, conversations::MockConversations,
    installation::MockInstallation, leads::MockLeads, members::MockMembers, workspaces::MockWorkspaces,
};

/// One handle on each repository. Clones share their connections.
#[derive(Clone)]
#[expect(missing_docs, reason = "the types say it")]
pub struct Repositories {
    pub leads: Arc<dyn Leads>,
    pub conversations: Arc<dyn Conversations>,
    pub workspaces: Arc<dyn Workspaces>,
    pub members: Arc<dyn Members>,
    pub clients: Arc<dyn Clients>,
    pub access_tokens: Arc<dyn AccessTokens>,
    pub installation: Arc<dyn Installation>,
}

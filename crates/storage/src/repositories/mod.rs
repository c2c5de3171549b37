//! The traits, and the records that cross them.

mod access_tokens;
mod accounts;
mod ai_credits;
mod ai_updates;
mod api_credentials;
mod apps;
mod audit;
mod authorizations;
mod clients;
mod conversations;
mod credential_record;
mod idempotency;
mod installation;
mod invitations;
mod leads;
mod members;
mod password_resets;
mod runs;
mod sessions;
mod spent_forms;
mod usage;
mod workspaces;

use std::sync::Arc;

pub use access_tokens::{AccessTokens, NewAccessToken};
pub use accounts::{Accounts, Login, Membership};
pub use ai_credits::{
    AiCredits, AiUsageDay, AiUsed, CreditReservation, FailedAiCall, ReserveCreditsOutcome, WantedCredits,
};
pub use ai_updates::{AiUpdates, AppliedAiUpdate, ApplyAiOutcome, NewAiUpdate, UndoAiOutcome};
pub use api_credentials::{
    ApiCredential, ApiCredentials, CREDENTIALS, CreateCredentialOutcome, Creator, Excerpt, NewApiCredential,
    SecretInfo,
};
pub use apps::{APPS, App, Apps, CreateAppOutcome, FoundApp, GrantedApp, ListedApp, NewApp};
pub use audit::{AuditActor, AuditEntry, AuditFilter, AuditLog, AuditRecord, Origin};
pub use authorizations::{
    Authorizations, ConsentOutcome, ExchangeOutcome, ExchangeProof, NewConsent, NewTokenPair, RefreshOutcome,
    RefreshStanding, RefreshTokenRecord,
};
pub use clients::{
    Client, ClientLogin, ClientRef, Clients, CreateClientOutcome, ListedClient, NewClient, NewSecret,
};
pub use conversations::{Conversations, InsertConversationOutcome};
pub use credential_record::{ActsAs, CredentialRecord, PresentedSecret, Tenant};
pub use idempotency::{
    IDEMPOTENCY_KEY_LIFETIME, IdempotencyKeys, KeyedRequest, Receipt, Reservation, ReserveOutcome,
    StoredAnswer,
};
pub use installation::{Installation, KeyCheck};
pub use invitations::{
    AcceptOutcome, CreateInvitationOutcome, FoundInvitation, Invitation, Invitations, Joining, LinkStanding,
    NewInvitation,
};
pub use leads::{
    Authorship, InsertOutcome, LeadEdit, LeadName, Leads, SearchedLeads, UpdateOutcome, VersionCondition,
};
pub use members::{
    AddMemberOutcome, COUNTED, ChangeMemberOutcome, ChangedBy, CreateUserOutcome, LeftBehind, ListedMember,
    Members,
};
pub use password_resets::{FoundReset, NewPasswordReset, PasswordResets};
pub use runs::{
    CancelOutcome, Claim, ClaimedRun, ImportBatch, ImportRow, NewRun, OutputPart, RowOutcome, RunExecution,
    RunFilter, Runs, Step, StepAfterRows, StepAfterUpdate,
};
pub use sessions::{NewSession, SessionRecord, Sessions};
pub use spent_forms::{RotateOutcome, SpentForms};
pub use usage::{
    AppCalls, CallOutcome, CountedCalls, CountedCredential, CredentialCalls, Grain, HourlyCalls, LastUse,
    Span, StepCalls, Usage, UsageBatch, Used,
};
pub use workspaces::{CreateWorkspaceOutcome, Workspaces};

#[cfg(feature = "mock")]
pub use {
    access_tokens::MockAccessTokens,
    accounts::MockAccounts,
    ai_credits::MockAiCredits,
    ai_updates::MockAiUpdates,
    api_credentials::MockApiCredentials,
    apps::MockApps,
    audit::MockAuditLog,
    authorizations::MockAuthorizations,
    clients::MockClients,
    conversations::MockConversations,
    idempotency::MockIdempotencyKeys,
    installation::MockInstallation,
    invitations::MockInvitations,
    leads::MockLeads,
    members::MockMembers,
    password_resets::MockPasswordResets,
    runs::{MockRunExecution, MockRuns},
    sessions::MockSessions,
    spent_forms::MockSpentForms,
    usage::MockUsage,
    workspaces::MockWorkspaces,
};

/// One handle on each repository. Clones share their connections.
#[derive(Clone)]
#[expect(missing_docs, reason = "the types say it")]
pub struct Repositories {
    pub leads: Arc<dyn Leads>,
    pub conversations: Arc<dyn Conversations>,
    pub workspaces: Arc<dyn Workspaces>,
    pub members: Arc<dyn Members>,
    pub accounts: Arc<dyn Accounts>,
    pub sessions: Arc<dyn Sessions>,
    pub invitations: Arc<dyn Invitations>,
    pub password_resets: Arc<dyn PasswordResets>,
    pub clients: Arc<dyn Clients>,
    pub access_tokens: Arc<dyn AccessTokens>,
    pub api_credentials: Arc<dyn ApiCredentials>,
    pub apps: Arc<dyn Apps>,
    pub authorizations: Arc<dyn Authorizations>,
    pub usage: Arc<dyn Usage>,
    pub audit_log: Arc<dyn AuditLog>,
    pub ai_updates: Arc<dyn AiUpdates>,
    pub ai_credits: Arc<dyn AiCredits>,
    pub runs: Arc<dyn Runs>,
    pub run_execution: Arc<dyn RunExecution>,
    pub idempotency_keys: Arc<dyn IdempotencyKeys>,
    pub spent_forms: Arc<dyn SpentForms>,
    pub installation: Arc<dyn Installation>,
}

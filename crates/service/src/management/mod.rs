//! What the operator does from the command line, and admins in the console. Every change is noted in the audit log, by the storage, in its own
//! transaction.

mod apps;
mod clients;
mod credentials;
mod limits;
mod links;
mod members;
mod standing;
mod workspaces;

use std::sync::Arc;

use leadkeep_credentials::{Hasher, RandomUnavailable};
use leadkeep_domain::{Actor, ApiCredentialKind, Clock, FormId, Role, UserId, WorkspaceId};
use leadkeep_storage::{APPS, AuditEntry, CREDENTIALS, Origin, Repositories, RotateOutcome, StorageError};
use serde_json::Value;

pub use apps::{NewAppSecret, NewOauthApp};
pub use clients::NewClientSecret;
pub(crate) use credentials::actions;
pub use credentials::{NewApiKey, NewApiToken, NewCredentialSecret};
pub use limits::LimitedRef;
pub use links::{ResetLink, SETUP_LIFETIME, UserRef};
pub use standing::{KnownSecret, SecretStanding};
pub use workspaces::NewWorkspace;

/// The use cases of those who manage: the operator's, unless [told otherwise](Management::done_by).
#[derive(Clone)]
pub struct Management {
    repositories: Repositories,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
    actor: Actor,
    origin: Option<Origin>,
    within: Option<WorkspaceId>,
    form: Option<FormId>,
}

/// Why something was not done. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ManagementError {
    /// What was named is not there.
    #[error("there is no {0} with this id")]
    NotFound(&'static str),
    /// Nobody has this id or e-mail.
    #[error("there is no user with this id or e-mail; `leadkeep user list` shows all")]
    UnknownUser,
    /// A user has this e-mail.
    #[error("user {0} has this e-mail already")]
    DuplicateUser(UserId),
    /// The user is a member already.
    #[error("the user is a member of this workspace already")]
    AlreadyMember,
    /// A client that is revoked stays so.
    #[error("the client is revoked; create a new one")]
    ClientRevoked,
    /// A key or token that is revoked stays so.
    #[error("there is no such {0}, or it is revoked; create a new one")]
    CredentialRevoked(ApiCredentialKind),
    /// A token acts as a member of its workspace.
    #[error("the user is no member of this workspace")]
    NotAMember,
    /// Only admins and owners make tokens.
    #[error("a {0} of this workspace may not make tokens; an admin or owner may")]
    MayNotMakeCredentials(Role),
    /// A workspace keeps an owner, whatever its members do.
    #[error("this is the workspace's last owner; make somebody else an owner first")]
    LastOwner,
    /// Whoever wanted it may not.
    #[error("your role does not allow this")]
    NotAllowed,
    /// There are as many as there may be.
    #[error("200 invitations are pending; withdraw some, or wait until they are used or end")]
    TooManyInvitations,
    /// The workspace has as many credentials of a kind as it may have.
    #[error(
        "a workspace has at most {CREDENTIALS} API keys, API tokens and API clients each; revoke some first"
    )]
    TooManyCredentials,
    /// The workspace has as many apps as it may have.
    #[error("a workspace has at most {APPS} OAuth apps; revoke one first")]
    TooManyApps,
    /// The [form](Management::once) that asks for it made something before.
    #[error("this form was sent before, and what it asks for was done then")]
    AlreadySent,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Management {
    /// On these repositories.
    pub fn new(repositories: Repositories, hasher: Hasher, clock: Arc<dyn Clock>) -> Self {
        Self { repositories, hasher, clock, actor: Actor::operator(), origin: None, within: None, form: None }
    }

    /// The same use cases, done by somebody else than the operator, in answer to this request. Whether they may is asked before:
    /// [`Role::may`](leadkeep_domain::Role::may).
    #[must_use]
    pub fn done_by(&self, actor: Actor, origin: Origin) -> Self {
        Self { actor, origin: Some(origin), ..self.clone() }
    }

    /// The same, of one workspace alone: a credential that is named without its workspace, and is elsewhere, is not there. Who says in
    /// which workspace something is to be done decides it.
    #[must_use]
    pub fn within(&self, workspace: WorkspaceId) -> Self {
        Self { within: Some(workspace), ..self.clone() }
    }

    /// The same, as a form asks for it that makes one secret, however often it is sent: what makes or rotates one is
    /// [refused](ManagementError::AlreadySent) a second time. None, and each call makes another, as the operator's do.
    #[must_use]
    pub fn once(&self, form: Option<FormId>) -> Self {
        Self { form, ..self.clone() }
    }

    /// Whether a workspace is one that this may change.
    fn reaches(&self, workspace: WorkspaceId) -> bool {
        self.within.is_none_or(|within| within == workspace)
    }

    /// What was rotated; `over` where that is not there or has ended.
    fn rotated<T>(outcome: RotateOutcome<T>, over: ManagementError) -> Result<T, ManagementError> {
        match outcome {
            RotateOutcome::Rotated(rotated) => Ok(rotated),
            RotateOutcome::AlreadySent => Err(ManagementError::AlreadySent),
            RotateOutcome::NotFound => Err(over),
        }
    }

    fn audit(&self, action: &'static str, detail: Value) -> AuditEntry {
        let origin = self.origin.clone();
        AuditEntry { actor: self.actor.clone(), action, organization: None, detail, origin }
    }
}

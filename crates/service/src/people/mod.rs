//! People who sign in: sessions, invitations, passwords, and what members do with members.
//!
//! Nothing here knows a cookie or a page. A session, a link and a device are texts that come from a browser; what is kept of
//! the first two is a hash, of the third nothing.

mod acting;
mod device;
mod forms;
mod invitations;
mod join;
mod limit;
mod members;
mod passwords;
mod resets;
mod sessions;
mod sign_in;

use std::{fmt, net::IpAddr, sync::Arc, time::Duration as Wait};

use leadkeep_credentials::{Hasher, PasswordHasher, RandomUnavailable, Secret, SecretHash, SecretKind};
use leadkeep_domain::{Clock, User, UserId, WorkspaceId};
use leadkeep_storage::{
    Accounts, Invitations, LinkStanding, Members, Membership, PasswordResets, Repositories, Sessions,
    StorageError,
};
use time::{Duration, OffsetDateTime};

use self::{device::Devices, passwords::PasswordWork};

pub use acting::{Acting, MemberError};
pub use invitations::{INVITATION_LIFETIME, InvitationLink};
pub use join::{Fault, JoinError, Joined, Joiner};
pub use limit::{SignInLimit, Turn};
pub use resets::{RESET_LIFETIME, ResetError};
pub use sessions::{ChangePassword, ChangePasswordError, SESSION_IDLE, SESSION_LIFETIME, Session};
pub use sign_in::{SignIn, SignInError, SignedIn};

/// The use cases of people who sign in. Cheap to clone.
#[derive(Clone)]
pub struct People {
    accounts: Arc<dyn Accounts>,
    sessions: Arc<dyn Sessions>,
    invitations: Arc<dyn Invitations>,
    resets: Arc<dyn PasswordResets>,
    members: Arc<dyn Members>,
    limit: Arc<SignInLimit>,
    hasher: Hasher,
    passwords: PasswordWork,
    forms: Hasher,
    devices: Devices,
    clock: Arc<dyn Clock>,
}

/// The browser that somebody signs in with.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    /// What it was given when somebody signed in with it last ([`SignedIn::device`]).
    pub device: Option<&'a str>,
    /// Where the request comes from.
    pub address: IpAddr,
    /// What it says of itself.
    pub user_agent: &'a str,
}

/// Too many attempts came before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; try again in {} seconds", .retry_after.as_secs() + 1)]
pub struct TooManyAttempts {
    /// When to try again.
    pub retry_after: Wait,
}

/// What a link that is good once leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState<T> {
    /// It is good.
    Open(T),
    /// It was; why it is not any more.
    Ended(LinkStanding),
    /// It never was, or that is so long ago that nobody knows.
    Unknown,
}

impl People {
    /// For these repositories. The limit is shared by all threads of a process, the hashers are those of
    /// [`Secrets`](leadkeep_credentials::Purpose::Secrets) and [`Forms`](leadkeep_credentials::Purpose::Forms).
    pub fn new(
        repositories: &Repositories,
        limit: Arc<SignInLimit>,
        hasher: Hasher,
        passwords: PasswordHasher,
        forms: Hasher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            accounts: repositories.accounts.clone(),
            sessions: repositories.sessions.clone(),
            invitations: repositories.invitations.clone(),
            resets: repositories.password_resets.clone(),
            members: repositories.members.clone(),
            passwords: PasswordWork::new(passwords),
            devices: Devices::new(forms.clone()),
            limit,
            hasher,
            forms,
            clock,
        }
    }

    /// Where the user is a member, by the workspace's name. Suspended workspaces are among them.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, StorageError> {
        self.accounts.memberships(user).await
    }

    /// When the user signed in last.
    pub async fn last_sign_in(&self, user: UserId) -> Result<Option<OffsetDateTime>, StorageError> {
        Ok(self.accounts.get(user).await?.and_then(|login| login.signed_in_at))
    }

    /// What the user is in the workspace; none for strangers and those who were removed. Read it on every request: a role may
    /// have changed since the last.
    pub async fn membership(
        &self,
        user: UserId,
        workspace: WorkspaceId,
    ) -> Result<Option<Membership>, StorageError> {
        self.accounts.membership(user, workspace).await
    }

    /// The hash that a link's secret is looked up by; none for what is malformed, which is not looked up.
    fn link_hash(&self, link: &str) -> Option<SecretHash> {
        Secret::parse_as(SecretKind::Link, link).ok().map(|secret| self.hasher.hash(&secret))
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("People(…)")
    }
}

/// A link that is to be: its secret, and until when it is good.
pub(crate) struct NewLink {
    pub(crate) secret: Secret,
    pub(crate) hash: SecretHash,
    pub(crate) expires_at: OffsetDateTime,
}

impl NewLink {
    pub(crate) fn generate(
        hasher: &Hasher,
        clock: &dyn Clock,
        lifetime: Duration,
    ) -> Result<Self, RandomUnavailable> {
        let secret = Secret::generate(SecretKind::Link)?;
        let hash = hasher.hash(&secret);
        Ok(Self { secret, hash, expires_at: clock.now() + lifetime })
    }
}

/// The state of a link that was looked up.
fn link_state<T>(found: Option<(LinkStanding, T)>) -> LinkState<T> {
    match found {
        None => LinkState::Unknown,
        Some((LinkStanding::Pending, open)) => LinkState::Open(open),
        Some((ended, _)) => LinkState::Ended(ended),
    }
}

/// The user who did something to their own account, as the audit log names them.
pub(crate) fn oneself(user: &User) -> leadkeep_domain::Actor {
    let kind = leadkeep_domain::ActorKind::Member;
    leadkeep_domain::Actor { kind, id: None, name: user.name.to_string() }
}

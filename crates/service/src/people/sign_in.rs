use std::{fmt, net::IpAddr, time::Duration};

use leadkeep_credentials::{Password, PasswordHash, RandomUnavailable, Secret, SecretKind};
use leadkeep_domain::{Email, SessionId, User};
use leadkeep_storage::{NewSession, StorageError};

use super::{Browser, People, SESSION_LIFETIME, TooManyAttempts};
use crate::{chain, gatekeeper::tick, seal::mac};

/// An attempt to sign in.
pub struct SignIn<'a> {
    /// Who somebody says they are.
    pub email: &'a str,
    /// What is to prove it.
    pub password: Password,
    /// What the browser was given when somebody signed in with it last ([`SignedIn::device`]).
    pub device: Option<&'a str>,
    /// Where the request comes from.
    pub address: IpAddr,
    /// What the browser says of itself.
    pub user_agent: &'a str,
}

/// Somebody who signed in.
pub struct SignedIn {
    /// The session's secret, for the browser. It is shown to nobody else, and nowhere again.
    pub session: Secret,
    /// Who.
    pub user: User,
    /// For the browser to keep, and to present when somebody signs in again: longer than the session. No secret.
    pub device: String,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("user", &self.user.id).finish_non_exhaustive()
    }
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such user, or none with a password, or it is another one: one answer for all.
    #[error("the e-mail or the password is wrong")]
    Wrong,
    /// Too many attempts came before: [`SignInLimit`](super::SignInLimit).
    #[error("too many attempts; try again in {} seconds", .retry_after.as_secs() + 1)]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl From<TooManyAttempts> for SignInError {
    fn from(TooManyAttempts { retry_after }: TooManyAttempts) -> Self {
        Self::TooMany { retry_after }
    }
}

/// How much is kept of what a browser says of itself, in characters.
const USER_AGENT: usize = 200;

impl People {
    /// Signs somebody in. Whether there is such a user shows neither in the answer, nor in the time that it takes, nor in what
    /// is counted.
    pub async fn sign_in(&self, attempt: SignIn<'_>) -> Result<SignedIn, SignInError> {
        let SignIn { email, password, device, address, user_agent } = attempt;
        let email = email.trim();
        let login = match Email::parse(email) {
            Ok(email) => self.accounts.login(email).await?,
            Err(_) => None,
        };
        let known = login
            .as_ref()
            .zip(device)
            .and_then(|(login, device)| self.devices.recognize(device, login.user.id));
        let now = tick(&*self.clock);
        let turn = if let Some(browser) = known {
            self.limit.count_known(address, browser, now)?;
            self.limit.known_turn().await?
        } else {
            let account = mac(&self.forms, "account", &[&email.to_lowercase()]);
            self.limit.count_stranger(address, account, now)?;
            self.limit.strangers_turn().await?
        };
        let stored = login.as_ref().and_then(|login| login.password.clone());
        let is_right = self.passwords.verify(turn, password, stored.clone()).await;
        let (Some(login), Some(stored), true) = (login, stored, is_right) else {
            return Err(SignInError::Wrong);
        };
        let browser = Browser { device, address, user_agent };
        // The password was changed while it was being verified.
        self.begin_session(login.user, stored, browser).await?.ok_or(SignInError::Wrong)
    }

    /// Begins a session for a user who has just chosen this password with a link that is used up by that: where none can be
    /// begun, they sign in with it.
    pub(super) async fn begin_first_session(
        &self,
        user: User,
        chosen: PasswordHash,
        browser: Browser<'_>,
    ) -> Option<SignedIn> {
        let begun = self.begin_session(user, chosen, browser).await;
        begun.unwrap_or_else(|error| {
            tracing::warn!(cause = chain(&error), "somebody who chose a password is not signed in");
            None
        })
    }

    /// Begins a session for a user whose password is the verified one; none if it is another one meanwhile.
    async fn begin_session(
        &self,
        user: User,
        verified: PasswordHash,
        browser: Browser<'_>,
    ) -> Result<Option<SignedIn>, SignInError> {
        let session = Secret::generate(SecretKind::Session)?;
        let now = self.clock.now();
        let new = NewSession {
            hash: self.hasher.hash(&session),
            key_id: self.hasher.key_id(),
            id: SessionId::generate(),
            user: user.id,
            verified,
            created_at: now,
            expires_at: now + SESSION_LIFETIME,
            address: browser.address.to_canonical().to_string(),
            user_agent: browser.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect(),
        };
        if !self.sessions.create(new).await? {
            return Ok(None);
        }
        let kept = browser.device.filter(|device| self.devices.recognize(device, user.id).is_some());
        let device = kept.map_or_else(|| self.devices.new_value(user.id), str::to_owned);
        Ok(Some(SignedIn { session, user, device }))
    }
}

use leadkeep_credentials::{Password, RandomUnavailable, UnsuitablePassword};
use leadkeep_storage::{AuditEntry, FoundReset, Origin, StorageError};
use serde_json::json;
use time::Duration;

use super::{Browser, LinkState, People, SignedIn, TooManyAttempts, link_state, oneself};
use crate::gatekeeper::tick;

/// How long a link to choose a new password with is good.
pub const RESET_LIFETIME: Duration = Duration::DAY;

/// Why no password was chosen.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link is not good, or not any more.
    #[error("this link is not good any more; ask for a new one")]
    Ended,
    /// The password can't be chosen. The link stays good.
    #[error("the password {0}")]
    Unsuitable(#[from] UnsuitablePassword),
    /// Too many attempts came before.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl People {
    /// Whose password a link is for. What is malformed is not looked up.
    pub async fn reset(&self, link: &str) -> Result<LinkState<FoundReset>, StorageError> {
        let Some(hash) = self.link_hash(link) else { return Ok(LinkState::Unknown) };
        let found = self.resets.find(hash).await?;
        Ok(link_state(found.map(|found| (found.standing, found))))
    }

    /// Gives the link's user a new password, and signs them in here. All sessions that they had end. None if the password was
    /// chosen and the database could not begin a session; then they sign in.
    pub async fn redeem_reset(
        &self,
        link: &str,
        password: String,
        browser: Browser<'_>,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, ResetError> {
        let hash = self.link_hash(link).ok_or(ResetError::Ended)?;
        let LinkState::Open(found) = self.reset(link).await? else { return Err(ResetError::Ended) };
        let password = Password::choose(password)?;
        self.limit.count_link(browser.address, tick(&*self.clock))?;
        let stored = self.passwords.hash(self.limit.known_turn().await?, password).await?;
        let audit = AuditEntry {
            actor: oneself(&found.user),
            action: "user.reset-password",
            organization: None,
            detail: json!({}),
            origin: Some(origin.clone()),
        };
        let user = self.resets.redeem(hash, stored.clone(), audit).await?.ok_or(ResetError::Ended)?;
        Ok(self.begin_first_session(user, stored, browser).await)
    }
}

use std::sync::Arc;

use leadkeep_domain::Clock;
use leadkeep_storage::{
    AccessTokens, Authorizations, Grain, IDEMPOTENCY_KEY_LIFETIME, IdempotencyKeys, Installation,
    Invitations, PasswordResets, Repositories, RunExecution, Sessions, SpentForms, StorageError, Usage,
};
use time::Duration;

use crate::people::SESSION_IDLE;

/// How many rows one transaction deletes: others wait for it.
const BATCH: usize = 500;

/// How many parts of files one transaction deletes: they are large.
const PARTS: usize = 20;

/// How long a token that has ended stays known: until then it is refused as expired, and not taken for a guess.
const ENDED_TOKENS: Duration = Duration::DAY;

/// How long a form that made a secret is known: who sends it again later has kept a page open for a day.
const FORMS: Duration = Duration::DAY;

/// How long the file that an export wrote is kept.
const FILES: Duration = Duration::days(7);

/// How long a link that people were given stays known when its time is over: until then its page says what became of it.
const LINKS: Duration = Duration::days(30);

/// How long calls stay counted.
const USAGE: [(Grain, Duration); 4] = [
    (Grain::Minute, Duration::days(2)),
    (Grain::Hour, Duration::days(62)),
    (Grain::Day, Duration::days(731)),
    (Grain::Month, Duration::days(3653)),
];

/// What the server does for itself, once in a while.
#[derive(Clone)]
pub struct Housekeeping {
    access_tokens: Arc<dyn AccessTokens>,
    authorizations: Arc<dyn Authorizations>,
    idempotency_keys: Arc<dyn IdempotencyKeys>,
    runs: Arc<dyn RunExecution>,
    sessions: Arc<dyn Sessions>,
    invitations: Arc<dyn Invitations>,
    password_resets: Arc<dyn PasswordResets>,
    usage: Arc<dyn Usage>,
    spent_forms: Arc<dyn SpentForms>,
    installation: Arc<dyn Installation>,
    clock: Arc<dyn Clock>,
}

impl Housekeeping {
    /// For these repositories.
    pub fn new(repositories: &Repositories, clock: Arc<dyn Clock>) -> Self {
        Self {
            access_tokens: repositories.access_tokens.clone(),
            authorizations: repositories.authorizations.clone(),
            idempotency_keys: repositories.idempotency_keys.clone(),
            runs: repositories.run_execution.clone(),
            sessions: repositories.sessions.clone(),
            invitations: repositories.invitations.clone(),
            password_resets: repositories.password_resets.clone(),
            usage: repositories.usage.clone(),
            spent_forms: repositories.spent_forms.clone(),
            installation: repositories.installation.clone(),
            clock,
        }
    }

    /// Takes the turn to do all of it, for so long; false where another node has it.
    pub async fn take_turn(&self, length: Duration) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.installation.take_turn(now, now + length).await
    }

    /// Deletes access tokens that ended a day ago, until there are no more; how many there were.
    pub async fn purge_ended_tokens(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - ENDED_TOKENS;
        until_none_are_left(BATCH, async || self.access_tokens.purge(before, BATCH).await).await
    }

    /// Deletes what consents led to and has ended a day ago, until there is no more; how much there was.
    pub async fn purge_ended_authorizations(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - ENDED_TOKENS;
        until_none_are_left(BATCH, async || self.authorizations.purge(before, BATCH).await).await
    }

    /// Deletes idempotency keys that are not kept any more; how many there were.
    pub async fn purge_idempotency_keys(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - IDEMPOTENCY_KEY_LIFETIME;
        until_none_are_left(BATCH, async || self.idempotency_keys.purge(before, BATCH).await).await
    }

    /// Deletes sessions that have ended; how many there were.
    pub async fn purge_ended_sessions(&self) -> Result<usize, StorageError> {
        let now = self.clock.now();
        until_none_are_left(BATCH, async || self.sessions.purge(now, SESSION_IDLE, BATCH).await).await
    }

    /// Deletes invitations, and links to choose a password with, whose time was over 30 days ago, used or not; how many there
    /// were.
    pub async fn purge_links(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - LINKS;
        let invitations = async || self.invitations.purge(before, BATCH).await;
        let resets = async || self.password_resets.purge(before, BATCH).await;
        Ok(until_none_are_left(BATCH, invitations).await? + until_none_are_left(BATCH, resets).await?)
    }

    /// Forgets forms that made a secret a day ago; how many there were.
    pub async fn purge_spent_forms(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - FORMS;
        until_none_are_left(BATCH, async || self.spent_forms.purge(before, BATCH).await).await
    }

    /// Deletes counted calls that are too old to be shown so finely; how many rows there were.
    pub async fn purge_usage(&self) -> Result<usize, StorageError> {
        let now = self.clock.now();
        let mut purged = 0;
        for (grain, kept) in USAGE {
            let batch = async || self.usage.purge(grain, now - kept, BATCH).await;
            purged += until_none_are_left(BATCH, batch).await?;
        }
        Ok(purged)
    }

    /// Deletes files of runs that nobody will read any more; of how many parts.
    pub async fn purge_run_files(&self) -> Result<usize, StorageError> {
        let before = self.clock.now() - FILES;
        until_none_are_left(1, async || self.runs.purge(before, PARTS).await).await
    }
}

/// Deletes batch after batch until one has fewer than `full`; how many there were in all.
async fn until_none_are_left(
    full: usize,
    batch: impl AsyncFn() -> Result<usize, StorageError>,
) -> Result<usize, StorageError> {
    let mut purged = 0;
    loop {
        let count = batch().await?;
        purged += count;
        if count < full {
            return Ok(purged);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test]
    async fn purging_goes_on_until_a_batch_is_not_full() {
        let batches = RefCell::new([BATCH, BATCH, 3].into_iter());
        let next = async || Ok(batches.borrow_mut().next().unwrap());
        assert_eq!(until_none_are_left(BATCH, next).await.unwrap(), 2 * BATCH + 3);
    }
}

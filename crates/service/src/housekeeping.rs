use std::sync::Arc;

use leadkeep_domain::Clock;
use leadkeep_storage::{AccessTokens, StorageError};
use time::Duration;

/// How many rows one transaction deletes: others wait for it.
const BATCH: usize = 500;

/// How long a token that has ended stays known: until then it is refused as expired, and not taken for a guess.
const KEPT: Duration = Duration::DAY;

/// What the server does for itself, once in a while.
#[derive(Clone)]
pub struct Housekeeping {
    access_tokens: Arc<dyn AccessTokens>,
    clock: Arc<dyn Clock>,
}

impl Housekeeping {
    /// For these tokens.
    pub fn new(access_tokens: Arc<dyn AccessTokens>, clock: Arc<dyn Clock>) -> Self {
        Self { access_tokens, clock }
    }

    /// Deletes access tokens that ended a day ago, until there are no more; how many there were.
    pub async fn purge_ended_tokens(&self) -> Result<usize, StorageError> {
        let mut purged = 0;
        loop {
            let batch = self.access_tokens.purge(self.clock.now() - KEPT, BATCH).await?;
            purged += batch;
            if batch < BATCH {
                return Ok(purged);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::SystemClock;
    use leadkeep_storage::MockAccessTokens;

    use super::*;

    #[tokio::test]
    async fn purging_goes_on_until_a_batch_is_not_full() {
        let mut tokens = MockAccessTokens::new();
        let mut batches = [BATCH, BATCH, 3].into_iter();
        tokens.expect_purge().times(3).returning(move |_, _| Ok(batches.next().unwrap()));
        let housekeeping = Housekeeping::new(Arc::new(tokens), Arc::new(SystemClock::default()));
        assert_eq!(housekeeping.purge_ended_tokens().await.unwrap(), 2 * BATCH + 3);
    }
}

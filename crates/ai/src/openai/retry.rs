//! Asking again, until there is an answer or no time.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::{Instant, sleep, timeout_at};

use super::{client::Client, trouble::Trouble};

/// A server that fails this often in a row will not recover while the caller waits.
const MOST_ATTEMPTS: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// How long a caller waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For one request.
    pub(super) attempt: Duration,
    /// For all of them.
    pub(super) ends: Instant,
}

/// Sends a request, and again while the trouble may pass and the time allows. Gives up at once where the server wants to be left
/// alone for longer than that.
pub(super) async fn ask(client: &Client, body: &Bytes, patience: Patience) -> Result<Bytes, Trouble> {
    let mut attempts = 0;
    loop {
        let trouble = match attempt(client, body.clone(), patience).await {
            Ok(answer) => return Ok(answer),
            Err(trouble) => trouble,
        };
        attempts += 1;
        let wait = trouble.retry_after().max(backoff(attempts));
        let left = patience.ends.saturating_duration_since(Instant::now());
        if !trouble.may_pass() || attempts == MOST_ATTEMPTS || wait >= left {
            return Err(trouble);
        }
        sleep(wait).await;
    }
}

async fn attempt(client: &Client, body: Bytes, patience: Patience) -> Result<Bytes, Trouble> {
    let ends = Instant::now().checked_add(patience.attempt).map_or(patience.ends, |at| at.min(patience.ends));
    timeout_at(ends, client.post(body)).await.unwrap_or(Err(Trouble::Slow))
}

/// Twice as long after each attempt. Half of it is by chance, so that callers who failed together don't come back together.
fn backoff(attempts: u32) -> Duration {
    const STEPS: u32 = 1024;
    let half = FIRST_WAIT * (1 << attempts.saturating_sub(1).min(8)) / 2;
    // Every RandomState hashes differently: chance enough, and no secret depends on it.
    let chance = RandomState::new().build_hasher().finish() % u64::from(STEPS);
    half + half * u32::try_from(chance).unwrap_or_default() / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_differ() {
        let millis = |attempts| backoff(attempts).as_millis();
        for _ in 0..100 {
            assert!((125..250).contains(&millis(1)));
            assert!((250..500).contains(&millis(2)));
            assert!((500..1000).contains(&millis(3)));
        }
        let waits: std::collections::HashSet<_> = (0..100).map(|_| millis(3)).collect();
        assert!(waits.len() > 10);
    }
}

use std::{fmt, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use leadkeep_ratelimit::{Bucket, BucketKey, Group, MemoryStore, Quota, Tick};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::TooManyAttempts;

/// How often passwords may be tried in this process, and how many are hashed at a time.
///
/// | who | attempts a minute |
/// | --- | --- |
/// | browsers that never signed in to an account, all together, for this account | 10 |
/// | each browser that did, for its account | 10 |
/// | an address, for accounts that its browsers never signed in to | 60 |
/// | an address, for those that they did | 60 |
/// | an account, for changes of its password | 10 |
///
/// So whoever hammers an account, from wherever, keeps strangers out of it, and not the browser that its owner uses. Nor does
/// that browser wait for them: passwords of strangers are hashed two at a time, and all others two at a time, too. Attempts
/// are counted before the password is looked at, those that succeed, too: of many at once none slips past.
pub struct SignInLimit {
    strangers: MemoryStore,
    known: MemoryStore,
    /// Turns to hash a password.
    strangers_turns: Arc<Semaphore>,
    known_turns: Arc<Semaphore>,
}

/// Attempts a minute for an account, and for a browser.
const FEW: Quota = per_minute(10);

/// Attempts a minute for an address.
const MANY: Quota = per_minute(60);

/// Passwords that are hashed at a time, of strangers and of all others: each takes 19 MiB and a processor.
const HASHING: usize = 2;

/// How long a stranger waits for a turn.
const STRANGERS_PATIENCE: Duration = Duration::from_secs(2);

/// How long anybody else waits for one.
const KNOWN_PATIENCE: Duration = Duration::from_secs(10);

/// A turn to hash a password. It is over when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

const fn per_minute(limit: u32) -> Quota {
    match NonZeroU32::new(limit) {
        Some(limit) => Quota::per_minute(limit),
        None => Quota::per_minute(NonZeroU32::MIN),
    }
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self {
            strangers: MemoryStore::new(),
            known: MemoryStore::new(),
            strangers_turns: Arc::new(Semaphore::new(HASHING)),
            known_turns: Arc::new(Semaphore::new(HASHING)),
        }
    }
}

impl SignInLimit {
    /// Counts an attempt by a browser that never signed in to the account. The account's name is anyone's to make up.
    pub(super) fn count_stranger(
        &self,
        address: IpAddr,
        account: u128,
        now: Tick,
    ) -> Result<(), TooManyAttempts> {
        take(&self.strangers, BucketKey::address(address), MANY, now)?;
        take(&self.strangers, BucketKey::Address(account), FEW, now)
    }

    /// Counts an attempt by a browser that did.
    pub(super) fn count_known(
        &self,
        address: IpAddr,
        device: u128,
        now: Tick,
    ) -> Result<(), TooManyAttempts> {
        take(&self.known, BucketKey::address(address), MANY, now)?;
        take(&self.known, BucketKey::Credential(device), FEW, now)
    }

    /// Counts an attempt to change the password of a user who is signed in.
    pub(super) fn count_change(&self, user: u128, now: Tick) -> Result<(), TooManyAttempts> {
        take(&self.known, BucketKey::Credential(user), FEW, now)
    }

    /// Counts a password that is chosen with a link.
    pub(super) fn count_link(&self, address: IpAddr, now: Tick) -> Result<(), TooManyAttempts> {
        take(&self.strangers, BucketKey::address(address), MANY, now)
    }

    /// A turn to hash a stranger's password; none where so many wait that it does not come in two seconds.
    pub async fn strangers_turn(&self) -> Result<Turn, TooManyAttempts> {
        turn(&self.strangers_turns, STRANGERS_PATIENCE).await
    }

    /// A turn to hash the password of somebody who has shown something: a browser that was here, a session or a link. None where
    /// it does not come in ten seconds.
    pub async fn known_turn(&self) -> Result<Turn, TooManyAttempts> {
        turn(&self.known_turns, KNOWN_PATIENCE).await
    }
}

impl fmt::Debug for SignInLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInLimit").finish_non_exhaustive()
    }
}

async fn turn(turns: &Arc<Semaphore>, patience: Duration) -> Result<Turn, TooManyAttempts> {
    let permit = timeout(patience, turns.clone().acquire_owned()).await;
    let permit = permit.ok().and_then(Result::ok);
    permit.map(|permit| Turn { _permit: permit }).ok_or(TooManyAttempts { retry_after: patience })
}

fn take(store: &MemoryStore, key: BucketKey, quota: Quota, now: Tick) -> Result<(), TooManyAttempts> {
    let (BucketKey::Address(group) | BucketKey::Credential(group)) = key;
    let decision = store.take(Group(group), &[Bucket { key, quota }], now);
    decision.retry_after.map_or(Ok(()), |retry_after| Err(TooManyAttempts { retry_after }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, last))
    }

    #[test]
    fn an_account_that_is_hammered_from_anywhere_stays_open_to_its_owners_browser() {
        let (limit, now) = (SignInLimit::default(), Tick::from_millis(0));
        let tried = (0..200).filter(|n| limit.count_stranger(address(*n), 7, now).is_ok()).count();
        assert_eq!(tried, 10);
        // Not even from the owner's own address.
        for _ in 0..100 {
            let _ = limit.count_stranger(HERE, 7, now);
        }
        assert_eq!((0..200).filter(|_| limit.count_known(HERE, 8, now).is_ok()).count(), 10);
        let refused = limit.count_stranger(address(201), 7, now).unwrap_err();
        let later = Tick::from_millis(u64::try_from(refused.retry_after.as_millis()).unwrap());
        assert_eq!(limit.count_stranger(address(201), 7, later), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_wait_for_each_other_and_nobody_else_for_them() {
        let limit = SignInLimit::default();
        let (one, _two) = (limit.strangers_turn().await.unwrap(), limit.strangers_turn().await.unwrap());
        let refused = limit.strangers_turn().await.unwrap_err();
        assert_eq!(refused, TooManyAttempts { retry_after: STRANGERS_PATIENCE });
        let (_three, _four) = (limit.known_turn().await.unwrap(), limit.known_turn().await.unwrap());
        let refused = limit.known_turn().await.unwrap_err();
        assert_eq!(refused, TooManyAttempts { retry_after: KNOWN_PATIENCE });
        drop(one);
        assert!(limit.strangers_turn().await.is_ok());
    }

    #[test]
    fn an_address_tries_sixty_accounts_a_minute() {
        let (limit, now) = (SignInLimit::default(), Tick::from_millis(0));
        assert_eq!((0..200).filter(|n| limit.count_stranger(HERE, *n, now).is_ok()).count(), 60);
        assert!(limit.count_stranger(address(1), 5, now).is_ok());
        assert!(limit.count_link(HERE, now).is_err());
        assert_eq!((0..200).filter(|n| limit.count_known(HERE, *n, now).is_ok()).count(), 60);
    }
}

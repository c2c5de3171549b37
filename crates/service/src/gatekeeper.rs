use std::{net::IpAddr, sync::Arc, time::Duration};

use leadkeep_credentials::{BearerToken, Hasher, Secret, SecretKind};
use leadkeep_domain::Clock;
use leadkeep_ratelimit::{BucketState, Group, Store, StoreError, Tick};
use leadkeep_storage::{AccessTokens, CredentialRecord, StorageError};
use time::OffsetDateTime;

use crate::{
    FailureLimit, TooManyFailures,
    gate::{self, Presented, Principal, Refusal},
};

/// Brings the [`gate`] what it judges: the credential's row, read on every request, and the budget.
#[derive(Clone)]
pub struct Gatekeeper {
    access_tokens: Arc<dyn AccessTokens>,
    limits: Arc<dyn Store>,
    failures: Arc<FailureLimit>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

/// What the gate said to a request's credential.
#[derive(Debug)]
pub enum Admission {
    /// It passes. Whether it may do what it wants is asked next.
    Admitted {
        /// Who acts.
        principal: Box<Principal>,
        /// What is left of the budget, this call taken.
        budget: Budget,
    },
    /// Its budget is used up.
    Limited {
        /// Who acts.
        principal: Box<Principal>,
        /// How much there was, and when there will be again.
        budget: Budget,
        /// When to try again.
        retry_after: Duration,
    },
    /// It is not accepted.
    Refused(Refusal),
    /// It is not known, like too many before it from the same address.
    TooManyFailures(TooManyFailures),
}

/// What is left of the tightest bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its numbers.
    pub state: BucketState,
    /// When its window ends.
    pub resets_at: OffsetDateTime,
}

impl Gatekeeper {
    /// A gatekeeper for these tokens and budgets.
    pub fn new(
        access_tokens: Arc<dyn AccessTokens>,
        limits: Arc<dyn Store>,
        failures: Arc<FailureLimit>,
        hasher: Hasher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { access_tokens, limits, failures, hasher, clock }
    }

    /// Judges the value of an Authorization header, and takes the call from the credential's bucket.
    pub async fn admit(
        &self,
        authorization: Option<&str>,
        address: IpAddr,
    ) -> Result<Admission, StorageError> {
        let record;
        let presented = match authorization.map(BearerToken::parse_header) {
            None => Presented::Nothing,
            Some(Err(_)) => Presented::Malformed,
            Some(Ok(token)) => match Secret::parse_as(SecretKind::AccessToken, token.expose()) {
                Err(_) => Presented::Malformed,
                Ok(secret) => {
                    record = self.look_up(&secret).await?;
                    record.as_ref().map_or(Presented::Unknown, Presented::Known)
                }
            },
        };
        let now = self.clock.now();
        match gate::identify(presented, now) {
            Ok(principal) => self.take(Box::new(principal), now).await,
            Err(refusal) => Ok(self.refuse(refusal, address)),
        }
    }

    async fn look_up(&self, secret: &Secret) -> Result<Option<CredentialRecord>, StorageError> {
        self.access_tokens.find(self.hasher.hash(secret)).await
    }

    async fn take(&self, principal: Box<Principal>, now: OffsetDateTime) -> Result<Admission, StorageError> {
        let group = Group(principal.workspace.as_u128());
        let decision = self.limits.take(group, &[principal.bucket], tick(&*self.clock)).await;
        let decision = decision.map_err(limits_failed)?;
        let state = decision.tightest;
        let budget = Budget { state, resets_at: now + state.reset_after };
        Ok(match decision.retry_after {
            None => Admission::Admitted { principal, budget },
            Some(retry_after) => Admission::Limited { principal, budget, retry_after },
        })
    }

    fn refuse(&self, refusal: Refusal, address: IpAddr) -> Admission {
        tracing::debug!(reason = refusal.as_str(), %address, "credential refused");
        if refusal.may_be_a_guess()
            && let Err(too_many) = self.failures.count_address(address, tick(&*self.clock))
        {
            return Admission::TooManyFailures(too_many);
        }
        Admission::Refused(refusal)
    }
}

fn limits_failed(error: StoreError) -> StorageError {
    if error.is_transient() { StorageError::unavailable(error) } else { StorageError::unexpected(error) }
}

/// The time as the limits count it.
pub(crate) fn tick(clock: &dyn Clock) -> Tick {
    Tick::from_millis(u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc, time::Duration};

use futures_util::future::join;
use leadkeep_credentials::{BearerToken, Hasher, Secret, SecretHash, SecretKind};
use leadkeep_domain::{Clock, CredentialKind};
use leadkeep_ratelimit::{BucketState, Decision, StoreError, Tick};
use leadkeep_storage::{
    AccessTokens, ApiCredentials, CallOutcome, CredentialRecord, PresentedSecret, Repositories, StorageError,
    Used,
};
use time::OffsetDateTime;

use crate::{
    FailureLimit, Limits, RefusalLog, TooManyFailures, UsageMeter,
    ahead::Ahead,
    gate::{self, BucketName, BudgetRule, Presented, Principal, Refusal, TenantClaims},
    measure,
};

/// Brings the [`gate`] what it judges: the credential's row, read on every request, and the budget.
#[derive(Clone)]
pub struct Gatekeeper {
    access_tokens: Arc<dyn AccessTokens>,
    api_credentials: Arc<dyn ApiCredentials>,
    limits: Limits,
    failures: Arc<FailureLimit>,
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

/// What a call presents, and where. It holds a secret in the clear, and has no `Debug`.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Its Authorization header.
    pub authorization: Option<&'a str>,
    /// From where it comes.
    pub address: IpAddr,
    /// The tenant that it is meant for.
    pub claims: TenantClaims<'a>,
    /// The kinds of credentials that are accepted there.
    pub accepts: &'a [CredentialKind],
    /// Which buckets it is taken from.
    pub rule: BudgetRule,
}

/// Somebody whose credential stands.
#[derive(Debug)]
pub struct Accepted {
    /// Who.
    pub principal: Box<Principal>,
    /// What was taken while that was being found out.
    ahead: Option<Box<Ahead>>,
}

/// What became of a credential that was presented.
#[derive(Debug)]
pub enum Authentication {
    /// It stands. Whether there is budget, and whether it may do what it wants, is asked next.
    Accepted(Accepted),
    /// It is not accepted.
    Refused(Refusal),
    /// It is not known, like too many before it from the same address.
    TooManyFailures(TooManyFailures),
}

/// What is left of a call's buckets.
#[derive(Clone, Debug)]
pub struct Budget {
    decision: Decision,
    at: OffsetDateTime,
}

impl Budget {
    /// The bucket that stops the caller first.
    pub const fn tightest(&self) -> BucketState {
        self.decision.tightest
    }

    /// When the bucket's window ends.
    pub fn resets_at(&self, state: BucketState) -> OffsetDateTime {
        self.at + state.reset_after
    }

    /// When to try again; none where the call was taken.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.decision.retry_after
    }

    /// Every bucket with what is left of it.
    pub fn buckets(&self) -> impl Iterator<Item = (BucketName, BucketState)> {
        BucketName::ALL.into_iter().zip(self.decision.states().iter().copied())
    }
}

impl Gatekeeper {
    /// A gatekeeper for these credentials and budgets.
    pub fn new(
        repositories: &Repositories,
        limits: Limits,
        failures: Arc<FailureLimit>,
        meter: Arc<UsageMeter>,
        refusals: Arc<RefusalLog>,
        hasher: Hasher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            access_tokens: repositories.access_tokens.clone(),
            api_credentials: repositories.api_credentials.clone(),
            limits,
            failures,
            meter,
            refusals,
            hasher,
            clock,
        }
    }

    /// Says whose the credential of a call is, if it stands and is of a kind that is accepted there.
    pub async fn authenticate(&self, call: &Call<'_>) -> Result<Authentication, StorageError> {
        let record;
        let (mut ahead, mut hash) = (None, None);
        let presented = match call.authorization.map(BearerToken::parse_header) {
            None => Presented::Nothing,
            Some(Err(_)) => Presented::Malformed,
            Some(Ok(token)) => match presentable(token) {
                None => Presented::Malformed,
                Some((secret, table)) => {
                    let presented = self.hasher.hash(&secret);
                    hash = Some(presented);
                    let found = self.look_up(presented, table, call).await?;
                    (record, ahead) = found;
                    match &record {
                        None => Presented::Unknown,
                        Some(record) if call.accepts.contains(&record.kind) => Presented::Known(record),
                        Some(_) => Presented::WrongKind,
                    }
                }
            },
        };
        match gate::identify(presented, self.clock.now()) {
            Ok(principal) => {
                self.meet(hash, &principal);
                Ok(Authentication::Accepted(Accepted { principal: Box::new(principal), ahead }))
            }
            Err(refusal) => {
                if let Some(hash) = hash {
                    self.limits.acquaintances.forget(hash);
                }
                if let Presented::Known(record) = presented {
                    let (tenant, now) = (record.tenant.workspace, self.clock.now());
                    self.meter.count(tenant, record.credential, CallOutcome::Unauthorized, now);
                }
                Ok(self.refuse(refusal, call.address))
            }
        }
    }

    /// Remembers who came with a secret, where it is worth it: where budgets are asked for ahead.
    fn meet(&self, hash: Option<SecretHash>, principal: &Principal) {
        if let Some(hash) = hash.filter(|_| self.limits.store.is_remote()) {
            self.limits.acquaintances.meet(hash, principal);
        }
    }

    /// The credential's row, and what was taken from the budgets of whoever came with it last, side by side.
    async fn look_up(
        &self,
        hash: SecretHash,
        table: SecretTable,
        call: &Call<'_>,
    ) -> Result<(Option<CredentialRecord>, Option<Box<Ahead>>), StorageError> {
        let Limits { store, acquaintances, .. } = &self.limits;
        let expected = if store.is_remote() { acquaintances.buckets(hash, call) } else { None };
        let Some((group, buckets)) = expected else { return Ok((self.find(hash, table).await?, None)) };
        let now = tick(&*self.clock);
        let (record, answer) = join(self.find(hash, table), store.take(group, &buckets, now)).await;
        Ok((record?, Some(Box::new(Ahead { group, buckets, answer }))))
    }

    /// The one read of a request's credential, by a unique key: known or not, it costs the same.
    async fn find(
        &self,
        hash: SecretHash,
        table: SecretTable,
    ) -> Result<Option<CredentialRecord>, StorageError> {
        match table {
            SecretTable::AccessTokens => self.access_tokens.find(hash).await,
            SecretTable::ApiSecrets => self.api_credentials.find(hash).await,
        }
    }

    /// Takes a call from the principal's buckets, or from none where one of them is used up.
    pub async fn take(&self, accepted: &mut Accepted, rule: BudgetRule) -> Result<Budget, StoreError> {
        let (group, buckets) = (gate::group(&accepted.principal), gate::buckets(&accepted.principal, rule));
        let ahead = accepted.ahead.take().and_then(|ahead| ahead.over(group, &buckets));
        let decision = match ahead {
            Some(answer) => answer?,
            None => self.limits.store.take(group, &buckets, tick(&*self.clock)).await?,
        };
        Ok(Budget { decision, at: self.clock.now() })
    }

    /// Says what is left of the principal's buckets and takes nothing.
    pub async fn peek(&self, principal: &Principal, rule: BudgetRule) -> Result<Budget, StoreError> {
        let (group, buckets) = (gate::group(principal), gate::buckets(principal, rule));
        let decision = self.limits.store.peek(group, &buckets, tick(&*self.clock)).await?;
        Ok(Budget { decision, at: self.clock.now() })
    }

    /// Counts a call that was answered.
    pub fn count(&self, principal: &Principal, outcome: CallOutcome, address: IpAddr) {
        let now = self.clock.now();
        self.meter.count(principal.workspace, principal.credential, outcome, now);
        let used = match principal.secret {
            PresentedSecret::AccessToken(_) if principal.kind == CredentialKind::UserToken => {
                Used::Grant(principal.credential)
            }
            PresentedSecret::AccessToken(_) => Used::Client(principal.credential),
            PresentedSecret::ApiSecret(hash) => Used::ApiSecret(hash),
            PresentedSecret::Session(_) => return,
        };
        self.meter.note(used, now, address);
    }

    /// Notes a credential that stands, but is refused as the request names another organization than its own.
    pub fn refuse_misdirected(&self, principal: &Principal, address: IpAddr) {
        self.refusals.note(Refusal::WrongOrganization, address);
        measure::refused(Refusal::WrongOrganization);
        let now = self.clock.now();
        self.meter.count(principal.workspace, principal.credential, CallOutcome::Unauthorized, now);
    }

    fn refuse(&self, refusal: Refusal, address: IpAddr) -> Authentication {
        self.refusals.note(refusal, address);
        if refusal.may_be_a_guess()
            && let Err(too_many) = self.failures.count_address(address, tick(&*self.clock))
        {
            measure::refused_for("too many failures");
            return Authentication::TooManyFailures(too_many);
        }
        measure::refused(refusal);
        Authentication::Refused(refusal)
    }
}

/// Where a presented secret is looked up: its form says so.
#[derive(Clone, Copy)]
enum SecretTable {
    AccessTokens,
    ApiSecrets,
}

/// What was presented, if its form and its check are those of a credential that calls present.
fn presentable(token: BearerToken<'_>) -> Option<(Secret, SecretTable)> {
    let secret = Secret::parse(token.expose()).ok()?;
    let table = match secret.kind() {
        SecretKind::AccessToken => SecretTable::AccessTokens,
        SecretKind::ApiKey | SecretKind::ApiToken => SecretTable::ApiSecrets,
        SecretKind::ClientId
        | SecretKind::ClientSecret
        | SecretKind::RefreshToken
        | SecretKind::AuthorizationCode
        | SecretKind::Session
        | SecretKind::Link => return None,
    };
    Some((secret, table))
}

/// The time as the limits count it.
pub(crate) fn tick(clock: &dyn Clock) -> Tick {
    Tick::from_millis(u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX))
}

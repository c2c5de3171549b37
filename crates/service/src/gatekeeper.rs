use std::{net::IpAddr, sync::Arc, time::Duration};

use leadkeep_credentials::{BearerToken, Hasher, Secret, SecretKind};
use leadkeep_domain::{Clock, CredentialKind};
use leadkeep_ratelimit::{BucketState, Decision, Group, Store, StoreError, Tick};
use leadkeep_storage::{
    AccessTokens, ApiCredentials, CallOutcome, CredentialRecord, PresentedSecret, Repositories, StorageError,
    Used,
};
use time::OffsetDateTime;

use crate::{
    FailureLimit, RefusalLog, TooManyFailures, UsageMeter,
    gate::{self, BucketName, BudgetRule, Presented, Principal, Refusal},
};

/// Brings the [`gate`] what it judges: the credential's row, read on every request, and the budget.
#[derive(Clone)]
pub struct Gatekeeper {
    access_tokens: Arc<dyn AccessTokens>,
    api_credentials: Arc<dyn ApiCredentials>,
    limits: Arc<dyn Store>,
    failures: Arc<FailureLimit>,
    meter: Arc<UsageMeter>,
    refusals: Arc<RefusalLog>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
}

/// What became of a credential that was presented.
#[derive(Debug)]
pub enum Authentication {
    /// It stands. Whether there is budget, and whether it may do what it wants, is asked next.
    Accepted(Box<Principal>),
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
        limits: Arc<dyn Store>,
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

    /// Says whose the credential in an Authorization header is, if it stands and is of a kind that is accepted here.
    pub async fn authenticate(
        &self,
        authorization: Option<&str>,
        address: IpAddr,
        accepts: &[CredentialKind],
    ) -> Result<Authentication, StorageError> {
        let record;
        let presented = match authorization.map(BearerToken::parse_header) {
            None => Presented::Nothing,
            Some(Err(_)) => Presented::Malformed,
            Some(Ok(token)) => match presentable(token) {
                None => Presented::Malformed,
                Some((secret, table)) => {
                    record = self.look_up(&secret, table).await?;
                    match &record {
                        None => Presented::Unknown,
                        Some(record) if accepts.contains(&record.kind) => Presented::Known(record),
                        Some(_) => Presented::WrongKind,
                    }
                }
            },
        };
        match gate::identify(presented, self.clock.now()) {
            Ok(principal) => Ok(Authentication::Accepted(Box::new(principal))),
            Err(refusal) => {
                if let Presented::Known(record) = presented {
                    let (tenant, now) = (record.tenant.workspace, self.clock.now());
                    self.meter.count(tenant, record.credential, CallOutcome::Unauthorized, now);
                }
                Ok(self.refuse(refusal, address))
            }
        }
    }

    /// The one read of a request's credential, by a unique key: known or not, it costs the same.
    async fn look_up(
        &self,
        secret: &Secret,
        table: SecretTable,
    ) -> Result<Option<CredentialRecord>, StorageError> {
        let hash = self.hasher.hash(secret);
        match table {
            SecretTable::AccessTokens => self.access_tokens.find(hash).await,
            SecretTable::ApiSecrets => self.api_credentials.find(hash).await,
        }
    }

    /// Takes a call from the principal's buckets, or from none where one of them is used up.
    pub async fn take(&self, principal: &Principal, rule: BudgetRule) -> Result<Budget, StorageError> {
        let (group, buckets) = (Group(principal.workspace.as_u128()), gate::buckets(principal, rule));
        let decision = self.limits.take(group, &buckets, tick(&*self.clock)).await.map_err(limits_failed)?;
        Ok(Budget { decision, at: self.clock.now() })
    }

    /// Says what is left of the principal's buckets and takes nothing.
    pub async fn peek(&self, principal: &Principal, rule: BudgetRule) -> Result<Budget, StorageError> {
        let (group, buckets) = (Group(principal.workspace.as_u128()), gate::buckets(principal, rule));
        let decision = self.limits.peek(group, &buckets, tick(&*self.clock)).await.map_err(limits_failed)?;
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
        let now = self.clock.now();
        self.meter.count(principal.workspace, principal.credential, CallOutcome::Unauthorized, now);
    }

    fn refuse(&self, refusal: Refusal, address: IpAddr) -> Authentication {
        self.refusals.note(refusal, address);
        if refusal.may_be_a_guess()
            && let Err(too_many) = self.failures.count_address(address, tick(&*self.clock))
        {
            return Authentication::TooManyFailures(too_many);
        }
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

fn limits_failed(error: StoreError) -> StorageError {
    if error.is_transient() { StorageError::unavailable(error) } else { StorageError::unexpected(error) }
}

/// The time as the limits count it.
pub(crate) fn tick(clock: &dyn Clock) -> Tick {
    Tick::from_millis(u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX))
}

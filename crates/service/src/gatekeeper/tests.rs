use std::{
    io,
    num::NonZeroU32,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};

use async_trait::async_trait;
use leadkeep_credentials::{MasterKey, Purpose};
use leadkeep_domain::{AddressRanges, Id, ManualClock, WorkspaceId};
use leadkeep_ratelimit::{Bucket, Group, MemoryStore, Store};
use leadkeep_storage::{AccessTokens, AuditEntry, MockApiCredentials, NewAccessToken, StorageError};
use time::OffsetDateTime;
use tokio::sync::Barrier;
use uuid::Uuid;

use super::*;
use crate::gate::samples::{NOW, live};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// Budgets on another machine, as far as anybody can tell.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Machine>);

#[derive(Default)]
struct Machine {
    windows: MemoryStore,
    asked: AtomicU32,
    is_away: AtomicBool,
    /// Where the row and the budget wait for each other, if they do.
    meeting: Mutex<Option<Arc<Barrier>>>,
}

impl Machine {
    /// Waits until the other has been asked for, too.
    async fn meet(&self) {
        let meeting = self.meeting.lock().unwrap().clone();
        if let Some(meeting) = meeting {
            meeting.wait().await;
        }
    }
}

/// The credential's row, and what it meets.
struct Row(Arc<Mutex<CredentialRecord>>, Elsewhere);

#[async_trait]
impl AccessTokens for Row {
    async fn find(&self, _: SecretHash) -> Result<Option<CredentialRecord>, StorageError> {
        self.1.0.meet().await;
        Ok(Some(self.0.lock().unwrap().clone()))
    }

    async fn insert(&self, _: NewAccessToken) -> Result<(), StorageError> {
        panic!("nobody but a call comes here")
    }

    async fn revoke(
        &self,
        _: WorkspaceId,
        _: SecretHash,
        _: AuditEntry,
    ) -> Result<Option<OffsetDateTime>, StorageError> {
        panic!("nobody but a call comes here")
    }

    async fn purge(&self, _: OffsetDateTime, _: usize) -> Result<usize, StorageError> {
        panic!("nobody but a call comes here")
    }
}

#[async_trait]
impl Store for Elsewhere {
    fn is_remote(&self) -> bool {
        true
    }

    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        self.0.asked.fetch_add(1, SeqCst);
        self.0.meet().await;
        if self.0.is_away.load(SeqCst) {
            return Err(StoreError::Unavailable(io::Error::other("connection refused").into()));
        }
        Ok(self.0.windows.take(group, buckets, now))
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        Ok(self.0.windows.peek(group, buckets, now))
    }
}

/// A gatekeeper before one credential, whose row a test changes.
struct Gate {
    keeper: Gatekeeper,
    row: Arc<Mutex<CredentialRecord>>,
    elsewhere: Elsewhere,
    authorization: String,
}

impl Gate {
    fn new() -> Self {
        let hasher = MasterKey::parse_hex(&"07".repeat(32)).unwrap().hasher(Purpose::Secrets);
        let secret = Secret::generate(SecretKind::AccessToken).unwrap();
        let row = Arc::new(Mutex::new(live()));
        let elsewhere = Elsewhere::default();
        let access_tokens = Row(row.clone(), elsewhere.clone());
        let keeper = Gatekeeper {
            access_tokens: Arc::new(access_tokens),
            api_credentials: Arc::new(MockApiCredentials::new()),
            limits: Limits::of_this_node(elsewhere.clone()),
            failures: Arc::new(FailureLimit::new(None)),
            meter: Arc::default(),
            refusals: Arc::default(),
            hasher,
            clock: Arc::new(ManualClock::new(NOW)),
        };
        Self { keeper, row, elsewhere, authorization: format!("Bearer {}", secret.expose()) }
    }

    fn call(&self) -> Call<'_> {
        Call {
            authorization: Some(&self.authorization),
            address: HERE,
            claims: TenantClaims::default(),
            accepts: &CredentialKind::ALL,
            rule: BudgetRule::Credential,
        }
    }

    async fn accepted(&self) -> Accepted {
        match self.keeper.authenticate(&self.call()).await.unwrap() {
            Authentication::Accepted(accepted) => accepted,
            other => panic!("{other:?}"),
        }
    }

    /// Whether a call passes, and how many are left then.
    async fn pass(&self) -> (bool, u32) {
        let mut accepted = self.accepted().await;
        let budget = self.keeper.take(&mut accepted, BudgetRule::Credential).await.unwrap();
        (budget.retry_after().is_none(), budget.tightest().remaining)
    }

    fn change(&self, change: impl FnOnce(&mut CredentialRecord)) {
        change(&mut self.row.lock().unwrap());
    }

    /// How often the budgets were asked since the last time.
    fn asked(&self) -> u32 {
        self.elsewhere.0.asked.swap(0, SeqCst)
    }
}

#[tokio::test]
async fn who_was_here_is_taken_from_while_the_row_is_read() {
    let gate = Gate::new();
    let mut first = gate.accepted().await;
    assert_eq!(gate.asked(), 0, "nobody knows yet whose it is");
    gate.keeper.take(&mut first, BudgetRule::Credential).await.unwrap();
    assert_eq!(gate.asked(), 1);
    let mut second = gate.accepted().await;
    assert_eq!(gate.asked(), 1);
    let budget = gate.keeper.take(&mut second, BudgetRule::Credential).await.unwrap();
    assert_eq!((gate.asked(), budget.tightest().remaining), (0, 58), "taken once");
    for left in (0..58).rev() {
        assert_eq!(gate.pass().await, (true, left));
    }
    assert_eq!(gate.pass().await, (false, 0));
}

/// Either answers only once both were asked: were one asked after the other's answer, nobody would ever be answered.
#[tokio::test]
async fn the_row_is_read_and_the_budget_asked_at_the_same_time() {
    let gate = Gate::new();
    gate.pass().await;
    *gate.elsewhere.0.meeting.lock().unwrap() = Some(Arc::new(Barrier::new(2)));
    let passed = tokio::time::timeout(Duration::from_secs(10), gate.pass()).await;
    assert_eq!(passed.ok(), Some((true, 58)));
}

#[tokio::test]
async fn the_row_has_the_last_word_on_the_budget() {
    let gate = Gate::new();
    gate.pass().await;
    gate.change(|row| row.limit_per_minute = NonZeroU32::new(100));
    assert_eq!(gate.pass().await, (true, 98));
    gate.change(|row| row.limit_per_minute = NonZeroU32::new(3));
    assert_eq!(gate.pass().await, (true, 0));
    assert_eq!(gate.pass().await, (false, 0));
    // A refusal by a limit that holds no more is none.
    gate.change(|row| row.limit_per_minute = NonZeroU32::new(5));
    assert_eq!(gate.pass().await, (true, 1));
    // Another workspace's windows are others.
    gate.change(|row| row.tenant.workspace = Id::from_uuid(Uuid::from_u128(3)));
    assert_eq!(gate.pass().await, (true, 4));
}

#[tokio::test]
async fn who_is_refused_takes_from_nobody_for_longer_than_one_call() {
    let gate = Gate::new();
    gate.pass().await;
    gate.asked();
    gate.change(|row| row.lifetime.revoked_at = Some(NOW));
    for asked in [1, 0, 0] {
        let refused = gate.keeper.authenticate(&gate.call()).await.unwrap();
        assert!(matches!(refused, Authentication::Refused(Refusal::Revoked)), "{refused:?}");
        assert_eq!(gate.asked(), asked);
    }
}

#[tokio::test]
async fn what_would_be_refused_before_its_budget_takes_nothing_ahead() {
    let gate = Gate::new();
    gate.change(|row| row.allowed_addresses = AddressRanges::parse("127.0.0.1").unwrap());
    gate.pass().await;
    gate.asked();
    let elsewhere = Call { address: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), ..gate.call() };
    let another = "01a200d3-22a7-7331-8c13-73a6e3dce12c";
    let workspace = TenantClaims { workspace: Some(another), organization: None };
    let organization = TenantClaims { workspace: None, organization: Some(another) };
    for (at, call) in [
        elsewhere,
        Call { claims: workspace, ..gate.call() },
        Call { claims: organization, ..gate.call() },
        Call { accepts: &[CredentialKind::ApiKey], ..gate.call() },
    ]
    .into_iter()
    .enumerate()
    {
        gate.keeper.authenticate(&call).await.unwrap();
        assert_eq!(gate.asked(), 0, "call {at}");
    }
}

#[tokio::test]
async fn budgets_that_are_away_are_told_of_when_they_are_needed() {
    let gate = Gate::new();
    gate.pass().await;
    gate.elsewhere.0.is_away.store(true, SeqCst);
    gate.asked();
    let mut accepted = gate.accepted().await;
    let taken = gate.keeper.take(&mut accepted, BudgetRule::Credential).await;
    assert!(taken.unwrap_err().is_transient());
    assert_eq!(gate.asked(), 1, "and not asked twice");
}

use std::{
    io,
    num::NonZeroU32,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};

use async_trait::async_trait;
use leadkeep_credentials::{Lifetime, MasterKey, Purpose};
use leadkeep_domain::{
    Actor, ActorKind, AddressRanges, Currency, Id, ManualClock, Plan, ScopeSet, SiteLimits,
};
use leadkeep_ratelimit::{Bucket, Group, MemoryStore};
use leadkeep_storage::{MockAccessTokens, MockApiCredentials, Tenant};
use time::macros::datetime;
use uuid::Uuid;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const CLIENT: Uuid = Uuid::from_u128(7);
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// Budgets on another machine, as far as anybody can tell.
#[derive(Default)]
struct Elsewhere {
    windows: MemoryStore,
    asked: AtomicU32,
    is_away: AtomicBool,
}

#[async_trait]
impl Store for Elsewhere {
    fn is_remote(&self) -> bool {
        true
    }

    async fn take(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        self.asked.fetch_add(1, SeqCst);
        if self.is_away.load(SeqCst) {
            return Err(StoreError::Unavailable(io::Error::other("connection refused").into()));
        }
        Ok(self.windows.take(group, buckets, now))
    }

    async fn peek(&self, group: Group, buckets: &[Bucket], now: Tick) -> Result<Decision, StoreError> {
        Ok(self.windows.peek(group, buckets, now))
    }
}

/// A gatekeeper before one credential, whose row a test changes.
struct Gate {
    keeper: Gatekeeper,
    row: Arc<Mutex<CredentialRecord>>,
    limits: Arc<Elsewhere>,
    authorization: String,
}

impl Gate {
    fn new() -> Self {
        let hasher = MasterKey::parse_hex(&"07".repeat(32)).unwrap().hasher(Purpose::Secrets);
        let secret = Secret::generate(SecretKind::AccessToken).unwrap();
        let row = Arc::new(Mutex::new(live(hasher.hash(&secret))));
        let (mut access_tokens, rows) = (MockAccessTokens::new(), row.clone());
        access_tokens.expect_find().returning(move |_| Ok(Some(rows.lock().unwrap().clone())));
        let limits = Arc::new(Elsewhere::default());
        let keeper = Gatekeeper {
            access_tokens: Arc::new(access_tokens),
            api_credentials: Arc::new(MockApiCredentials::new()),
            limits: limits.clone(),
            acquaintances: Arc::default(),
            failures: Arc::new(FailureLimit::new(None)),
            meter: Arc::default(),
            refusals: Arc::default(),
            hasher,
            clock: Arc::new(ManualClock::new(NOW)),
        };
        Self { keeper, row, limits, authorization: format!("Bearer {}", secret.expose()) }
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
        let accepted = self.accepted().await;
        let budget = self.keeper.take(&accepted, BudgetRule::Credential).await.unwrap();
        (budget.retry_after().is_none(), budget.tightest().remaining)
    }

    fn change(&self, change: impl FnOnce(&mut CredentialRecord)) {
        change(&mut self.row.lock().unwrap());
    }

    /// How often the budgets were asked since the last time.
    fn asked(&self) -> u32 {
        self.limits.asked.swap(0, SeqCst)
    }
}

fn live(hash: SecretHash) -> CredentialRecord {
    CredentialRecord {
        actor: Actor { kind: ActorKind::Client, id: Some(CLIENT), name: "CRM Sync".to_owned() },
        kind: CredentialKind::ClientToken,
        secret: PresentedSecret::AccessToken(hash),
        credential: CLIENT,
        client: Some(Id::from_uuid(CLIENT)),
        acts_as: None,
        allowed_addresses: AddressRanges::default(),
        secret_ends_at: None,
        tenant: Tenant {
            workspace: Id::from_uuid(Uuid::from_u128(1)),
            name: "Demo".to_owned(),
            organization: Id::from_uuid(Uuid::from_u128(2)),
            plan: Plan::Free,
            currency: Currency::USD,
            site_limits: SiteLimits::default(),
            suspended_at: None,
        },
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
        lifetime: Lifetime::default(),
        client_revoked_at: None,
    }
}

#[tokio::test]
async fn who_was_here_is_taken_from_while_the_row_is_read() {
    let gate = Gate::new();
    let first = gate.accepted().await;
    assert_eq!(gate.asked(), 0, "nobody knows yet whose it is");
    gate.keeper.take(&first, BudgetRule::Credential).await.unwrap();
    assert_eq!(gate.asked(), 1);
    let second = gate.accepted().await;
    assert_eq!(gate.asked(), 1);
    let budget = gate.keeper.take(&second, BudgetRule::Credential).await.unwrap();
    assert_eq!((gate.asked(), budget.tightest().remaining), (0, 58), "taken once");
    for left in (0..58).rev() {
        assert_eq!(gate.pass().await, (true, left));
    }
    assert_eq!(gate.pass().await, (false, 0));
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
    gate.limits.is_away.store(true, SeqCst);
    let accepted = gate.accepted().await;
    let taken = gate.keeper.take(&accepted, BudgetRule::Credential).await;
    assert!(taken.unwrap_err().is_transient());
}

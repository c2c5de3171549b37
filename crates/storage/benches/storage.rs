//! The calls of requests, on both databases: `LEADKEEP_BENCH_LEADS` leads in a workspace, 10,000 unless told otherwise. PostgreSQL is measured
//! where `LEADKEEP_TEST_POSTGRES_URL` names one (`scripts/postgres run cargo bench -p leadkeep-storage`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench may panic")]

use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::{StreamExt, stream};
use leadkeep_credentials::{ClientId, MasterKey, Purpose, Secret, SecretHash, SecretKind};
use leadkeep_domain::{
    Actor, AiSettings, Clock, Currency, Edit, Email, Lead, LeadFields, LeadFilter, LeadPatch, LeadStatus,
    Organization, OrganizationId, PageLimit, Plan, ScopeSet, Search, SiteLimits, SystemClock, Tag, Tags,
    Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AuditEntry, Authorship, Database, DatabaseUrl, InsertOutcome, LeadEdit, NewAccessToken, NewClient,
    NewSecret, Repositories,
};
use leadkeep_testkit::TestDatabase;
use tokio::runtime::Runtime;

/// How many leads are inserted side by side while a database is filled.
const AT_ONCE: usize = 64;

/// A tag that every hundredth lead has.
const RARE: &str = "enterprise";

struct Filled {
    runtime: Runtime,
    repositories: Repositories,
    workspace: WorkspaceId,
    token: SecretHash,
    /// In the middle of all lists.
    lead: Lead,
    _database: TestDatabase,
}

fn leads() -> u32 {
    std::env::var("LEADKEEP_BENCH_LEADS").map_or(10_000, |count| count.parse().unwrap())
}

fn audit() -> AuditEntry {
    AuditEntry {
        actor: Actor::operator(),
        action: "bench",
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    }
}

fn by() -> Authorship {
    Authorship::new(Actor::operator(), None)
}

fn fields(number: u32) -> LeadFields {
    let tag = if number.is_multiple_of(100) { RARE } else { "inbound" };
    LeadFields {
        name: Some(format!("Lead Number {number}").parse().unwrap()),
        company: Some(format!("Company {}", number % 997).parse().unwrap()),
        tags: Tags::new(vec![Tag::parse(tag).unwrap()]).unwrap(),
        ..LeadFields::new(Email::parse(format!("lead{number}@example.com")).unwrap(), Currency::USD)
    }
}

async fn insert(repositories: &Repositories, workspace: WorkspaceId, number: u32) -> Lead {
    match repositories.leads.insert(workspace, fields(number), LeadStatus::Active, by(), None).await.unwrap()
    {
        InsertOutcome::Inserted(lead) => lead,
        outcome => panic!("{outcome:?}"),
    }
}

impl Filled {
    fn new(database: TestDatabase) -> Self {
        let url = DatabaseUrl::parse(database.url()).unwrap();
        Database::migrate(&url).unwrap();
        let runtime = Runtime::new().unwrap();
        let clock = Arc::new(SystemClock::default());
        let (repositories, workspace, token, lead) = runtime.block_on(async {
            let repositories = Database::open(url, clock.clone()).unwrap().repositories(16).unwrap();
            let workspace = workspace(&repositories, &*clock).await;
            let token = token(&repositories, workspace, &*clock).await;
            let made = stream::iter(0..leads()).map(|number| insert(&repositories, workspace, number));
            let made: Vec<Lead> = made.buffered(AT_ONCE).collect().await;
            let lead = made.into_iter().nth(leads() as usize / 2).unwrap();
            (repositories, workspace, token, lead)
        });
        if database.url().starts_with("postgres") {
            database.query("VACUUM ANALYZE");
        }
        Self { runtime, repositories, workspace, token, lead, _database: database }
    }

    fn list(&self, filter: &LeadFilter, is_deep: bool) {
        let after = is_deep.then(|| filter.order().position(&self.lead));
        let list = self.repositories.leads.list(self.workspace, filter.clone(), after, PageLimit::default());
        assert!(!self.runtime.block_on(list).unwrap().items.is_empty());
    }
}

async fn workspace(repositories: &Repositories, clock: &dyn Clock) -> WorkspaceId {
    let (id, organization) = (WorkspaceId::generate(), OrganizationId::generate());
    let new = Organization { id: organization, name: "Acme".parse().unwrap(), created_at: clock.now() };
    repositories.workspaces.create_organization(new, audit()).await.unwrap();
    let new = Workspace {
        id,
        organization,
        name: "Bench".parse().unwrap(),
        plan: Plan::Free,
        currency: Currency::USD,
        site_limits: SiteLimits::default(),
        ai: AiSettings::default(),
        suspended_at: None,
        created_at: clock.now(),
    };
    repositories.workspaces.create(new, None, audit()).await.unwrap();
    id
}

/// A client's access token.
async fn token(repositories: &Repositories, workspace: WorkspaceId, clock: &dyn Clock) -> SecretHash {
    let key = MasterKey::generate().unwrap();
    let hash = |kind| key.hasher(Purpose::Secrets).hash(&Secret::generate(kind).unwrap());
    let client_id = ClientId::generate().unwrap();
    let secret = Secret::generate(SecretKind::ClientSecret).unwrap();
    let new = NewClient {
        client_id: client_id.clone(),
        name: "Bench".parse().unwrap(),
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
    };
    let stored = NewSecret {
        hash: key.hasher(Purpose::Secrets).hash(&secret),
        key_id: key.id(),
        preview: secret.preview(),
    };
    let login = stored.hash;
    repositories.clients.create(workspace, new, stored, None, audit()).await.unwrap();
    let client = repositories.clients.login(client_id, login).await.unwrap().unwrap().client.id;
    let token = NewAccessToken {
        hash: hash(SecretKind::AccessToken),
        key_id: key.id(),
        workspace,
        client,
        scopes: ScopeSet::LEADS,
        created_at: clock.now(),
        expires_at: clock.now() + time::Duration::DAY,
    };
    let found = token.hash;
    repositories.access_tokens.insert(token).await.unwrap();
    found
}

/// Each call, one after the other.
fn calls(criterion: &mut Criterion, name: &str, database: TestDatabase) {
    let began = Instant::now();
    let filled = Filled::new(database);
    eprintln!("{name}: {} leads in {} s", leads(), began.elapsed().as_secs());
    let (runtime, repositories, workspace) = (&filled.runtime, &filled.repositories, filled.workspace);
    let mut group = criterion.benchmark_group(format!("{name}, {} leads", leads()));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3)).sample_size(20);

    group.bench_function("find a token", |bencher| {
        bencher.iter(|| runtime.block_on(repositories.access_tokens.find(filled.token)).unwrap().unwrap());
    });
    group.bench_function("get a lead", |bencher| {
        bencher
            .iter(|| runtime.block_on(repositories.leads.get(workspace, filled.lead.id)).unwrap().unwrap());
    });
    group.bench_function("history of a lead", |bencher| {
        let history = || repositories.leads.history(workspace, filled.lead.id, None, PageLimit::default());
        bencher.iter(|| runtime.block_on(history()).unwrap().unwrap());
    });
    let filters = [
        ("list", LeadFilter::default()),
        ("list by tag", LeadFilter { tag: Some(Tag::parse(RARE).unwrap()), ..LeadFilter::default() }),
        (
            "list by change",
            LeadFilter { updated_after: Some(filled.lead.created_at), ..LeadFilter::default() },
        ),
        ("search", LeadFilter { search: Search::parse("company 17").unwrap(), ..LeadFilter::default() }),
    ];
    for (what, filter) in filters {
        group.bench_function(what, |bencher| bencher.iter(|| filled.list(&filter, false)));
        group.bench_function(format!("{what}, half way"), |bencher| {
            bencher.iter(|| filled.list(&filter, true));
        });
    }
    let email = LeadFilter { email: Some(filled.lead.fields.email.clone()), ..LeadFilter::default() };
    group.bench_function("list by e-mail", |bencher| bencher.iter(|| filled.list(&email, false)));

    let next = Cell::new(leads());
    group.bench_function("insert a lead", |bencher| {
        bencher.iter(|| {
            next.set(next.get() + 1);
            runtime.block_on(insert(repositories, workspace, next.get()))
        });
    });
    group.bench_function("update a lead", |bencher| {
        bencher.iter(|| {
            next.set(next.get() + 1);
            let patch = LeadPatch {
                name: Edit::Set(format!("Number {}", next.get()).parse().unwrap()),
                ..LeadPatch::default()
            };
            let edit = LeadEdit { patch, condition: None };
            runtime.block_on(repositories.leads.update(workspace, filled.lead.id, edit, by())).unwrap()
        });
    });
    group.finish();
}

fn storage(criterion: &mut Criterion) {
    calls(criterion, "SQLite", TestDatabase::sqlite());
    match std::env::var("LEADKEEP_TEST_POSTGRES_URL") {
        Ok(server) => calls(criterion, "PostgreSQL", TestDatabase::on_server(server)),
        Err(_) => eprintln!("PostgreSQL is not measured: LEADKEEP_TEST_POSTGRES_URL names none"),
    }
}

criterion_group!(benches, storage);
criterion_main!(benches);

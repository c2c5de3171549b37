//! What every call of every repository asks, as the database plans it: no scan of a table, no sort of more than a page. Lists are asked with every
//! filter that they have.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "query_plans/apps.rs"]
mod apps;
#[path = "query_plans/conversations.rs"]
mod conversations;
mod every_call;
#[path = "query_plans/every_plan.rs"]
mod every_plan;
#[path = "query_plans/people.rs"]
mod people;
#[path = "query_plans/runs.rs"]
mod runs;
#[path = "query_plans/search.rs"]
mod search;
#[path = "query_plans/smart_updates.rs"]
mod smart_updates;
#[path = "query_plans/tags.rs"]
mod tags;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use leadkeep_credentials::{ClientId, SecretHash};
use leadkeep_domain::{
    Actor, ActorKind, ApiCredentialKind, Clock, Currency, Email, Id, LeadFields, LeadFilter, LeadId,
    LeadOrder, LeadPosition, LeadStatus, Organization, PageLimit, Plan, Search, StatusFilter, SystemClock,
    Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AuditActor, AuditEntry, AuditFilter, Authorship, ClientRef, Database, DatabaseUrl, Excerpt, Grain,
    InsertOutcome, Repositories, Span,
};
use leadkeep_testkit::TestDatabase;
use uuid::Uuid;

/// The statements that were run, without the values bound to them.
static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap_or_default().trim().to_owned();
            STATEMENTS.lock().unwrap().insert(sql);
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what diesel asks for")]
fn record() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Recorder))
}

/// The SELECTs that the repositories' reads run on this database.
async fn reads_on(database: &TestDatabase) -> Vec<String> {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    Database::migrate(&url).unwrap();
    set_default_instrumentation(record).unwrap();
    let storage = Database::open(url, Arc::new(SystemClock::default())).unwrap();
    let repositories = storage.repositories(2).unwrap();
    let (workspace, lead) = a_lead(&repositories).await;
    let conversation = conversations::a_conversation(&repositories, workspace).await;
    STATEMENTS.lock().unwrap().clear();
    conversations::run_every_read(&repositories, workspace, conversation).await;
    people::run_every_read(&repositories, workspace).await;
    apps::run_every_read(&repositories, workspace).await;
    runs::run_every_read(&repositories, workspace).await;
    smart_updates::run_every_read(&repositories, workspace, lead).await;
    run_every_read(&repositories, workspace, lead).await;
    let statements = std::mem::take(&mut *STATEMENTS.lock().unwrap());
    let reads: Vec<_> = statements.into_iter().filter(|sql| sql.starts_with("SELECT")).collect();
    assert!(reads.len() > 40, "{}", reads.len());
    for table in runs::TABLES.iter().chain(&people::TABLES).chain(&apps::TABLES) {
        assert!(reads.iter().any(|sql| runs::reads_from(sql, table)), "{table}");
    }
    reads
}

/// A lead in a workspace: what is not there is not read to its end.
async fn a_lead(repositories: &Repositories) -> (WorkspaceId, LeadId) {
    let audit = AuditEntry {
        actor: Actor::operator(),
        action: "workspace.create",
        organization: None,
        detail: serde_json::json!({}),
        origin: None,
    };
    let now = SystemClock::default().now();
    let organization = Organization { id: Id::generate(), name: "Acme".parse().unwrap(), created_at: now };
    let workspace = Workspace {
        id: Id::generate(),
        organization: organization.id,
        name: "Demo".parse().unwrap(),
        plan: Plan::Free,
        currency: Currency::USD,
        site_limits: leadkeep_domain::SiteLimits::default(),
        ai: leadkeep_domain::AiSettings::default(),
        suspended_at: None,
        created_at: now,
    };
    repositories.workspaces.create(workspace.clone(), Some(organization), audit).await.unwrap();
    let fields = LeadFields::new(Email::parse("a@b.cc").unwrap(), Currency::USD);
    let by = Authorship::new(Actor::operator(), None);
    match repositories.leads.insert(workspace.id, fields, LeadStatus::Active, by, None).await.unwrap() {
        InsertOutcome::Inserted(lead) => (workspace.id, lead.id),
        other => panic!("{other:?}"),
    }
}

/// Reads with all that they can be asked with.
async fn run_every_read(repositories: &Repositories, workspace: WorkspaceId, lead: LeadId) {
    let (now, limit) = (SystemClock::default().now(), PageLimit::default());
    repositories.leads.get(workspace, lead).await.unwrap();
    let orders = LeadOrder::ALL.into_iter().map(Some).chain([None]);
    for (bits, order) in (0..32u32).flat_map(|bits| orders.clone().map(move |order| (bits, order))) {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let filter = LeadFilter {
            status: StatusFilter::All,
            assigned_to: has(0).then(Id::generate),
            tag: has(1).then(|| "hot".parse().unwrap()),
            email: has(2).then(|| Email::parse("a@b.cc").unwrap()),
            updated_after: has(3).then_some(now),
            search: has(4).then(|| Search::parse("john acme").unwrap()).flatten(),
            order,
        };
        let behind = if filter.order().is_by_update() {
            LeadPosition::Updated(now, Id::generate())
        } else {
            LeadPosition::Id(Id::generate())
        };
        for after in [None, Some(behind)] {
            repositories.leads.list(workspace, filter.clone(), after, limit).await.unwrap();
            let active = LeadFilter { status: StatusFilter::Only(LeadStatus::Active), ..filter.clone() };
            repositories.leads.list(workspace, active, after, limit).await.unwrap();
        }
    }
    repositories.leads.names(workspace, vec![lead, Id::generate()]).await.unwrap();
    search::run_every_search(repositories, workspace).await;
    for after in [None, Some(lead.as_uuid())] {
        repositories.leads.history(workspace, lead, after, limit).await.unwrap();
    }
    repositories.workspaces.get(workspace).await.unwrap();
    repositories.workspaces.list(Some(Id::generate())).await.unwrap();
    repositories.members.list(workspace).await.unwrap();
    repositories.members.get(workspace, Id::generate()).await.unwrap();
    repositories.members.owners(workspace).await.unwrap();
    for after in [None, Some(Id::generate())] {
        repositories.members.page(workspace, after, limit).await.unwrap();
    }
    repositories.clients.list(workspace).await.unwrap();
    repositories.clients.working(workspace).await.unwrap();
    repositories.clients.get(workspace, Id::generate()).await.unwrap();
    let excerpts = [Excerpt::Working { skip: 25, limit: 25 }, Excerpt::Ended(25)];
    for of in excerpts {
        repositories.clients.excerpt(workspace, of).await.unwrap();
    }
    repositories.clients.locate(ClientRef::Id(Id::generate())).await.unwrap();
    repositories.clients.locate(ClientRef::ClientId(ClientId::generate().unwrap())).await.unwrap();
    let nothing = SecretHash::from_bytes([0; 32]);
    repositories.clients.login(ClientId::generate().unwrap(), nothing).await.unwrap();
    repositories.clients.find_secret(nothing).await.unwrap();
    repositories.access_tokens.find(nothing).await.unwrap();
    repositories.api_credentials.find(nothing).await.unwrap();
    repositories.api_credentials.locate(Id::generate()).await.unwrap();
    for kind in ApiCredentialKind::ALL {
        repositories.api_credentials.list(workspace, kind).await.unwrap();
        repositories.api_credentials.working(workspace, kind).await.unwrap();
        repositories.api_credentials.get(workspace, kind, Id::generate()).await.unwrap();
        for of in excerpts {
            repositories.api_credentials.excerpt(workspace, kind, of).await.unwrap();
        }
    }
    repositories.leads.is_in_organization(Id::generate(), lead).await.unwrap();
    let some = vec![Uuid::nil(), Uuid::max()];
    let day = time::Duration::DAY;
    repositories.usage.hours_by_credential(workspace, some, now - day, now).await.unwrap();
    repositories.usage.credentials(workspace).await.unwrap();
    for grain in Grain::ALL {
        let span = Span { grain, from: grain.previous(now), until: grain.next(now) };
        for credential in [None, Some(Uuid::nil())] {
            repositories.usage.timeline(workspace, credential, span).await.unwrap();
        }
        repositories.usage.by_credential(workspace, span).await.unwrap();
        repositories.usage.purge(grain, now, 10).await.unwrap();
    }
    let entries = repositories.audit_log.list(workspace, AuditFilter::default(), None, limit).await.unwrap();
    let clerk = AuditActor { kind: ActorKind::Member, id: Some(Uuid::nil()) };
    for actor in [None, Some(clerk), Some(AuditActor { kind: ActorKind::Operator, id: None })] {
        for action in [None, Some("key.revoke".to_owned())] {
            for at in [None, Some(now)] {
                let filter = AuditFilter { action: action.clone(), actor, from: at, until: at };
                // Behind what is not there nothing is looked for.
                for after in [None, Some(entries.items[0].id)] {
                    repositories.audit_log.list(workspace, filter.clone(), after, limit).await.unwrap();
                }
            }
        }
    }
    repositories.access_tokens.purge(now, 10).await.unwrap();
    repositories.installation.stored_key().await.unwrap();
    repositories.installation.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_searches_and_never_scans() {
    let database = TestDatabase::sqlite();
    let mut steps = BTreeSet::new();
    for sql in reads_on(&database).await {
        let plan = database.query(&format!("EXPLAIN QUERY PLAN {sql}"));
        for step in &plan {
            // "SCAN CONSTANT ROW" is a SELECT without a table.
            assert!(!step.contains("SCAN ") || step.contains("CONSTANT ROW"), "{step}\n{sql}");
            let sorts = step.contains("TEMP B-TREE FOR");
            assert!(!sorts || sorts_little(&sql), "{step}\n{sql}");
        }
        if let Some(step) = apps::best_step(&sql) {
            assert!(plan.iter().any(|line| line.contains(step.1)), "{step:?}\n{sql}\n{plan:#?}");
            steps.insert(step);
        }
        if let Some(index) = best_index(&sql) {
            // The key of a table without row ids is the table: its search names all columns that lead to the lead.
            let step = match index {
                "lead_tags" => {
                    "SEARCH lead_tags USING PRIMARY KEY (workspace_id=? AND tag=? AND status=?".to_owned()
                }
                index => format!("INDEX {index} (workspace_id=? AND "),
            };
            assert!(plan.iter().any(|line| line.contains(&step)), "{index}\n{sql}\n{plan:#?}");
        }
    }
    assert_eq!(steps.len(), apps::STEPS.len(), "{steps:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_uses_an_index_for_everything() {
    let database = TestDatabase::postgres();
    let reads = reads_on(&database).await;
    database.query(LARGE_TABLES);
    for sql in reads {
        assert_searched(&database, &sql);
    }
}

/// Has PostgreSQL take all tables for large ones, and empty ones for unknown: small ones are read whole, whatever there is.
const LARGE_TABLES: &str = "UPDATE pg_class
    SET (reltuples, relpages) = (SELECT * FROM (VALUES (20000, 1), (-1, 0)) of (tuples, pages)
        WHERE (pg_relation_size(pg_class.oid) = 0) = (tuples = -1))
    WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace";

/// Holds that PostgreSQL has an index for a statement, and need not sort much.
fn assert_searched(database: &TestDatabase, sql: &str) {
    let count = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
    let nulls = vec!["NULL"; count].join(", ");
    let execute = if count == 0 { "EXECUTE asked".to_owned() } else { format!("EXECUTE asked({nulls})") };
    let sort = if sorts_little(sql) { "on" } else { "off" };
    // Forbidden, the planner scans only where there is no other way.
    let plan = database.query(&format!(
        "SET enable_seqscan = off; SET enable_sort = {sort}; SET enable_bitmapscan = off; SET enable_mergejoin = off; \
         SET enable_hashjoin = off; \
         SET plan_cache_mode = force_generic_plan; PREPARE asked AS {sql}; EXPLAIN {execute}"
    ));
    for (number, step) in plan.iter().enumerate() {
        assert!(!step.contains("Seq Scan"), "{sql}\n{plan:#?}");
        // A walk through all of an index is a scan, too.
        let is_sought = plan.get(number + 1).is_some_and(|next| next.contains("Index Cond: "));
        let walks = ["Index Scan using", "Index Only Scan using"].iter().any(|walk| step.contains(walk));
        assert!(!walks || is_sought, "{sql}\n{plan:#?}");
        assert!(!step.contains("Sort  (") || sorts_little(sql), "{sql}\n{plan:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_finds_the_best_index_of_a_list_by_itself() {
    let database = TestDatabase::postgres();
    // With two filters there is more than one good way.
    let two_filters = |sql: &str| {
        (sql.contains("JOIN") || sql.contains("email_key\" =")) && sql.contains("\"leads\".\"assigned_to\" =")
    };
    let mut lists = reads_on(&database).await;
    lists.retain(|sql| best_index(sql).is_some() && !two_filters(sql));
    assert!(lists.len() > 20, "{}", lists.len());
    database.query(MANY_LEADS);
    for sql in lists {
        let index = best_index(&sql).unwrap();
        let index = if index == "lead_tags" { "lead_tags_pkey" } else { index };
        let count = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
        let nulls = vec!["NULL"; count].join(", ");
        let plan = database.query(&format!(
            "SET plan_cache_mode = force_generic_plan; PREPARE read AS {sql}; EXPLAIN EXECUTE read({nulls})"
        ));
        // Two indexes that begin alike can serve the same list equally well.
        let alike = plan.iter().any(|step| step.contains(index) || step.contains("leads_active_email"));
        assert!(alike && !plan.iter().any(|step| step.contains("Seq Scan")), "{index}\n{sql}\n{plan:#?}");
    }
}

/// A credential has few secrets, and a person lets few apps act: they may be sorted. So may sums: there is one for each step
/// and credential.
fn sorts_little(sql: &str) -> bool {
    let sums = sql.contains("GROUP BY") && sql.contains("usage_");
    let of_few = sql.contains("client_secrets") || sql.contains("api_secrets") || apps::is_of_one_person(sql);
    of_few || sums
}

/// The index that serves a list best, by the columns that its conditions name.
fn best_index(sql: &str) -> Option<&'static str> {
    if conversations::is_a_read_of_them(sql) || runs::is_a_read_of_them(sql) {
        return None;
    }
    let (_, conditions) = sql.split_once(" WHERE ")?;
    let names = |column: &str| conditions.contains(column);
    // Of the order itself: a condition on tags names the columns of their table, too.
    let by_update = sql.rsplit_once(" ORDER BY ").is_some_and(|(_, order)| order.contains("updated_at"));
    Some(match () {
        () if !sql.contains(" ORDER BY ")
            || !names("status")
            || sorts_little(sql)
            // Words have no index but their key.
            || sql.contains("lead_words")
            || sql.contains("api_credentials") =>
        {
            return None;
        }
        () if names("email_key") && by_update => "leads_by_email_and_update",
        () if names("email_key") => "leads_by_email",
        // The tag's own key, or its index by update.
        () if is_of_tags(sql) => {
            if by_update {
                "lead_tags_by_update"
            } else {
                "lead_tags"
            }
        }
        () if names("assigned_to") => {
            if by_update {
                "leads_by_assignee_and_update"
            } else {
                "leads_by_assignee"
            }
        }
        () => {
            if by_update {
                "leads_by_update"
            } else {
                "leads_by_status"
            }
        }
    })
}

fn is_of_tags(sql: &str) -> bool {
    sql.contains("FROM \"lead_tags\"") || sql.contains("FROM `lead_tags`") || sql.contains("JOIN")
}

/// Many leads, most of them archived, with statistics as autovacuum gathers them.
const MANY_LEADS: &str = "
    INSERT INTO leads (workspace_id, id, status, email, email_key, deal_currency, tags, assigned_to, custom_fields,
        created_at, updated_at, version)
    SELECT w.id, gen_random_uuid(), CASE n % 10 WHEN 0 THEN 'active' ELSE 'archived' END, n || '@x.yy', n || '@x.yy',
        'USD', '[]', CASE n % 3 WHEN 0 THEN md5((n % 500)::text)::uuid END, '{}',
        now() + n * interval '1 second', now() + n * interval '1 second', 1
    FROM workspaces w, generate_series(1, 50000) n;
    INSERT INTO lead_tags (workspace_id, tag, status, lead_id, updated_at)
    SELECT workspace_id, 'tag' || (version + length(email)), status, id, updated_at FROM leads;
    INSERT INTO lead_words (workspace_id, word, status, lead_id) SELECT workspace_id, email, status, id FROM leads
    ON CONFLICT DO NOTHING;
    INSERT INTO lead_words (workspace_id, word, status, lead_id) SELECT workspace_id, 'x.yy', status, id FROM leads;
    ANALYZE";

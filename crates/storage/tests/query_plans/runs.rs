//! The reads of runs and of idempotency keys, those within their writes too.

use leadkeep_credentials::SecretHash;
use leadkeep_domain::{
    Actor, Clock, Currency, Edit, Email, Id, LeadPatch, PageLimit, Run, RunError, RunId, RunKind, RunStatus,
    SystemClock, WorkspaceId,
};
use leadkeep_storage::{
    Authorship, Claim, ImportBatch, ImportRow, KeyedRequest, NewRun, OutputPart, Receipt, Repositories,
    ReserveOutcome, RunFilter, Step, StoredAnswer,
};
use leadkeep_testkit::TestDatabase;
use serde_json::json;
use time::Duration;

use crate::reads_on;

/// Does all that is done with runs and keys: what is not there is not read to its end.
pub(crate) async fn run_every_read(repositories: &Repositories, workspace: WorkspaceId) {
    let claim = an_import(repositories, workspace).await;
    let runs = &repositories.runs;
    for kind in [None, Some(RunKind::LeadsImport)] {
        for status in [None, Some(RunStatus::Queued)] {
            for after in [None, Some(RunId::generate())] {
                let filter = RunFilter { kind, status };
                runs.list(workspace, filter, after, PageLimit::default()).await.unwrap();
            }
        }
    }
    runs.get(workspace, claim.run).await.unwrap().unwrap();
    assert!(runs.has_output(workspace, claim.run).await.unwrap());
    runs.output(workspace, claim.run, 0).await.unwrap().unwrap();
    let execution = &repositories.run_execution;
    execution.input(claim, 0).await.unwrap().unwrap();
    execution.release(claim, Duration::ZERO).await.unwrap();
    runs.cancel(workspace, claim.run).await.unwrap();
    let now = SystemClock::default().now();
    runs.open(workspace).await.unwrap();
    runs.discard_input(workspace, claim.run).await.unwrap();
    runs.is_in_organization(Id::generate(), claim.run).await.unwrap();
    // Its input went with the cancellation; what it wrote did not.
    assert_eq!(execution.purge(now + Duration::DAY, 10).await.unwrap(), 1);
    a_key(repositories, workspace).await;
    assert_eq!(repositories.idempotency_keys.purge(now + Duration::DAY, 10).await.unwrap(), 1);
}

/// An import that has met a lead and made one, written a part, and found an error.
async fn an_import(repositories: &Repositories, workspace: WorkspaceId) -> Claim {
    let new = NewRun { parts: 1, ..new_run() };
    let run = new.id;
    repositories.runs.add_input(workspace, run, 0, b"email\n".to_vec()).await.unwrap();
    repositories.runs.start(workspace, new, None).await.unwrap();
    let execution = &repositories.run_execution;
    let claim = execution.claim(Duration::MINUTE, &RunKind::ALL).await.unwrap().unwrap().claim;
    for dry_run in [true, false] {
        let rows = ["a@b.cc", "new@b.cc"].map(row).to_vec();
        let batch = ImportBatch { done_before: 0, rows, currency: Currency::USD, dry_run, by: by() };
        let step = Box::new(|_| Step::default());
        assert!(execution.import(claim, batch, step).await.unwrap());
    }
    let error = RunError { row: Some(1), field: None, message: "wrong".to_owned() };
    let step = Step { errors: vec![error], ..Step::default() };
    let output = OutputPart { part: 0, bytes: b"leads".to_vec() };
    assert!(execution.advance(claim, Step { output: Some(output), ..step }).await.unwrap());
    claim
}

async fn a_key(repositories: &Repositories, workspace: WorkspaceId) {
    let request = KeyedRequest {
        credential: Id::<()>::generate().as_uuid(),
        key: "key".to_owned(),
        fingerprint: [0; 16],
    };
    let reserved = repositories.idempotency_keys.reserve(request.clone(), Duration::MINUTE).await.unwrap();
    let ReserveOutcome::Reserved(reservation) = reserved else { panic!("{reserved:?}") };
    repositories.idempotency_keys.reserve(request, Duration::MINUTE).await.unwrap();
    let answer = std::sync::Arc::new(|_: &Run| StoredAnswer {
        status: 202,
        etag: None,
        location: None,
        body: Vec::new(),
    });
    let receipt = Receipt { reservation: reservation.clone(), answer };
    repositories.runs.start(workspace, new_run(), Some(receipt)).await.unwrap();
    repositories.idempotency_keys.release(reservation).await.unwrap();
}

fn new_run() -> NewRun {
    NewRun {
        id: RunId::generate(),
        kind: RunKind::LeadsImport,
        options: json!({}),
        total: None,
        parts: 0,
        by: by(),
        credential: Id::<()>::generate().as_uuid(),
        secret: SecretHash::from_bytes([0; 32]),
    }
}

fn row(email: &str) -> ImportRow {
    let email = Email::parse(email).unwrap();
    let name = Edit::Set("Imported".parse().unwrap());
    let tags = Some(leadkeep_domain::Tags::new(["hot".parse().unwrap()]).unwrap());
    let assigned_to = Edit::Clear;
    ImportRow {
        email: email.clone(),
        patch: LeadPatch { email: Some(email), name, tags, assigned_to, ..LeadPatch::default() },
    }
}

fn by() -> Authorship {
    Authorship::new(Actor::operator(), None)
}

/// The tables whose reads are recorded here.
pub(crate) const TABLES: [&str; 5] = ["runs", "run_errors", "run_inputs", "run_outputs", "idempotency_keys"];

pub(crate) fn is_a_read_of_them(sql: &str) -> bool {
    TABLES.iter().any(|table| reads_from(sql, table))
}

pub(crate) fn reads_from(sql: &str, table: &str) -> bool {
    [format!(" FROM \"{table}\""), format!(" FROM `{table}`")].iter().any(|from| sql.contains(from))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_finds_the_indexes_of_runs_and_keys_by_itself() {
    let database = TestDatabase::postgres();
    let mut reads = reads_on(&database).await;
    reads.retain(|sql| is_a_read_of_them(sql));
    assert!(reads.len() > 15, "{}", reads.len());
    database.query(MANY);
    for sql in reads {
        let count = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
        let nulls = vec!["NULL"; count].join(", ");
        let plan = database.query(&format!(
            "SET plan_cache_mode = force_generic_plan; PREPARE read AS {sql}; EXPLAIN EXECUTE read({nulls})"
        ));
        let reads_all = plan.iter().any(|step| step.contains("Seq Scan") || step.contains("Sort  ("));
        assert!(!reads_all, "{sql}\n{plan:#?}");
    }
}

/// Many runs, all but a few of them finished, with statistics as autovacuum gathers them.
const MANY: &str = "
    INSERT INTO runs (workspace_id, id, kind, status, options, state, done, error_count, actor_kind, actor_name,
        credential_id, secret_hash, due_at, fence, stalls, created_at)
    SELECT w.id, gen_random_uuid(), 'leads.import', 'succeeded', '{}', '{}', 1, 0, 'operator', 'operator',
        gen_random_uuid(), '', CASE n % 5000 WHEN 0 THEN now() + n * interval '1 second' END, 1, 0, now()
    FROM workspaces w, generate_series(1, 50000) n;
    INSERT INTO run_errors (workspace_id, run_id, position, message)
    SELECT workspace_id, id, n, 'wrong' FROM runs, generate_series(1, 3) n;
    INSERT INTO run_inputs (workspace_id, run_id, part, bytes, created_at)
    SELECT workspace_id, id, 0, 'bytes', created_at + random() * interval '1 day' FROM runs;
    INSERT INTO run_outputs (workspace_id, run_id, part, bytes, created_at)
    SELECT workspace_id, id, 0, 'bytes', created_at + random() * interval '1 day' FROM runs;
    INSERT INTO idempotency_keys (credential_id, key, fingerprint, reservation, reserved_until, created_at)
    SELECT gen_random_uuid(), n::text, '', gen_random_uuid(), now(), now() + n * interval '1 second'
    FROM generate_series(1, 50000) n;
    ANALYZE";

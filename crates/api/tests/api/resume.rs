//! Runs that are broken off at any point are taken up again, and do nothing twice.

use std::sync::{
    Arc,
    atomic::{AtomicI32, Ordering},
};

use async_trait::async_trait;
use leadkeep_domain::{Clock, RunError, RunKind, RunStatus};
use leadkeep_service::runs::{Executor, StopSign};
use leadkeep_storage::{
    Authorship, Claim, ClaimedRun, ImportBatch, NewAiUpdate, RunExecution, Step, StepAfterRows,
    StepAfterUpdate, StorageError,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::{
    app::{TestApp, WRITERS, send},
    do_runs::{CSV, NDJSON, file},
};

on_both_databases![
    an_import_that_breaks_off_at_any_step_imports_each_row_once,
    a_dry_run_that_breaks_off_says_the_same,
    an_export_that_breaks_off_at_any_step_writes_each_lead_once,
    an_import_that_is_told_to_stop_goes_on_elsewhere_at_once,
    a_cancellation_between_two_steps_keeps_what_is_done,
    a_batch_that_takes_the_database_too_long_is_tried_in_parts_at_once,
    a_run_that_a_busy_database_refuses_waits_for_it,
    a_run_that_the_database_never_does_ends,
];

/// A database that goes away at one of its steps.
struct Breaking {
    inner: Arc<dyn RunExecution>,
    steps: AtomicI32,
    /// How many rows are not too many for it.
    most_rows: usize,
    /// Whether the step at which it breaks is done all the same, as one is whose answer is lost.
    done: bool,
}

impl Breaking {
    async fn step(
        &self,
        step: impl Future<Output = Result<bool, StorageError>>,
    ) -> Result<bool, StorageError> {
        match self.steps.fetch_sub(1, Ordering::SeqCst) {
            2.. => step.await,
            1 => {
                if self.done {
                    step.await?;
                }
                Err(StorageError::unavailable("the answer was lost"))
            }
            _ => Err(StorageError::unavailable("away")),
        }
    }
}

#[async_trait]
impl RunExecution for Breaking {
    async fn claim(
        &self,
        lease: Duration,
        kinds: &'static [RunKind],
    ) -> Result<Option<ClaimedRun>, StorageError> {
        self.inner.claim(lease, kinds).await
    }

    async fn input(&self, claim: Claim, part: u32) -> Result<Option<Vec<u8>>, StorageError> {
        self.inner.input(claim, part).await
    }

    async fn import(
        &self,
        claim: Claim,
        batch: ImportBatch,
        step: StepAfterRows,
    ) -> Result<bool, StorageError> {
        if batch.rows.len() > self.most_rows {
            return Err(StorageError::unavailable("no answer in time"));
        }
        self.step(self.inner.import(claim, batch, step)).await
    }

    async fn ai_update(
        &self,
        claim: Claim,
        done_before: u64,
        new: NewAiUpdate,
        by: Authorship,
        step: StepAfterUpdate,
    ) -> Result<bool, StorageError> {
        self.step(self.inner.ai_update(claim, done_before, new, by, step)).await
    }

    async fn renew(&self, claim: Claim) -> Result<bool, StorageError> {
        self.inner.renew(claim).await
    }

    async fn advance(&self, claim: Claim, step: Step) -> Result<bool, StorageError> {
        self.step(self.inner.advance(claim, step)).await
    }

    async fn finish(&self, claim: Claim, status: RunStatus, step: Step) -> Result<bool, StorageError> {
        self.step(self.inner.finish(claim, status, step)).await
    }

    async fn abandon(&self, claim: Claim, error: RunError) -> Result<bool, StorageError> {
        self.step(self.inner.abandon(claim, error)).await
    }

    async fn release(&self, claim: Claim, pause: Duration) -> Result<(), StorageError> {
        if self.steps.load(Ordering::SeqCst) > 0 {
            return self.inner.release(claim, pause).await;
        }
        Err(StorageError::unavailable("away"))
    }

    async fn purge(&self, before: OffsetDateTime, limit: usize) -> Result<usize, StorageError> {
        self.inner.purge(before, limit).await
    }
}

impl TestApp {
    /// A node that does runs so.
    pub(crate) fn executor_of(&self, execution: Arc<dyn RunExecution>, stop: StopSign) -> Executor {
        let leads = self.repositories.leads.clone();
        Executor::new(execution, leads, self.smart_updates.clone(), WRITERS, self.clock.clone(), stop)
    }

    /// The rows that the file of failed rows has, in its order.
    async fn failed_rows(&self, run: &Value) -> Vec<u64> {
        let run = run["id"].as_str().unwrap().parse().unwrap();
        let (mut file, mut part) = (Vec::new(), 0);
        while let Some(bytes) = self.repositories.runs.output(self.workspace, run, part).await.unwrap() {
            file.extend(bytes);
            part += 1;
        }
        let lines = String::from_utf8(file).unwrap();
        let row = |line: &str| serde_json::from_str::<Value>(line).unwrap()["import_row"].as_u64().unwrap();
        lines.lines().map(row).collect()
    }

    /// Does the run that is due, on a node that breaks off at this step.
    async fn break_off(&self, steps: i32, done: bool) {
        let inner = self.repositories.run_execution.clone();
        let execution = Arc::new(Breaking { inner, steps: steps.into(), most_rows: usize::MAX, done });
        let executor = self.executor_of(execution, StopSign::default());
        let _ = executor.execute_next().await;
        // Its lease is over.
        self.clock.advance(Duration::seconds(11));
    }

    /// Has the run taken by a node whose database is too busy for any row.
    async fn refuse(&self) {
        let inner = self.repositories.run_execution.clone();
        let busy = Breaking { inner, steps: i32::MAX.into(), most_rows: 0, done: false };
        let _ = self.executor_of(Arc::new(busy), StopSign::default()).execute_next().await;
        self.clock.advance(Duration::seconds(31));
    }

    /// Breaks the run off again and again, at a step that differs; how often it takes to come to its end.
    pub(crate) async fn break_off_until_finished(&self, id: &str) -> (i32, Value) {
        for takers in 0..60 {
            let run = self.run_body(id).await;
            if run["finished_at"].is_string() {
                return (takers, run);
            }
            self.break_off(1 + takers % 2, takers % 3 == 0).await;
        }
        panic!("the run does not come to its end");
    }
}

/// 1,300 rows, the last 100 of them repeated ones and every thirteenth wrong.
fn rows() -> String {
    let email = |n| match n {
        n if n % 13 == 0 => "broken".to_owned(),
        1200.. => format!("lead{}@acme.com", n - 1200),
        _ => format!("lead{n}@acme.com"),
    };
    file((0..1300).map(|n| json!({"email": email(n), "name": format!("Lead {n}")}).to_string()))
}

const COUNTS: &str = "SELECT (SELECT count(*) FROM leads), (SELECT count(DISTINCT email) FROM leads), \
                      (SELECT count(*) FROM lead_history WHERE field = 'status'), \
                      (SELECT count(*) FROM lead_history WHERE field = 'name'), (SELECT max(version) FROM leads)";

async fn an_import_that_breaks_off_at_any_step_imports_each_row_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", NDJSON, rows())).await;
    let (takers, run) = app.break_off_until_finished(started.body["data"]["id"].as_str().unwrap()).await;
    assert!(takers > 3, "{takers}");
    assert_eq!((&run["status"], &run["error_count"]), (&json!("succeeded"), &json!(100)));
    let created = (0..1200).filter(|n| n % 13 != 0).count();
    let again = (1200..1300).filter(|n| n % 13 != 0 && (n - 1200) % 13 != 0).count();
    let late = (1200..1300).filter(|n| n % 13 != 0 && (n - 1200) % 13 == 0).count();
    let expected = json!({
        "created": created + late, "updated": again, "unchanged": 0, "failed": 100, "dry_run": false,
    });
    assert_eq!(run["result"], expected);
    let leads = created + late;
    assert_eq!(app.database.query(COUNTS), [format!("{leads}|{leads}|{leads}|{again}|2")]);
    assert_eq!(app.failed_rows(&run).await, (1..=1300).step_by(13).collect::<Vec<u64>>());
}

async fn a_dry_run_that_breaks_off_says_the_same(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let whole = app.import("?dry_run=true", NDJSON, rows()).await;
    let started = send(app.import_request("?dry_run=true", NDJSON, rows())).await;
    for _ in 0..3 {
        app.break_off(3, true).await;
    }
    app.do_runs().await;
    let run = app.run_body(started.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!((&run["status"], &run["result"]), (&json!("succeeded"), &whole["result"]));
    assert_eq!(run["error_count"], whole["error_count"]);
    assert!(run["errors"] == whole["errors"], "the errors differ");
    assert_eq!(app.failed_rows(&run).await, app.failed_rows(&whole).await);
    assert!(app.emails().is_empty());
}

async fn an_export_that_breaks_off_at_any_step_writes_each_lead_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let company = "x".repeat(190);
    let rows = file((0..2000).map(|n| format!("lead{n}@acme.com,{company}")));
    app.import("", CSV, format!("email,company\n{rows}")).await;
    for format in ["csv", "ndjson"] {
        let whole = app.download(&app.export(&json!({"format": format})).await).await;
        let started = app.post("/leads/export", &json!({"format": format})).await;
        let (takers, run) = app.break_off_until_finished(started.body["data"]["id"].as_str().unwrap()).await;
        assert!(takers > 3, "{takers}");
        assert_eq!(run["status"], "succeeded");
        assert!(app.download(&run).await == whole, "the file differs");
    }
}

async fn an_import_that_is_told_to_stop_goes_on_elsewhere_at_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", NDJSON, rows())).await;
    let stop = StopSign::default();
    let executor = app.executor_of(app.repositories.run_execution.clone(), stop.clone());
    let stopping = tokio::spawn(async move { executor.execute_next().await.unwrap() });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    stop.raise();
    stopping.await.unwrap();
    // The clock stands still: nobody waited for the end of a lease.
    app.do_runs().await;
    let run = app.run_body(started.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&run["status"], &run["progress"]),
        (&json!("succeeded"), &json!({"done": 1300, "total": 1300}))
    );
}

async fn a_cancellation_between_two_steps_keeps_what_is_done(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", NDJSON, rows())).await;
    let id = started.body["data"]["id"].as_str().unwrap();
    app.break_off(2, true).await;
    let cancel = app.request(reqwest::Method::POST, &format!("/workflow-runs/{id}/cancel"));
    let cancelled = send(cancel).await.body["data"].clone();
    let done = cancelled["progress"]["done"].as_u64().unwrap();
    assert!(done > 0 && done < 1300);
    let leads = app.emails();
    assert_eq!(cancelled["result"]["created"], leads.len());
    assert_eq!(cancelled["result"]["failed"], app.failed_rows(&cancelled).await.len());
    app.do_runs().await;
    assert_eq!(app.emails(), leads);
    assert_eq!(app.run_body(id).await, cancelled);
}

async fn a_batch_that_takes_the_database_too_long_is_tried_in_parts_at_once(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", NDJSON, rows())).await;
    let inner = app.repositories.run_execution.clone();
    let execution = Arc::new(Breaking { inner, steps: i32::MAX.into(), most_rows: 20, done: true });
    let executor = app.executor_of(execution, StopSign::default());
    // The clock stands still: nobody waits for the end of a lease.
    executor.execute_next().await.unwrap();
    let run = app.run_body(started.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&run["status"], &run["progress"]),
        (&json!("succeeded"), &json!({"done": 1300, "total": 1300}))
    );
    assert_eq!(run["error_count"], 100);
}

/// More often than a run may be taken without coming a step further.
async fn a_run_that_a_busy_database_refuses_waits_for_it(database: TestDatabase) {
    let app = TestApp::with_all_scopes(database).await;
    let started = send(app.import_request("", NDJSON, rows())).await;
    for _ in 0..8 {
        app.refuse().await;
    }
    app.do_runs().await;
    let run = app.run_body(started.body["data"]["id"].as_str().unwrap()).await;
    assert_eq!((&run["status"], &run["progress"]["done"]), (&json!("succeeded"), &json!(1300)));
}

async fn a_run_that_the_database_never_does_ends(database: TestDatabase) {
    let mut app = TestApp::with_all_scopes(database).await;
    // What it was asked for with does not end before it.
    app.token = app.key().await.secret;
    let row = file([json!({"email": "john@acme.com"}).to_string()]);
    let started = send(app.import_request("", NDJSON, row)).await;
    let id = started.body["data"]["id"].as_str().unwrap();
    let hour = app.clock.now() + Duration::HOUR;
    while app.clock.now() < hour {
        app.refuse().await;
    }
    assert_eq!(app.run_body(id).await["finished_at"], Value::Null);
    for _ in 0..8 {
        app.refuse().await;
    }
    let run = app.run_body(id).await;
    assert_eq!((&run["status"], &run["progress"]["done"]), (&json!("failed"), &json!(0)));
    assert_eq!(run["error_count"], 1);
}

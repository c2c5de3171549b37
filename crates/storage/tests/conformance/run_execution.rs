//! Runs, as the nodes know that do them: claims, leases, steps.

use std::collections::HashSet;

use leadkeep_domain::{Clock, Progress, Run, RunError, RunStatus};
use leadkeep_storage::{Claim, ImportBatch, OutputPart, Step};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    Fixture, by,
    imports::row,
    runs::{LEASE, step},
};

on_both_databases![
    a_taker_gets_all_that_it_needs,
    the_run_that_waits_longest_is_taken_first,
    many_takers_at_once_take_each_run_once,
    a_run_is_taken_again_when_its_lease_is_over_and_not_before,
    a_step_renews_the_lease_and_is_where_the_next_taker_goes_on,
    one_that_was_overtaken_writes_nothing_more,
    one_whose_run_was_cancelled_writes_nothing_more,
    one_whose_run_is_finished_writes_nothing_more,
    a_run_that_is_given_back_is_taken_at_once,
    errors_are_all_counted_and_the_first_thousand_kept,
];

impl Fixture {
    /// Tries everything that a holder of the claim may do; whether anything was done.
    async fn try_everything(&self, claim: Claim) -> bool {
        let execution = &self.run_execution;
        let rows = vec![row("late@acme.com", "Late")];
        let currency = leadkeep_domain::Currency::USD;
        let batch = ImportBatch { done_before: 0, rows, currency, dry_run: false, by: by() };
        let imported = execution.import(claim, batch, Box::new(|_| step(99))).await.unwrap();
        let output = OutputPart { part: 99, bytes: b"late".to_vec() };
        let advanced = execution.advance(claim, Step { output: Some(output), ..step(99) }).await.unwrap();
        let finished = execution.finish(claim, RunStatus::Failed, step(99)).await.unwrap();
        execution.release(claim, Duration::ZERO).await.unwrap();
        imported || advanced || finished
    }

    fn assert_nothing_is_late(&self) {
        let late = "SELECT (SELECT count(*) FROM leads) + (SELECT count(*) FROM lead_history) + \
                    (SELECT count(*) FROM run_outputs) + (SELECT count(*) FROM runs WHERE done = 99)";
        assert_eq!(self.database.query(late), ["0"]);
    }
}

async fn a_taker_gets_all_that_it_needs(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
    let run = fixture.run().await;
    let taken = fixture.taken().await;
    assert_eq!((taken.claim.run, taken.claim.workspace), (run, fixture.workspace));
    assert_eq!((taken.options, taken.state), (json!({"format": "csv"}), Value::Null));
    assert_eq!((taken.progress, taken.by), (Progress { done: 0, total: Some(3) }, by()));
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!((shown.status, shown.started_at), (RunStatus::Running, Some(fixture.clock.now())));
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
}

async fn the_run_that_waits_longest_is_taken_first(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let runs = [fixture.run().await, fixture.run().await, fixture.run().await];
    for run in runs {
        assert_eq!(fixture.taken().await.claim.run, run);
    }
}

async fn many_takers_at_once_take_each_run_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut queued = HashSet::new();
    for _ in 0..20 {
        queued.insert(fixture.run().await);
    }
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let execution = fixture.run_execution.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(run) = execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap() {
                    taken.push(run.claim.run);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.unwrap());
    }
    assert_eq!(taken.len(), 20);
    assert_eq!(taken.into_iter().collect::<HashSet<_>>(), queued);
}

async fn a_run_is_taken_again_when_its_lease_is_over_and_not_before(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.run().await;
    let first = fixture.taken().await;
    let began = fixture.clock.now();
    fixture.clock.advance(LEASE - Duration::MICROSECOND);
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
    fixture.clock.advance(Duration::MICROSECOND);
    let second = fixture.taken().await;
    assert_eq!(second.claim.run, first.claim.run);
    assert_eq!(second.claim.fence, first.claim.fence + 1);
    let shown = fixture.runs.get(fixture.workspace, first.claim.run).await.unwrap().unwrap();
    assert_eq!(shown.started_at, Some(began), "it began once");
}

async fn a_step_renews_the_lease_and_is_where_the_next_taker_goes_on(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.run().await;
    let claim = fixture.taken().await.claim;
    for done in 1..=3 {
        fixture.clock.advance(LEASE - Duration::SECOND);
        let step = Step { result: Some(json!({"rows": done})), total: Some(9), ..step(done) };
        assert!(fixture.run_execution.advance(claim, step).await.unwrap());
        assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
    }
    fixture.clock.advance(LEASE);
    let next = fixture.taken().await;
    assert_eq!((next.state, next.progress), (json!({"at": 3}), Progress { done: 3, total: Some(9) }));
    let shown = fixture.runs.get(fixture.workspace, claim.run).await.unwrap().unwrap();
    assert_eq!(shown.result, Some(json!({"rows": 3})));
}

async fn one_that_was_overtaken_writes_nothing_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.run().await;
    let first = fixture.taken().await.claim;
    fixture.clock.advance(LEASE);
    let second = fixture.taken().await.claim;
    assert!(!fixture.try_everything(first).await);
    fixture.assert_nothing_is_late();
    // What it tried did not take the run from the second either.
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
    assert!(fixture.run_execution.finish(second, RunStatus::Succeeded, step(3)).await.unwrap());
}

async fn one_whose_run_was_cancelled_writes_nothing_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    assert!(fixture.run_execution.advance(claim, step(1)).await.unwrap());
    fixture.runs.cancel(fixture.workspace, run).await.unwrap();
    assert!(!fixture.try_everything(claim).await);
    fixture.assert_nothing_is_late();
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!((shown.status, shown.progress.done), (RunStatus::Cancelled, 1));
    fixture.clock.advance(LEASE);
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
}

async fn one_whose_run_is_finished_writes_nothing_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    assert!(fixture.run_execution.finish(claim, RunStatus::Succeeded, step(3)).await.unwrap());
    assert!(!fixture.try_everything(claim).await);
    fixture.assert_nothing_is_late();
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!((shown.status, shown.finished_at), (RunStatus::Succeeded, Some(fixture.clock.now())));
    fixture.clock.advance(Duration::DAY);
    assert_eq!(fixture.run_execution.claim(LEASE, &leadkeep_domain::RunKind::ALL).await.unwrap(), None);
}

async fn a_run_that_is_given_back_is_taken_at_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.run().await;
    let first = fixture.taken().await.claim;
    assert!(fixture.run_execution.advance(first, step(2)).await.unwrap());
    fixture.run_execution.release(first, Duration::ZERO).await.unwrap();
    let second = fixture.taken().await;
    assert_eq!((second.claim.run, second.state), (first.run, json!({"at": 2})));
    assert!(second.claim.fence > first.fence);
    assert!(!fixture.try_everything(first).await);
    fixture.assert_nothing_is_late();
}

async fn errors_are_all_counted_and_the_first_thousand_kept(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    let error = |row| RunError { row: Some(row), field: Some("email".to_owned()), message: format!("{row}") };
    for batch in 0..5_u64 {
        let errors = (batch * 300..(batch + 1) * 300).map(error).collect();
        let step = Step { errors, ..step(batch) };
        assert!(fixture.run_execution.advance(claim, step).await.unwrap());
    }
    let shown = fixture.runs.get(fixture.workspace, run).await.unwrap().unwrap();
    assert_eq!(shown.error_count, 1500);
    assert_eq!(shown.errors, (0..Run::MAX_ERRORS as u64).map(error).collect::<Vec<_>>());
    let whole = RunError { row: None, field: None, message: "all of it".to_owned() };
    let other = fixture.run().await;
    let claim = fixture.taken().await.claim;
    let step = Step { errors: vec![whole.clone()], ..Step::default() };
    assert!(fixture.run_execution.finish(claim, RunStatus::Failed, step).await.unwrap());
    assert_eq!(fixture.runs.get(fixture.workspace, other).await.unwrap().unwrap().errors, [whole]);
    let page = fixture.runs.list(
        fixture.workspace,
        leadkeep_storage::RunFilter::default(),
        None,
        leadkeep_domain::PageLimit::default(),
    );
    let page = page.await.unwrap();
    assert!(page.items.iter().all(|run| run.errors.is_empty()), "lists leave them out");
    assert_eq!(page.items.iter().map(|run| run.error_count).collect::<Vec<_>>(), [1, 1500]);
}

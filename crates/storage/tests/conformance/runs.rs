//! Runs, as those who start them know them.

use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Clock, PageLimit, Progress, RunId, RunKind, RunStatus};
use leadkeep_storage::{CancelOutcome, ClaimedRun, NewRun, RunFilter, Step};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::{Fixture, by, nobody};

on_both_databases![
    a_run_is_queued_as_it_was_asked_for,
    a_run_is_found_in_its_own_workspace_only,
    runs_are_listed_newest_first_by_their_filters,
    a_run_is_cancelled_once_and_stays_as_it_was,
    a_finished_run_is_not_cancelled,
];

pub(crate) const LEASE: Duration = Duration::seconds(10);

/// An import with this credential.
pub(crate) fn run_of(credential: Uuid) -> NewRun {
    NewRun {
        parts: 0,
        id: RunId::generate(),
        kind: RunKind::LeadsImport,
        options: json!({"format": "csv"}),
        total: Some(3),
        by: by(),
        credential,
        secret: SecretHash::from_bytes([1; 32]),
    }
}

/// A step after which so many rows are done.
pub(crate) fn step(done: u64) -> Step {
    Step { state: json!({"at": done}), done, ..Step::default() }
}

impl Fixture {
    /// Queues a run of nobody's.
    pub(crate) async fn run(&self) -> RunId {
        self.clock.advance(Duration::MILLISECOND);
        let new = run_of(nobody::<()>().as_uuid());
        self.runs.start(self.workspace, new, None).await.unwrap().id
    }

    /// Takes the run that is due.
    pub(crate) async fn taken(&self) -> ClaimedRun {
        self.run_execution.claim(LEASE, &RunKind::ALL).await.unwrap().expect("a run is due")
    }

    pub(crate) async fn status_of(&self, run: RunId) -> RunStatus {
        self.runs.get(self.workspace, run).await.unwrap().unwrap().status
    }
}

async fn a_run_is_queued_as_it_was_asked_for(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let new = run_of(nobody::<()>().as_uuid());
    let id = new.id;
    let run = fixture.runs.start(fixture.workspace, new, None).await.unwrap();
    assert_eq!((run.id, run.kind, run.status), (id, RunKind::LeadsImport, RunStatus::Queued));
    assert_eq!(run.progress, Progress { done: 0, total: Some(3) });
    assert_eq!((run.actor.clone(), run.created_at), (by().actor, fixture.clock.now()));
    assert_eq!((&run.result, run.started_at, run.finished_at), (&None, None, None));
    assert_eq!((run.errors.as_slice(), run.error_count), (&[][..], 0));
    assert_eq!(fixture.runs.get(fixture.workspace, id).await.unwrap(), Some(run));
    assert_eq!(fixture.runs.get(fixture.workspace, RunId::generate()).await.unwrap(), None);
}

async fn a_run_is_found_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let other = fixture.new_workspace().await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    let output = leadkeep_storage::OutputPart { part: 0, bytes: b"ours".to_vec() };
    assert!(
        fixture
            .run_execution
            .advance(claim, leadkeep_storage::Step { output: Some(output), ..step(1) })
            .await
            .unwrap()
    );
    assert_eq!(fixture.runs.get(other, run).await.unwrap(), None);
    assert_eq!(fixture.runs.output(other, run, 0).await.unwrap(), None);
    assert_eq!(fixture.runs.cancel(other, run).await.unwrap(), CancelOutcome::NotFound);
    let page = fixture.runs.list(other, RunFilter::default(), None, PageLimit::default()).await.unwrap();
    assert!(page.items.is_empty());
    assert_eq!(fixture.status_of(run).await, RunStatus::Running);
    assert_eq!(fixture.runs.output(fixture.workspace, run, 0).await.unwrap(), Some(b"ours".to_vec()));
}

async fn runs_are_listed_newest_first_by_their_filters(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut imports = Vec::new();
    let mut exports = Vec::new();
    for n in 0..6 {
        let kind = if n % 2 == 0 { RunKind::LeadsImport } else { RunKind::LeadsExport };
        let new = NewRun { kind, ..run_of(nobody::<()>().as_uuid()) };
        let run = fixture.runs.start(fixture.workspace, new, None).await.unwrap();
        if n % 2 == 0 { &mut imports } else { &mut exports }.insert(0, run.id);
    }
    fixture.runs.cancel(fixture.workspace, imports[1]).await.unwrap();
    let walk = async |filter: RunFilter| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let limit = PageLimit::parse(2).unwrap();
            let page = fixture.runs.list(fixture.workspace, filter, after, limit).await.unwrap();
            found.extend(page.items.iter().map(|run| run.id));
            after = found.last().copied();
            if !page.has_more {
                return found;
            }
        }
    };
    let of = |kind, status| RunFilter { kind, status };
    let (import, export) = (Some(RunKind::LeadsImport), Some(RunKind::LeadsExport));
    let all = walk(RunFilter::default()).await;
    assert_eq!(all.len(), 6);
    assert!(all.is_sorted_by(|newer, older| newer > older));
    assert_eq!(walk(of(import, None)).await, imports);
    assert_eq!(walk(of(export, None)).await, exports);
    assert_eq!(walk(of(import, Some(RunStatus::Cancelled))).await, [imports[1]]);
    assert_eq!(walk(of(import, Some(RunStatus::Queued))).await, [imports[0], imports[2]]);
    assert!(walk(of(None, Some(RunStatus::Failed))).await.is_empty());
}

async fn a_run_is_cancelled_once_and_stays_as_it_was(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let at = fixture.clock.now();
    let cancelled = fixture.runs.cancel(fixture.workspace, run).await.unwrap();
    let CancelOutcome::Cancelled(first) = cancelled else { panic!("{cancelled:?}") };
    assert_eq!((first.status, first.finished_at), (RunStatus::Cancelled, Some(at)));
    fixture.clock.advance(Duration::MINUTE);
    let again = fixture.runs.cancel(fixture.workspace, run).await.unwrap();
    assert_eq!(again, CancelOutcome::Finished(first));
    assert_eq!(fixture.run_execution.claim(LEASE, &RunKind::ALL).await.unwrap(), None);
    assert_eq!(
        fixture.runs.cancel(fixture.workspace, RunId::generate()).await.unwrap(),
        CancelOutcome::NotFound
    );
}

async fn a_finished_run_is_not_cancelled(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for status in [RunStatus::Succeeded, RunStatus::Failed] {
        let run = fixture.run().await;
        let claim = fixture.taken().await.claim;
        assert!(fixture.run_execution.finish(claim, status, step(3)).await.unwrap());
        let outcome = fixture.runs.cancel(fixture.workspace, run).await.unwrap();
        assert!(matches!(outcome, CancelOutcome::Finished(run) if run.status == status));
        assert_eq!(fixture.status_of(run).await, status);
    }
}

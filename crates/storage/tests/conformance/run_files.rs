//! What runs read and write, and when it is deleted.

use leadkeep_domain::{Clock, RunId, RunStatus};
use leadkeep_storage::{Claim, OutputPart, Step};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{
    Fixture, audit, nobody,
    runs::{LEASE, run_of, step},
};

on_both_databases![
    parts_come_back_as_they_were_and_none_behind_the_last,
    inputs_are_deleted_when_their_run_is_finished,
    inputs_that_no_run_claims_are_deleted_after_a_day,
    inputs_that_are_still_needed_are_in_nobodys_way,
    parts_are_discarded_unless_a_run_reads_them,
    outputs_are_deleted_when_they_are_old,
];

impl Fixture {
    async fn upload(&self, parts: u32) -> RunId {
        let run = RunId::generate();
        for part in 0..parts {
            self.clock.advance(Duration::MILLISECOND);
            let bytes = format!("{part}").into_bytes();
            self.runs.add_input(self.workspace, run, part, bytes).await.unwrap();
        }
        run
    }

    async fn start_uploaded(&self, run: RunId, parts: u32) -> Claim {
        let new = leadkeep_storage::NewRun { id: run, parts, ..run_of(nobody::<()>().as_uuid()) };
        self.runs.start(self.workspace, new, None).await.unwrap();
        self.taken().await.claim
    }

    fn inputs(&self) -> String {
        self.database.query("SELECT count(*) FROM run_inputs").remove(0)
    }

    /// Deletes batch after batch, as the server does; how many parts there were.
    async fn purge(&self, before: time::OffsetDateTime, limit: usize) -> usize {
        let mut purged = 0;
        loop {
            match self.run_execution.purge(before, limit).await.unwrap() {
                0 => return purged,
                count => purged += count,
            }
        }
    }
}

async fn parts_come_back_as_they_were_and_none_behind_the_last(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.upload(0).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(256 * 1024).collect();
    fixture.runs.add_input(fixture.workspace, run, 0, bytes.clone()).await.unwrap();
    fixture.runs.add_input(fixture.workspace, run, 1, Vec::new()).await.unwrap();
    let claim = fixture.start_uploaded(run, 2).await;
    let input = |part| fixture.run_execution.input(claim, part);
    assert_eq!(input(0).await.unwrap().as_ref(), Some(&bytes));
    assert_eq!(input(1).await.unwrap(), Some(Vec::new()));
    assert_eq!(input(2).await.unwrap(), None);
    let has_output = |workspace, run| fixture.runs.has_output(workspace, run);
    assert!(!has_output(fixture.workspace, run).await.unwrap(), "what was read was not written");
    for part in 0..2 {
        let output = OutputPart { part, bytes: bytes.clone() };
        assert!(
            fixture.run_execution.advance(claim, Step { output: Some(output), ..step(1) }).await.unwrap()
        );
    }
    let output = |part| fixture.runs.output(fixture.workspace, run, part);
    assert_eq!(output(1).await.unwrap().as_ref(), Some(&bytes));
    assert_eq!(output(2).await.unwrap(), None);
    assert!(has_output(fixture.workspace, run).await.unwrap());
    assert!(!has_output(nobody(), run).await.unwrap());
    assert!(!has_output(fixture.workspace, RunId::generate()).await.unwrap());
}

async fn inputs_are_deleted_when_their_run_is_finished(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.upload(5).await;
    let claim = fixture.start_uploaded(run, 5).await;
    let long_ago = fixture.clock.now() - Duration::days(7);
    fixture.clock.advance(2 * Duration::DAY);
    assert_eq!(fixture.purge(long_ago, 2).await, 0, "the run is not finished, however long it takes");
    assert!(fixture.run_execution.finish(claim, RunStatus::Succeeded, step(3)).await.unwrap());
    assert_eq!(fixture.inputs(), "0");
    let cancelled = fixture.upload(1).await;
    fixture.start_uploaded(cancelled, 1).await;
    fixture.runs.cancel(fixture.workspace, cancelled).await.unwrap();
    assert_eq!(fixture.inputs(), "0");
    // Cancelled with many others, as their workspace is suspended: the server deletes them later.
    let suspended = fixture.upload(5).await;
    fixture.start_uploaded(suspended, 5).await;
    fixture.workspaces.set_suspended(fixture.workspace, true, audit("workspace.suspend")).await.unwrap();
    assert_eq!(fixture.purge(long_ago, 2).await, 5);
}

async fn parts_are_discarded_unless_a_run_reads_them(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (read, left) = (fixture.upload(2).await, fixture.upload(3).await);
    fixture.start_uploaded(read, 2).await;
    for run in [read, left] {
        fixture.runs.discard_input(fixture.workspace, run).await.unwrap();
    }
    assert_eq!(fixture.inputs(), "2");
    // A run whose input is not all there does not start.
    let new = leadkeep_storage::NewRun { id: left, parts: 3, ..run_of(nobody::<()>().as_uuid()) };
    assert!(fixture.runs.start(fixture.workspace, new, None).await.is_err());
}

async fn inputs_that_no_run_claims_are_deleted_after_a_day(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.upload(3).await;
    let long_ago = fixture.clock.now() - Duration::days(7);
    fixture.clock.advance(Duration::DAY - Duration::SECOND);
    let second = fixture.upload(2).await;
    assert_eq!(fixture.purge(long_ago, 100).await, 0);
    fixture.clock.advance(Duration::SECOND);
    assert_eq!(fixture.purge(long_ago, 100).await, 3);
    let claim = fixture.start_uploaded(second, 2).await;
    assert_eq!(fixture.run_execution.input(claim, 1).await.unwrap(), Some(b"1".to_vec()));
}

/// An upload that was broken off, and a run that waits, are older than a run that is finished.
async fn inputs_that_are_still_needed_are_in_nobodys_way(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    fixture.upload(10).await;
    let waiting = fixture.upload(10).await;
    fixture.start_uploaded(waiting, 10).await;
    let over = fixture.upload(10).await;
    fixture.start_uploaded(over, 10).await;
    fixture
        .database
        .query("UPDATE runs SET due_at = NULL WHERE created_at = (SELECT max(created_at) FROM runs)");
    let long_ago = fixture.clock.now() - Duration::days(7);
    assert_eq!(fixture.purge(long_ago, 4).await, 10);
    assert_eq!(fixture.inputs(), "20");
}

async fn outputs_are_deleted_when_they_are_old(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let run = fixture.run().await;
    let claim = fixture.taken().await.claim;
    for part in 0..3 {
        let output = OutputPart { part, bytes: b"leads".to_vec() };
        assert!(
            fixture.run_execution.advance(claim, Step { output: Some(output), ..step(1) }).await.unwrap()
        );
    }
    assert!(fixture.run_execution.finish(claim, RunStatus::Succeeded, step(3)).await.unwrap());
    let written = fixture.clock.now();
    fixture.clock.advance(LEASE);
    assert_eq!(fixture.purge(written, 2).await, 0);
    assert_eq!(fixture.purge(written + Duration::SECOND, 2).await, 3);
    assert_eq!(fixture.runs.output(fixture.workspace, run, 0).await.unwrap(), None);
    assert_eq!(fixture.status_of(run).await, RunStatus::Succeeded, "the run itself is kept");
}

//! Runs: how they are started and asked for, and how a node does their work.

use std::cell::Cell;

use leadkeep_domain::{Currency, Edit, Email, Id, LeadPatch, PageLimit, RunError, RunId, RunKind, RunStatus};
use leadkeep_storage::{CancelOutcome, Claim, ImportBatch, ImportRow, NewRun, OutputPart, RunFilter, Step};
use serde_json::json;
use time::Duration;

use super::{
    calls::Calls,
    filled::{Filled, by, now},
    smart_updates::new_update,
};

/// Rows that an import writes in one go.
const ROWS: u32 = 10;

/// A run that waits to be done, with an input of one part.
async fn start(filled: &Filled) -> RunId {
    let (runs, run) = (&filled.runs, RunId::generate());
    runs.add_input(filled.workspace, run, 0, b"email\n".to_vec()).await.unwrap();
    let new = NewRun {
        id: run,
        kind: RunKind::LeadsImport,
        options: json!({}),
        total: None,
        parts: 1,
        by: by(),
        credential: Id::<()>::generate().as_uuid(),
        secret: filled.a_hash(),
    };
    runs.start(filled.workspace, new, None).await.unwrap().id
}

async fn claim(filled: &Filled) -> Claim {
    filled.run_execution.claim(Duration::HOUR, &RunKind::ALL).await.unwrap().unwrap().claim
}

/// A run that this node does.
async fn claimed(filled: &Filled) -> Claim {
    start(filled).await;
    claim(filled).await
}

async fn with_output(filled: &Filled) -> Claim {
    let claim = claimed(filled).await;
    let output = Some(OutputPart { part: 0, bytes: b"leads".to_vec() });
    assert!(filled.run_execution.advance(claim, Step { output, ..Step::default() }).await.unwrap());
    claim
}

pub(crate) fn make(calls: &mut impl Calls, filled: &Filled) {
    let (runs, workspace) = (&filled.runs, filled.workspace);
    let Claim { run, .. } = calls.prepare(with_output(filled));
    calls.call("runs.get", async || runs.get(workspace, run).await.unwrap().unwrap());
    calls.call("runs.is_in_organization", async || {
        assert!(runs.is_in_organization(filled.organization, run).await.unwrap());
    });
    calls.call("runs.list", async || {
        runs.list(workspace, RunFilter::default(), None, PageLimit::default()).await.unwrap()
    });
    calls.call("runs.open", async || assert_eq!(runs.open(workspace).await.unwrap(), 1));
    calls.call("runs.has_output", async || assert!(runs.has_output(workspace, run).await.unwrap()));
    calls.call("runs.output", async || runs.output(workspace, run, 0).await.unwrap().unwrap());
    calls.call("runs.add_input", async || {
        runs.add_input(workspace, RunId::generate(), 0, b"email\n".to_vec()).await.unwrap();
    });
    execution(calls, filled);
    let begun = async || start(filled).await;
    calls.call("runs.start", begun);
    calls.call_with("runs.discard_input", begun, async |run| {
        runs.discard_input(workspace, run).await.unwrap();
    });
    calls.call_with("runs.cancel", begun, async |run| {
        let cancelled = runs.cancel(workspace, run).await.unwrap();
        assert!(matches!(cancelled, CancelOutcome::Cancelled(_)), "{cancelled:?}");
    });
}

fn execution(calls: &mut impl Calls, filled: &Filled) {
    let execution = &filled.run_execution;
    let input = calls.prepare(claimed(filled));
    calls.call("run_execution.input", async || execution.input(input, 0).await.unwrap().unwrap());
    calls.call("run_execution.renew", async || assert!(execution.renew(input).await.unwrap()));
    calls.call("run_execution.advance", async || {
        assert!(execution.advance(input, Step::default()).await.unwrap());
    });
    calls.call_with("run_execution.claim", async || start(filled).await, async |_| claim(filled).await);
    let working = async || claimed(filled).await;
    calls.call_with("run_execution.finish", working, async |claim| {
        assert!(execution.finish(claim, RunStatus::Succeeded, Step::default()).await.unwrap());
    });
    calls.call_with("run_execution.abandon", working, async |claim| {
        let error = RunError { row: None, field: None, message: "wrong".to_owned() };
        assert!(execution.abandon(claim, error).await.unwrap());
    });
    // Far ahead, so that no other call claims it.
    calls.call_with("run_execution.release", working, async |claim| {
        execution.release(claim, Duration::DAY).await.unwrap();
    });
    work(calls, filled);
    let finished = async || {
        let claim = with_output(filled).await;
        assert!(execution.finish(claim, RunStatus::Succeeded, Step::default()).await.unwrap());
    };
    calls.call_with("run_execution.purge", finished, async |()| {
        assert!(execution.purge(now() + Duration::DAY, 1).await.unwrap() > 0);
    });
}

/// What runs are for.
fn work(calls: &mut impl Calls, filled: &Filled) {
    let (execution, next) = (&filled.run_execution, Cell::new(0));
    let row = || {
        let email = Email::parse(format!("imported{}@example.com", next.replace(next.get() + 1))).unwrap();
        let name = Edit::Set("Imported".parse().unwrap());
        ImportRow {
            email: email.clone(),
            patch: LeadPatch { email: Some(email), name, ..LeadPatch::default() },
        }
    };
    calls.call_with(
        "run_execution.import, of 10",
        async || claimed(filled).await,
        async |claim| {
            let rows = (0..ROWS).map(|_| row()).collect();
            let batch =
                ImportBatch { done_before: 0, rows, currency: Currency::USD, dry_run: false, by: by() };
            let step = Box::new(|_| Step { done: ROWS.into(), ..Step::default() });
            assert!(execution.import(claim, batch, step).await.unwrap());
        },
    );
    let read = async || (claimed(filled).await, new_update(filled).await);
    calls.call_with("run_execution.ai_update", read, async |(claim, new)| {
        let step = Box::new(|_: &_| Step { done: 1, ..Step::default() });
        assert!(execution.ai_update(claim, 0, new, by(), step).await.unwrap());
    });
}

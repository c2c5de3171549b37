use leadkeep_console::{
    Frame, Pages,
    pages::runs::{Detail, List, detail, list},
};
use leadkeep_domain::{Actor, ActorKind, Progress, Run, RunError, RunId, RunKind, RunStatus};
use serde_json::json;
use time::Duration;

use super::{HOSTILE, LONG_NAME, NOW, Sample, id, workspace};

pub(super) fn all(frame: &Frame) -> Vec<Sample> {
    let none = List { runs: Vec::new(), pages: Pages::default(), ..runs() };
    let no_match = List { status: Some(RunStatus::Failed), ..none.clone() };
    vec![
        ("runs", list(frame, &runs())),
        ("runs-none", list(frame, &none)),
        ("runs-no-match", list(frame, &no_match)),
        ("run-running", detail(frame, &one(running(), false))),
        ("run-errors", detail(frame, &one(with_errors(), false))),
        ("run-file", detail(frame, &Detail { may_cancel: false, ..one(exported(), true) })),
    ]
}

fn running() -> Run {
    Run {
        id: RunId::from_uuid(id::<u8>(1).as_uuid()),
        kind: RunKind::LeadsImport,
        status: RunStatus::Running,
        progress: Progress { done: 41_250, total: Some(100_000) },
        result: Some(
            json!({"created": 40_000, "updated": 1_000, "unchanged": 250, "failed": 0, "dry_run": true}),
        ),
        errors: Vec::new(),
        error_count: 0,
        actor: Actor { kind: ActorKind::Member, id: None, name: "Ana Lima".to_owned() },
        created_at: NOW - Duration::minutes(3),
        started_at: Some(NOW - Duration::minutes(2)),
        finished_at: None,
    }
}

fn with_errors() -> Run {
    let error = |row| RunError {
        row: Some(row),
        field: Some("deal_stage".to_owned()),
        message: format!("must be one of new, contacted, qualified; {HOSTILE}"),
    };
    let mut errors: Vec<RunError> = (2..150).map(error).collect();
    errors.insert(0, RunError { row: None, field: None, message: HOSTILE.to_owned() });
    Run {
        id: RunId::from_uuid(id::<u8>(2).as_uuid()),
        status: RunStatus::Succeeded,
        progress: Progress { done: 100_000, total: Some(100_000) },
        error_count: 1_204,
        errors,
        finished_at: Some(NOW - Duration::minutes(1)),
        ..running()
    }
}

fn exported() -> Run {
    Run {
        id: RunId::from_uuid(id::<u8>(3).as_uuid()),
        kind: RunKind::LeadsExport,
        status: RunStatus::Succeeded,
        result: Some(json!({"format": "csv", "rows": 1, "bytes": 9_000})),
        progress: Progress { done: 1, total: Some(1) },
        actor: Actor { kind: ActorKind::ApiKey, id: None, name: HOSTILE.to_owned() },
        finished_at: Some(NOW),
        ..running()
    }
}

fn runs() -> List {
    let waiting = Run {
        id: RunId::from_uuid(id::<u8>(4).as_uuid()),
        kind: RunKind::LeadsAiUpdate,
        status: RunStatus::Queued,
        progress: Progress { done: 0, total: Some(12) },
        actor: Actor { kind: ActorKind::Member, id: None, name: LONG_NAME.to_owned() },
        result: None,
        ..running()
    };
    let failed =
        Run { id: RunId::from_uuid(id::<u8>(5).as_uuid()), status: RunStatus::Failed, ..with_errors() };
    let walking = Run {
        id: RunId::from_uuid(id::<u8>(6).as_uuid()),
        kind: RunKind::LeadsExport,
        progress: Progress { done: 500, total: None },
        ..running()
    };
    List {
        workspace: workspace(),
        may_change: true,
        kind: None,
        status: None,
        runs: vec![waiting, running(), walking, with_errors(), exported(), failed],
        pages: Pages { first: None, next: Some("/console/w/1/runs?after=run_1".to_owned()) },
    }
}

fn one(run: Run, has_file: bool) -> Detail {
    let has_failed_rows = run.error_count > 0 && run.status.is_final();
    Detail { workspace: workspace(), may_cancel: true, run, has_file, has_failed_rows }
}

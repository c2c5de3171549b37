//! Runs: imports, exports, and texts that are read.

mod detail;
mod list;

use leadkeep_domain::{Run, RunId, RunKind, RunStatus, WorkspaceId};
use maud::{Markup, html};

pub use detail::{Detail, detail};
pub use list::{List, list};

use crate::{layout::workspace_path, numbers::grouped};

/// A path of the workspace's runs.
pub(crate) fn runs_path(workspace: WorkspaceId, below: &str) -> String {
    workspace_path(workspace, &format!("runs{below}"))
}

/// A path of a run.
pub(crate) fn run_path(workspace: WorkspaceId, run: RunId, below: &str) -> String {
    runs_path(workspace, &format!("/{run}{below}"))
}

/// The kind with a capital.
pub(crate) const fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::LeadsImport => "Import",
        RunKind::LeadsExport => "Export",
        RunKind::LeadsAiUpdate => "Smart updates",
    }
}

/// The status with a capital.
pub(crate) const fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Queued => "Waiting",
        RunStatus::Running => "Running",
        RunStatus::Succeeded => "Done",
        RunStatus::Failed => "Failed",
        RunStatus::Cancelled => "Cancelled",
    }
}

/// Whether nothing was to be written. Known from when the run begins.
pub fn is_dry(run: &Run) -> bool {
    run.result.as_ref().and_then(|result| result.get("dry_run")).and_then(serde_json::Value::as_bool)
        == Some(true)
}

fn sign(run: &Run) -> Markup {
    let (class, words) = match run.status {
        RunStatus::Succeeded if run.error_count > 0 => ("state warm", "Done with errors"),
        RunStatus::Succeeded => ("state good", status(run.status)),
        RunStatus::Failed => ("state bad", status(run.status)),
        _ => ("state", status(run.status)),
    };
    html! { span class=(class) { (words) } }
}

/// A bar, and the numbers beside it.
fn progress(run: &Run) -> Markup {
    let (done, total) = (run.progress.done, run.progress.total);
    html! {
        div.progress {
            @match total {
                Some(total) if !run.status.is_final() => {
                    progress max=(total.max(1)) value=(done) aria-label="Progress" {}
                },
                None if run.status == RunStatus::Running => progress aria-label="Progress" {},
                _ => {},
            }
            span {
                @match total {
                    Some(total) if total != done => { (grouped(done)) " of " (grouped(total)) " rows" },
                    _ if done == 1 => "1 row",
                    _ => { (grouped(done)) " rows" },
                }
            }
        }
    }
}

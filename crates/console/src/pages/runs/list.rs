//! The runs of a workspace, newest first.

use leadkeep_domain::{Run, RunKind, RunStatus, WorkspaceId};
use maud::{Markup, html};

use super::{is_dry, kind, progress, run_path, runs_path, sign, status};
use crate::{
    Frame, Pages, Section,
    form::Field,
    layout::{Page, workspace_path},
    numbers::grouped,
    pieces::empty,
    room::{self, cut},
    when::moment,
};

/// A page of runs.
#[derive(Clone, Debug)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Whether the reader may start runs.
    pub may_change: bool,
    /// Only those of this kind.
    pub kind: Option<RunKind>,
    /// Only those of this status.
    pub status: Option<RunStatus>,
    /// Newest first.
    pub runs: Vec<Run>,
    /// The pages beside this one.
    pub pages: Pages,
}

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let is_narrow = view.kind.is_some() || view.status.is_some();
    let path = runs_path(view.workspace, "");
    let body = html! {
        p.introduction { "Imports, exports and other long work. It goes on when you leave the page." }
        @if view.runs.is_empty() && !is_narrow && view.pages.first.is_none() {
            (none_yet(view))
        } @else {
            (filters(view, &path))
            @if view.runs.is_empty() {
                (empty("No run matches.", Some((&path, "Show all runs"))))
            } @else {
                (table(frame, view))
                (view.pages.links("Older"))
            }
        }
    };
    frame.render(&Page { title: "Runs", above: None, action: None, section: Some(Section::Runs), body })
}

fn none_yet(view: &List) -> Markup {
    let import = workspace_path(view.workspace, "leads/import");
    let action = view.may_change.then_some((import.as_str(), "Import leads"));
    empty("Nothing has run in this workspace yet.", action)
}

fn filters(view: &List, path: &str) -> Markup {
    let mut kinds = vec![("", "All kinds")];
    kinds.extend(RunKind::ALL.map(|one| (one.as_str(), kind(one))));
    let mut statuses = vec![("", "All")];
    statuses.extend(RunStatus::ALL.map(|one| (one.as_str(), status(one))));
    html! {
        form.filters.short method="get" action=(path) {
            (Field::new("kind", "Kind").select(&kinds, view.kind.map_or("", RunKind::as_str)))
            (Field::new("status", "Status").select(&statuses, view.status.map_or("", RunStatus::as_str)))
            div.buttons { button type="submit" { "Apply" } }
        }
    }
}

fn table(frame: &Frame, view: &List) -> Markup {
    html! {
        table {
            thead {
                tr { @for name in ["Run", "Status", "Progress", "Errors", "Started by", "When"] { th scope="col" { (name) } } }
            }
            tbody { @for run in &view.runs { (row(frame, view.workspace, run)) } }
        }
    }
}

fn row(frame: &Frame, workspace: WorkspaceId, run: &Run) -> Markup {
    html! {
        tr {
            td data-label="Run" {
                a.name href=(run_path(workspace, run.id, "")) { (kind(run.kind)) }
                @if is_dry(run) { " " span.state { "Trial" } }
                small { code { (run.id) } }
            }
            td data-label="Status" { (sign(run)) }
            td data-label="Progress" { (progress(run)) }
            td data-label="Errors" {
                @if run.error_count == 0 { span.quiet { "none" } } @else { (grouped(run.error_count)) }
            }
            td data-label="Started by" { bdi { (cut(&run.actor.name, room::NAME)) } }
            td data-label="When" { (moment(run.created_at, frame.plain.now)) }
        }
    }
}

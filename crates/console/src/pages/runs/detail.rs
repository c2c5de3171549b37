//! One run: how far it is, and what came of it.

use leadkeep_domain::{Run, RunError, RunStatus, WorkspaceId};
use maud::{Markup, html};
use serde_json::Value;

use super::{is_dry, kind, progress, run_path, runs_path, sign};
use crate::{
    Frame, Section,
    layout::Page,
    numbers::grouped,
    room::{self, cut},
    when::{length, moment, plural},
    words,
};

/// How many errors the page has room for: the file has all that are kept.
const SHOWN: usize = 100;

/// How many seconds a browser without the script waits before it looks again.
const WAIT: u8 = 3;

/// A run.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Whether the reader may cancel it.
    pub may_cancel: bool,
    /// The run.
    pub run: Run,
    /// Whether it wrote a file that is there.
    pub has_file: bool,
    /// Whether the rows that failed are there.
    pub has_failed_rows: bool,
}

/// Draws the page.
pub fn detail(frame: &Frame, view: &Detail) -> Markup {
    let run = &view.run;
    let goes_on = !run.status.is_final();
    let title = kind(run.kind);
    let body = html! {
        div #run.run data-live[goes_on] {
            div.row-title { (sign(run)) @if is_dry(run) { span.state { "Trial: nothing is written" } } code { (run.id) } }
            section aria-label="Progress" { (progress(run)) }
            (acts(view))
            (facts(frame, run))
            (errors(view))
        }
    };
    let above = Some((runs_path(view.workspace, ""), "Runs"));
    let page = Page { title, above, action: None, section: Some(Section::Runs), body };
    if goes_on { frame.render_again(&page, WAIT) } else { frame.render(&page) }
}

fn acts(view: &Detail) -> Markup {
    let path = |below: &str| run_path(view.workspace, view.run.id, below);
    html! {
        @if view.has_file || (view.may_cancel && !view.run.status.is_final()) {
            div.buttons {
                @if view.has_file { a.button.primary href=(path("/result")) download { "Download the file" } }
                @if view.may_cancel && !view.run.status.is_final() {
                    a.button.warn href=(path("/cancel")) { "Cancel" }
                }
            }
        }
    }
}

fn facts(frame: &Frame, run: &Run) -> Markup {
    let now = frame.plain.now;
    let took =
        run.started_at.zip(run.finished_at).map(|(from, to)| (to - from).whole_seconds().unsigned_abs());
    html! {
        section aria-label="Facts" {
            dl.facts {
                @for (name, number) in counts(run) { div { dt { (name) } dd { (number) } } }
                div { dt { "Started by" } dd dir="auto" { (run.actor.name) } }
                div { dt { "Asked for" } dd { (moment(run.created_at, now)) } }
                @if let Some(at) = run.started_at { div { dt { "Begun" } dd { (moment(at, now)) } } }
                @if let Some(at) = run.finished_at {
                    div { dt { "Ended" } dd { (moment(at, now)) @if let Some(took) = took { ", after " (length(took.max(1))) } } }
                }
            }
        }
    }
}

/// The numbers that came of it, with their names.
fn counts(run: &Run) -> Vec<(String, String)> {
    let Some(Value::Object(result)) = &run.result else { return Vec::new() };
    let named = ["created", "updated", "unchanged", "failed", "credits", "rows"];
    let would = if is_dry(run) { "would be " } else { "" };
    let label = |name: &str| match name {
        "created" | "updated" => words::capital(&format!("{would}{name}")),
        name => words::capital(name),
    };
    let count = |name: &str| Some((label(name), grouped(result.get(name)?.as_u64()?)));
    named.into_iter().filter_map(count).collect()
}

fn errors(view: &Detail) -> Markup {
    let run = &view.run;
    html! {
        @if run.error_count > 0 {
            section aria-labelledby="errors" {
                div.section-title {
                    h2 #errors { (plural_grouped(run.error_count)) }
                    div.inline {
                        @if view.has_failed_rows {
                            a.button href=(run_path(view.workspace, run.id, "/failed-rows")) download { "Download failed rows" }
                        }
                        a.button href=(run_path(view.workspace, run.id, "/errors")) download { "Download the list of errors" }
                    }
                }
                @if run.status == RunStatus::Succeeded { p.quiet { "The other rows are done." } }
                @if view.has_failed_rows {
                    p.quiet {
                        "The failed rows come as they were, each with what is wrong; of one that could not be read, only that. "
                        "Mend them, and import the file as it is. It holds up to 50 MiB, as an upload does; rows behind that are in the list of errors alone."
                    }
                }
                table {
                    thead { tr { @for name in ["Row", "Field", "What is wrong"] { th scope="col" { (name) } } } }
                    tbody { @for error in run.errors.iter().take(SHOWN) { (row(error)) } }
                }
                @if run.errors.len() > SHOWN {
                    p.quiet { "The first " (SHOWN) " of them. The file has " (plural(run.errors.len() as u64, "row")) "." }
                }
            }
        }
    }
}

fn plural_grouped(count: u64) -> String {
    if count == 1 { "1 error".to_owned() } else { format!("{} errors", grouped(count)) }
}

fn row(error: &RunError) -> Markup {
    html! {
        tr {
            td data-label="Row" { @match error.row { Some(row) => { span { "Row " (grouped(row)) } }, None => "All" } }
            td data-label="Field" { @match &error.field { Some(field) => code { (cut(field, room::NAME)) }, None => span.quiet { "–" } } }
            td data-label="What is wrong" { bdi { (cut(&error.message, room::MESSAGE)) } }
        }
    }
}

//! All credentials of a kind.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{Credential, Issued, Kind, New, issued, new, path, row};
use crate::{
    Frame,
    layout::{Page, workspace_path},
    pieces::{columns, empty},
    when::plural,
};

/// The credentials of a kind.
#[derive(Clone)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Which kind.
    pub kind: Kind,
    /// Those of the page that work, newest first.
    pub works: Vec<Credential>,
    /// The newest of those that no longer do. More than are [listed](ENDED) say that there are others.
    pub ended: Vec<Credential>,
    /// Which page of those that work it is, from 1 on.
    pub page: u32,
    /// How many pages there are of them.
    pub pages: u32,
    /// The secret that has just been made: shown this once.
    pub issued: Option<Issued>,
    /// The form that makes one, where it is [on this page](Kind::is_made_in_the_list).
    pub new: Option<New>,
}

/// How many rows a page has: each is drawn with its calls.
pub const PER_PAGE: u32 = 15;

/// How many of those that have ended are listed: the others are in the audit log.
pub const ENDED: u32 = 10;

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let form = path(view.workspace, view.kind, "/new");
    let body = html! {
        @if let Some(secret) = &view.issued { (issued::panel(frame, view.workspace, view.kind, secret)) }
        p.introduction { (view.kind.purpose()) " " a href=(view.kind.documentation()) { "API documentation" } }
        @if let Some(new) = &view.new { (new::section(frame, new)) }
        @if view.works.is_empty() {
            (nothing(view, &form))
        } @else {
            (table(frame, view))
            (pager(view))
            @if let Some(words) = view.kind.made_below() { p.below { a.button href=(form) { (words) } } }
        }
        @if !view.ended.is_empty() { (ended(frame, view.kind, &view.ended)) }
    };
    let in_the_head = !view.works.is_empty() || view.kind.made_below().is_some();
    let action = (view.new.is_none() && in_the_head).then(|| (form.clone(), view.kind.make()));
    let (above, title) = view.kind.above();
    frame.render(&Page {
        title: view.kind.title(),
        above: Some((workspace_path(view.workspace, above), title)),
        action,
        section: Some(view.kind.section()),
        body,
    })
}

fn pager(view: &List) -> Markup {
    let (page, pages) = (view.page, view.pages);
    let to = |page: u32| path(view.workspace, view.kind, &format!("?page={page}"));
    html! {
        @if pages > 1 {
            nav.pages aria-label="Pages" {
                @if page > 1 { a.button href=(to(page - 1)) { "Newer" } }
                span.quiet { "Page " (page) " of " (pages) }
                @if page < pages { a.button href=(to(page + 1)) { "Older" } }
            }
        }
    }
}

fn nothing(view: &List, form: &str) -> Markup {
    match view.kind {
        Kind::Client => empty("No program signs in as an API client yet.", Some((form, view.kind.make()))),
        Kind::Key => empty("No server or integration has an API key yet.", Some((form, view.kind.made_by()))),
        // The form is above.
        Kind::Token => empty("No script has an API token yet.", Some(("#make", view.kind.made_by()))),
    }
}

fn table(frame: &Frame, view: &List) -> Markup {
    let mut names = vec![view.kind.name(), "Created"];
    if view.kind.has_expiry() {
        names.push("Expires");
    }
    names.extend(["Last used", "Last 24 hours"]);
    html! {
        table.credentials {
            (columns(&names))
            tbody { @for one in &view.works { (row::row(frame, view, one)) } }
        }
    }
}

fn ended(frame: &Frame, kind: Kind, credentials: &[Credential]) -> Markup {
    let listed = ENDED as usize;
    let count = credentials.len().min(listed) as u64;
    let has_more = credentials.len() > listed;
    html! {
        details.ended {
            summary {
                @if has_more { "The newest " }
                (plural(count, kind.short())) " that no longer work" @if count == 1 { "s" }
            }
            table {
                thead {
                    tr {
                        @for name in [kind.name(), "Created", "Ended", "Last used"] { th scope="col" { (name) } }
                    }
                }
                tbody { @for one in credentials.iter().take(listed) { (row::ended(frame, kind, one)) } }
            }
            @if has_more { p.quiet { "The audit log tells of the others." } }
        }
    }
}

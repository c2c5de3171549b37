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
    /// Newest first; those that have ended, too.
    pub credentials: Vec<Credential>,
    /// Which page of those that work is shown, from 1 on; beyond the last it is the last.
    pub page: usize,
    /// The secret that has just been made: shown this once.
    pub issued: Option<Issued>,
    /// The form that makes one, where it is [on this page](Kind::is_made_in_the_list).
    pub new: Option<New>,
}

/// How many rows a page has: each is drawn with its calls.
const PER_PAGE: usize = 25;

/// How many of those that have ended are listed: the others are in the audit log.
const ENDED: usize = 25;

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let (over, works): (Vec<_>, Vec<_>) = view.credentials.iter().partition(|one| one.is_over());
    let pages = works.len().div_ceil(PER_PAGE).max(1);
    let page = view.page.clamp(1, pages);
    let form = path(view.workspace, view.kind, "/new");
    let body = html! {
        @if let Some(secret) = &view.issued { (issued::panel(frame, view.workspace, view.kind, secret)) }
        p.introduction { (view.kind.purpose()) " " a href="/developers" { "API documentation" } }
        @if let Some(new) = &view.new { (new::section(frame, new)) }
        @if works.is_empty() {
            (nothing(view, &form))
        } @else {
            (table(frame, view, shown(&works, page), page))
            (pager(view, page, pages))
            @if let Some(words) = view.kind.made_below() { p { a.button href=(form) { (words) } } }
        }
        @if !over.is_empty() { (ended(frame, view.kind, &over)) }
    };
    let in_the_head = !works.is_empty() || view.kind.made_below().is_some();
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

/// The rows of a page.
fn shown<'a, 'b>(works: &'a [&'b Credential], page: usize) -> &'a [&'b Credential] {
    works.chunks(PER_PAGE).nth(page - 1).unwrap_or_default()
}

fn pager(view: &List, page: usize, pages: usize) -> Markup {
    let to = |page: usize| path(view.workspace, view.kind, &format!("?page={page}"));
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

fn table(frame: &Frame, view: &List, credentials: &[&Credential], page: usize) -> Markup {
    let mut names = vec![view.kind.name(), "Created"];
    if view.kind.has_expiry() {
        names.push("Expires");
    }
    names.extend(["Last used", "Last 24 hours"]);
    html! {
        table.credentials {
            (columns(&names))
            tbody { @for one in credentials { (row::row(frame, view, one, page)) } }
        }
    }
}

fn ended(frame: &Frame, kind: Kind, credentials: &[&Credential]) -> Markup {
    let count = u64::try_from(credentials.len()).unwrap_or(u64::MAX);
    html! {
        details.ended {
            summary { (plural(count, kind.short())) " that no longer work" @if count == 1 { "s" } }
            table {
                thead {
                    tr {
                        @for name in [kind.name(), "Created", "Ended", "Last used"] { th scope="col" { (name) } }
                    }
                }
                tbody { @for one in credentials.iter().take(ENDED) { (row::ended(frame, kind, one)) } }
            }
            @if credentials.len() > ENDED { p.quiet { "The audit log tells of the others." } }
        }
    }
}

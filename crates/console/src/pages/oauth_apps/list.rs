//! The apps of a workspace.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{App, apps_path, row};
use crate::{
    Frame, Pages, Section,
    layout::{Page, workspace_path},
    pieces::{columns, empty},
    when::plural,
};

/// The apps of a workspace.
#[derive(Clone, Debug)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// A page of those that are not revoked, newest first.
    pub apps: Vec<App>,
    /// The pages beside this one.
    pub pages: Pages,
    /// Those that were revoked last.
    pub revoked: Vec<App>,
    /// Whether there are more of those.
    pub more_revoked: bool,
}

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let new = apps_path(view.workspace, "/new");
    let is_empty = view.apps.is_empty() && view.pages.first.is_none();
    let body = html! {
        p.introduction {
            "An OAuth app acts for people who allow it to, with no more than they may do themselves. "
            "For a program that acts for the workspace itself, make an "
            a href=(workspace_path(view.workspace, "integrations/rest-api")) { "API client" } "."
        }
        @if is_empty {
            (empty("No OAuth app is registered in this workspace.", Some((&new, "Register an OAuth app"))))
        } @else {
            @if view.apps.is_empty() { (empty("There are no older apps.", None)) } @else { (table(frame, view)) }
            (view.pages.links("Older"))
        }
        @if !view.revoked.is_empty() { (revoked(frame, view)) }
    };
    let action = (!is_empty).then_some((new.clone(), "Register an OAuth app"));
    let above = Some((workspace_path(view.workspace, "settings/api"), "API & Webhooks"));
    frame.render(&Page { title: "OAuth apps", above, action, section: Some(Section::OAuthApps), body })
}

fn table(frame: &Frame, view: &List) -> Markup {
    html! {
        table.credentials {
            (columns(&["OAuth app", "Created", "People", "Last used", "Last 24 hours"]))
            tbody { @for app in &view.apps { (row::row(frame, view.workspace, app)) } }
        }
    }
}

fn revoked(frame: &Frame, view: &List) -> Markup {
    html! {
        details.ended {
            summary { "Apps that are revoked" }
            table {
                thead {
                    tr { @for name in ["OAuth app", "Created", "Revoked", "Last used"] { th scope="col" { (name) } } }
                }
                tbody { @for app in &view.revoked { (row::revoked(frame, view.workspace, app)) } }
            }
            @if view.more_revoked { p.quiet { "The audit log tells of the others." } }
        }
    }
}

/// "1 person", "2 people".
pub(super) fn people(count: u64) -> String {
    if count == 1 { plural(count, "person") } else { format!("{} people", crate::numbers::grouped(count)) }
}

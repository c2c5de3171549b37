//! All apps of a workspace.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{App, apps_path};
use crate::{
    Frame, Section,
    layout::Page,
    pieces::{empty, scope_tags},
    when::{moment, moment_or, plural},
};

/// The apps of a workspace.
#[derive(Clone, Debug)]
pub struct List {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Newest first.
    pub apps: Vec<App>,
}

/// Draws the page.
pub fn list(frame: &Frame, view: &List) -> Markup {
    let new = apps_path(view.workspace, "/new");
    let body = html! {
        p.introduction {
            "An OAuth app acts for people who allow it to, with no more than they may do themselves. "
            "For a program that acts for the workspace itself, an API client is the thing to make."
        }
        @if view.apps.is_empty() {
            (empty("No OAuth app is registered in this workspace.", Some((&new, "Register an OAuth app"))))
        } @else {
            ul.rows { @for app in &view.apps { (row(frame, view.workspace, app)) } }
        }
    };
    let action = (!view.apps.is_empty()).then_some((new.clone(), "Register an OAuth app"));
    frame.render(&Page { title: "OAuth apps", above: None, action, section: Some(Section::OAuthApps), body })
}

fn row(frame: &Frame, workspace: WorkspaceId, app: &App) -> Markup {
    html! {
        li.row {
            div.row-title {
                h2 { a href=(apps_path(workspace, &format!("/{}", app.id))) dir="auto" { (app.name) } }
                (state(app))
                span.state { (app.kind.words()) }
            }
            (scope_tags(app.scopes))
            (facts(frame, app, true))
        }
    }
}

/// Whether the app works, in words.
pub(super) fn state(app: &App) -> Markup {
    html! {
        @if app.revoked_at.is_some() { span.state.bad { "Revoked" } } @else { span.state.good { "Active" } }
    }
}

/// What people ask of an app first: `all` of it where no page of its own says the rest.
pub(super) fn facts(frame: &Frame, app: &App, all: bool) -> Markup {
    let now = frame.plain.now;
    html! {
        dl.facts.compact {
            @if all {
                div { dt { "Client id" } dd { code { (app.client_id) } } }
                @if let Some(preview) = &app.secret_preview { div { dt { "Secret" } dd { code { (preview) } } } }
            }
            div { dt { "Authorised by" } dd { (people(app.people)) } }
            div { dt { "Last used" } dd { (moment_or(app.last_used_at, now, "never")) } }
            @if all { div { dt { "Redirect URIs" } dd { (app.redirect_uris.len()) } } }
            div { dt { "Registered" } dd { (moment(app.created_at, now)) " by " bdi { (app.created_by) } } }
            @if let Some(at) = app.revoked_at { div { dt { "Revoked" } dd { (moment(at, now)) } } }
        }
    }
}

/// "1 person", "2 people".
pub(super) fn people(count: u64) -> String {
    if count == 1 { plural(count, "person") } else { format!("{count} people") }
}

//! One app in a row: what it is, who registered it, who lets it act, whether it is used, and what can be done with it.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{App, apps_path, list::people};
use crate::{
    Frame,
    pages::credentials::{by, last_use, old_secrets, scopes, trash, used},
    spark::day_of_calls,
    when::{moment, moment_or},
};

/// An app that is not revoked.
pub(super) fn row(frame: &Frame, workspace: WorkspaceId, app: &App) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="OAuth app" {
                div.about {
                    (title(workspace, app))
                    (previews(app))
                    (scopes(app.scopes))
                    (old_secrets(&app.secrets, now))
                }
            }
            td data-label="Created" { (moment(app.created_at, now)) (by(&app.created_by)) }
            td data-label="People" {
                @if app.people == 0 { span.quiet { "nobody now" } } @else { (people(app.people)) }
            }
            td data-label="Last used" { (used(app.last_use.as_ref(), app.created_at, now)) }
            td data-label="Last 24 hours" { (day_of_calls(&app.hours)) }
            td.act { (acts(workspace, app)) }
        }
    }
}

/// An app that is.
pub(super) fn revoked(frame: &Frame, workspace: WorkspaceId, app: &App) -> Markup {
    let now = frame.plain.now;
    html! {
        tr {
            td data-label="OAuth app" { div.about { (title(workspace, app)) (previews(app)) } }
            td data-label="Created" { (moment(app.created_at, now)) (by(&app.created_by)) }
            td data-label="Revoked" { (moment_or(app.revoked_at, now, "")) }
            td data-label="Last used" { (last_use(app.last_use.as_ref(), now)) }
        }
    }
}

fn title(workspace: WorkspaceId, app: &App) -> Markup {
    html! {
        p {
            a.name href=(apps_path(workspace, &format!("/{}", app.id))) dir="auto" { (app.name) }
            " " span.state { (app.kind.words()) }
        }
    }
}

fn previews(app: &App) -> Markup {
    html! {
        p { code { (app.client_id) } }
        @if let Some(secret) = app.secrets.first() { p.quiet { "Secret " code { (secret.preview) } } }
    }
}

fn acts(workspace: WorkspaceId, app: &App) -> Markup {
    let to = |act: &str| apps_path(workspace, &format!("/{}/{act}", app.id));
    html! {
        div.acts {
            @if app.can_be_rotated() {
                a.button href=(to("rotate")) { "Rotate" span.unseen { " " (app.name) } }
            }
            a.button.warn.icon href=(to("revoke")) title="Revoke" {
                (trash())
                span.unseen { "Revoke " (app.name) }
            }
        }
    }
}

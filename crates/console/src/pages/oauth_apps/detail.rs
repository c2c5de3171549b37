//! One app.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{
    App, Endpoints, apps_path, endpoints::endpoints, list::people, new::redirect_uris, secrets::secrets,
};
use crate::{
    Frame, Section, Typed,
    form::submit,
    layout::Page,
    pages::credentials::{by, command, used},
    pieces::{copyable, shown_once},
    spark::day_of_calls,
    when::moment,
    words,
};

/// One app.
#[derive(Clone)]
pub struct Detail {
    /// The workspace it is in.
    pub workspace: WorkspaceId,
    /// The app.
    pub app: App,
    /// What was typed as redirect URIs, if it has a fault. `None`: those the app has.
    pub redirect_uris: Option<Typed>,
    /// What the app is configured with.
    pub endpoints: Endpoints,
    /// The secret that has just been made: shown this once.
    pub issued: Option<Issued>,
}

/// A secret, the one time it is shown.
#[derive(Clone)]
pub struct Issued {
    /// The secret itself.
    pub secret: String,
    /// What to type to exchange a code with it.
    pub command: String,
    /// Whether it takes the place of another.
    pub rotated: bool,
}

/// Draws the page.
pub fn detail(frame: &Frame, view: &Detail) -> Markup {
    let app = &view.app;
    let works = app.revoked_at.is_none();
    let body = html! {
        @if let Some(issued) = &view.issued { (issued_panel(view, issued)) }
        div.row-title { (state(app)) span.state { (app.kind.words()) } }
        section {
            div.medium { (copyable("client-id", "Client id", &app.client_id)) }
            (facts(frame, app))
        }
        (may(app))
        @if works {
            @if app.can_be_rotated() { (secrets(frame, view)) }
            (uris(frame, view))
            (endpoints(&view.endpoints))
            (revoke(view))
        }
    };
    frame.render(&Page {
        title: &app.name,
        above: Some((apps_path(view.workspace, ""), "OAuth apps")),
        action: None,
        section: Some(Section::OAuthApps),
        body,
    })
}

impl Detail {
    /// A path of the app.
    pub(super) fn path(&self, below: &str) -> String {
        apps_path(self.workspace, &format!("/{}{below}", self.app.id))
    }
}

fn issued_panel(view: &Detail, issued: &Issued) -> Markup {
    let title = if issued.rotated { "New client secret" } else { "Client secret" };
    let fields = html! {
        (copyable("client-secret", "Client secret", &issued.secret))
        (command("Try it: exchange the code that a person came back with", &issued.command))
    };
    let sentence = "You won't see this again. Put it where the app reads its secrets, and nowhere else.";
    shown_once(title, &fields, sentence, &view.path(""))
}

/// Whether the app works, in words.
fn state(app: &App) -> Markup {
    html! {
        @if app.revoked_at.is_some() { span.state.bad { "Revoked" } } @else { span.state.good { "Active" } }
    }
}

/// What people ask of an app first.
fn facts(frame: &Frame, app: &App) -> Markup {
    let now = frame.plain.now;
    html! {
        dl.facts.compact {
            div { dt { "Authorised by" } dd { (people(app.people)) } }
            div { dt { "Last used" } dd { (used(app.last_use.as_ref(), app.created_at, now)) } }
            @if app.revoked_at.is_none() { div { dt { "Last 24 hours" } dd { (day_of_calls(&app.hours)) } } }
            div { dt { "Registered" } dd { (moment(app.created_at, now)) (by(&app.created_by)) } }
            @if let Some(at) = app.revoked_at { div { dt { "Revoked" } dd { (moment(at, now)) } } }
        }
    }
}

fn may(app: &App) -> Markup {
    html! {
        section aria-labelledby="may" {
            h2 #may { "What it may ask for" }
            ul.plain-list.allowed {
                @for scope in app.scopes.iter() { li { (words::scope(scope)) code { (scope) } } }
            }
        }
    }
}

fn uris(frame: &Frame, view: &Detail) -> Markup {
    let now = Typed::new(view.app.redirect_uris.join("\n"));
    let fields = html! {
        (redirect_uris(view.redirect_uris.as_ref().unwrap_or(&now)))
        (submit("Save redirect URIs"))
    };
    html! {
        section aria-labelledby="uris" {
            h2 #uris { "Where people are sent back to" }
            div.medium { (frame.plain.form(&view.path("/redirect-uris")).stacked(&fields)) }
        }
    }
}

fn revoke(view: &Detail) -> Markup {
    let ends = match view.app.people {
        0 => "It stops working at once.".to_owned(),
        many => format!("It stops working at once, and the access of {} ends.", people(many)),
    };
    html! {
        section.panel.last-thing aria-labelledby="revoke" {
            div {
                h2 #revoke { "Revoke the app" }
                p { (ends) " This can't be undone." }
            }
            a.button.warn href=(view.path("/revoke")) { "Revoke" }
        }
    }
}

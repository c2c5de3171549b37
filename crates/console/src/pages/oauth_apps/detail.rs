//! One app.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use super::{
    App, Endpoints, Kind, Secret, apps_path,
    endpoints::endpoints,
    list::{facts, people, state},
    new::redirect_uris,
    secrets::secrets,
};
use crate::{
    Frame, Section, Typed,
    form::submit,
    layout::Page,
    pieces::{copyable, shown_once},
    words,
};

/// One app.
#[derive(Clone)]
pub struct Detail {
    /// The workspace it is in.
    pub workspace: WorkspaceId,
    /// The app.
    pub app: App,
    /// The secrets that work, newest first. None for public apps.
    pub secrets: Vec<Secret>,
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
            (facts(frame, app, false))
        }
        (may(app))
        @if works {
            @if app.kind == Kind::Confidential { (secrets(frame, view)) }
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
    let field = copyable("client-secret", "Client secret", &issued.secret);
    let sentence = "You won't see this again. Put it where the app reads its secrets, and nowhere else.";
    shown_once(title, &field, sentence, &view.path(""))
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

//! What connects the workspace with other programs: the faces of the API, and where the credentials of each are made.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use crate::{
    Frame, Section,
    layout::{Page, workspace_path},
    numbers::many,
    pages::credentials::Kind,
};

/// The faces of the API.
#[derive(Clone, Debug)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// The address of the server, as programs use it.
    pub address: String,
    /// The faces that are served.
    pub faces: Vec<Face>,
    /// How many API clients work.
    pub clients: u64,
}

/// A face of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// The API's own.
    Rest,
    /// For programs that were written for Skode.
    Skode,
    /// For programs that were written for Slate.
    Slate,
    /// For programs that were written for Spelo.
    Spelo,
}

/// Where the credentials that a face takes are made: below the workspace, and what they are called.
type Place = (&'static str, &'static str);

const API_KEYS: Place = (Kind::Key.path(), Kind::Key.names());
const API_TOKENS: Place = (Kind::Token.path(), Kind::Token.names());
const OAUTH_APPS: Place = ("settings/oauth-apps", "OAuth apps");

impl Face {
    /// All faces.
    pub const ALL: [Self; 4] = [Self::Rest, Self::Skode, Self::Slate, Self::Spelo];

    /// What its paths begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Rest => "/api/v1",
            Self::Skode => "/v1",
            Self::Slate => "/workflow-service/api/public/v1",
            Self::Spelo => "/v1/public",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Rest => "REST API",
            Self::Skode => "Skode API",
            Self::Slate => "Slate API",
            Self::Spelo => "Spelo public API",
        }
    }

    const fn purpose(self) -> &'static str {
        match self {
            Self::Rest => {
                "Create, list, update and archive leads from your own applications, scripts and integrations."
            }
            Self::Skode => {
                "For servers with an API key, and for OAuth apps that act for a person who lets them."
            }
            Self::Slate => "For scripts with an API token, which act with their creator's role.",
            Self::Spelo => {
                "For integrations with an API key. All keys of the workspace share one budget here."
            }
        }
    }

    const fn places(self) -> &'static [Place] {
        match self {
            Self::Rest => &[],
            Self::Skode => &[API_KEYS, OAUTH_APPS],
            Self::Slate => &[API_TOKENS],
            Self::Spelo => &[API_KEYS],
        }
    }
}

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let (own, others): (Vec<Face>, Vec<Face>) = view.faces.iter().partition(|face| **face == Face::Rest);
    let body = html! {
        p.introduction {
            "Programs reach this workspace through its API. What they may do is what their credentials allow, and no more. "
            a href="/developers" { "API documentation" }
        }
        section aria-labelledby="custom" {
            h2 #custom { "Custom" }
            div.cards { @for face in own { (rest(view, face)) } }
        }
        @if !others.is_empty() {
            section aria-labelledby="compatible" {
                h2 #compatible { "Compatible" }
                p.quiet { "Programs that were written for these APIs work here as they are: change their address." }
                div.cards { @for face in others { (other(view, face)) } }
            }
        }
    };
    frame.render(&Page {
        title: "Integrations",
        above: None,
        action: None,
        section: Some(Section::Integrations),
        body,
    })
}

fn rest(view: &View, face: Face) -> Markup {
    let clients = match view.clients {
        0 => "No API client yet".to_owned(),
        count => many(count, "API client"),
    };
    card(
        view,
        face,
        &html! {
            a.button.primary href=(workspace_path(view.workspace, Kind::Client.path())) {
                "Manage" span.unseen { " the REST API" }
            }
            span.quiet { (clients) }
        },
    )
}

fn other(view: &View, face: Face) -> Markup {
    card(
        view,
        face,
        &html! {
            @for (path, name) in face.places() {
                a.button href=(workspace_path(view.workspace, path)) {
                    (name) span.unseen { " for the " (face.title()) }
                }
            }
        },
    )
}

fn card(view: &View, face: Face, acts: &Markup) -> Markup {
    html! {
        article.tile {
            h3 { (face.title()) }
            p.quiet { (face.purpose()) }
            p { code { (view.address) (face.prefix()) } }
            div.buttons { (acts) }
        }
    }
}

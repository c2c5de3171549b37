//! All that programs sign in with: four different things, what each is for, and how much it is used.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};

use crate::{
    Frame, Section,
    layout::{Page, workspace_path},
    numbers::many,
    pages::credentials::Kind,
};

/// What a workspace's programs sign in with.
#[derive(Clone, Debug)]
pub struct View {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Of each kind, how many work, and their calls.
    pub parts: Vec<Part>,
    /// How many OAuth apps are not revoked.
    pub apps: u64,
}

/// The credentials of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Which kind.
    pub kind: Kind,
    /// How many of them work.
    pub active: u64,
    /// Their calls of the last 24 hours.
    pub calls: u64,
}

const APPS: &str =
    "For programs that act on behalf of people, who allow it to each of them and may take it back.";

/// Draws the page.
pub fn page(frame: &Frame, view: &View) -> Markup {
    let part = |kind: Kind| view.parts.iter().find(move |part| part.kind == kind);
    let body = html! {
        p.introduction {
            "Four things let a program use the API. Each is for something else, and each can be revoked by itself. "
            a href="/developers" { "API documentation" }
        }
        div.cards.two {
            @for kind in [Kind::Key, Kind::Token] { @if let Some(part) = part(kind) { (of_kind(view, part)) } }
            (tile(view, ("settings/oauth-apps", "OAuth apps"), APPS, &active(view.apps)))
            @if let Some(part) = part(Kind::Client) { (of_kind(view, part)) }
        }
    };
    frame.render(&Page {
        title: "API & Webhooks",
        above: None,
        action: None,
        section: Some(Section::ApiAndWebhooks),
        body,
    })
}

fn of_kind(view: &View, part: &Part) -> Markup {
    let kind = part.kind;
    let told = match part.active {
        0 => active(0),
        some => format!("{} · {} in 24 hours", active(some), many(part.calls, "call")),
    };
    tile(view, (kind.path(), kind.names()), kind.purpose(), &told)
}

fn active(count: u64) -> String {
    if count == 0 { "None yet".to_owned() } else { format!("{count} active") }
}

fn tile(view: &View, (path, name): (&str, &str), purpose: &str, told: &str) -> Markup {
    html! {
        article.tile {
            h2 { a href=(workspace_path(view.workspace, path)) { (name) } }
            p.quiet { (purpose) }
            p { (told) }
        }
    }
}

//! A secret, the one time it is shown.

use leadkeep_domain::WorkspaceId;
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{Kind, path};
use crate::{
    Frame,
    pieces::{copyable, shown_once},
    when::moment,
};

/// A credential's new secret.
#[derive(Clone)]
pub struct Issued {
    /// What people call the credential.
    pub name: String,
    /// The public half of an API client's credentials.
    pub client_id: Option<String>,
    /// The secret itself.
    pub secret: String,
    /// What to type to use it at once.
    pub command: String,
    /// Whether it takes the place of another.
    pub replaces: Option<Replaced>,
}

/// The secret that another takes the place of.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// Until when it works.
    pub ends_at: OffsetDateTime,
}

/// The panel above the list.
pub(super) fn panel(frame: &Frame, workspace: WorkspaceId, kind: Kind, issued: &Issued) -> Markup {
    let title = match (kind, &issued.replaces) {
        (_, Some(_)) => format!("New secret of {}", issued.name),
        (Kind::Client, None) => format!("API credentials of {}", issued.name),
        (_, None) => format!("{} “{}” is ready", kind.name(), issued.name),
    };
    let fields = html! {
        @if let Some(replaced) = &issued.replaces { (old(frame, replaced)) }
        @if let Some(id) = &issued.client_id { (copyable("client-id", "Client ID", id)) }
        (copyable("secret", kind.secret(), &issued.secret))
        (command(tried(kind), &issued.command))
    };
    let sentence = match kind {
        Kind::Client => {
            "You won't see this again. Copy the Client Secret now and keep it where your other secrets are: not in code, and not in a chat. \
             The Client ID stays in the list."
        }
        Kind::Key | Kind::Token => {
            "You won't see this again. Copy it now and keep it where your other secrets are: not in code, and not in a chat."
        }
    };
    shown_once(&title, &fields, sentence, &path(workspace, kind, ""))
}

fn old(frame: &Frame, replaced: &Replaced) -> Markup {
    html! {
        p {
            @if replaced.ends_at <= frame.plain.now {
                "The old secret has ended: whatever still sends it gets 401."
            } @else {
                "The old secret goes on working, and ends " (moment(replaced.ends_at, frame.plain.now)) "."
            }
        }
    }
}

const fn tried(kind: Kind) -> &'static str {
    match kind {
        Kind::Client => "Try it: get a token and list leads",
        Kind::Key | Kind::Token => "Try it: list leads",
    }
}

/// What a shell does with a secret.
pub(in crate::pages) fn command(label: &str, command: &str) -> Markup {
    html! {
        div.field {
            label for="command" { (label) }
            div.copyable {
                textarea.code.command #command rows=(rows(command)) readonly autocomplete="off"
                    spellcheck="false" { "\n" (command) }
                button type="button" data-copy="command" aria-label={ "Copy: " (label) } hidden { "Copy" }
            }
        }
    }
}

/// How many rows the text takes where there is room.
fn rows(command: &str) -> usize {
    command.lines().map(|line| line.len().div_ceil(100)).sum::<usize>().max(2)
}

//! What was said with leads, and by whom.

mod list;
mod new;
mod thread;

use leadkeep_domain::{Channel, ConversationStatus, LeadId, MessageText, WorkspaceId};
use maud::{Markup, html};

use crate::{
    Typed,
    layout::workspace_path,
    room::{self, cut},
};

pub use list::{List, ListFilter, Row, list};
pub use new::{New, new};
pub use thread::{Thread, thread};

/// A lead that a conversation is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct With {
    /// Which.
    pub id: LeadId,
    /// The lead's name, or its e-mail address.
    pub name: String,
}

fn path(workspace: WorkspaceId, below: &str) -> String {
    workspace_path(workspace, &format!("conversations{below}"))
}

fn lead_link(workspace: WorkspaceId, lead: &With) -> Markup {
    html! { a href=(workspace_path(workspace, &format!("leads/{}", lead.id))) { bdi { (cut(&lead.name, room::NAME)) } } }
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Chat => "Chat",
        Channel::Email => "E-mail",
        Channel::Phone => "Phone",
        Channel::Other => "Other",
    }
}

fn state(status: ConversationStatus) -> Markup {
    match status {
        ConversationStatus::Open => html! { span.state.good { "Open" } },
        ConversationStatus::Closed => html! { span.state { "Closed" } },
    }
}

/// Where a message is written.
fn message_field(label: &str, hint: Option<&str>, typed: &Typed, required: bool) -> Markup {
    let described = match (&typed.fault, hint) {
        (Some(_), _) => Some("text-fault"),
        (None, Some(_)) => Some("text-hint"),
        (None, None) => None,
    };
    html! {
        div.field {
            label for="text" { (label) }
            @if let Some(hint) = hint { p.hint id="text-hint" { (hint) } }
            // A line break right after the tag is not part of the text.
            textarea id="text" name="text" rows="5" dir="auto" required[required] maxlength=(MessageText::MAX)
                aria-invalid=[typed.fault.as_ref().map(|_| "true")] aria-describedby=[described] { "\n" (typed.value) }
            @if let Some(fault) = &typed.fault { p.fault id="text-fault" { (fault) } }
        }
    }
}

//! Starts a conversation.

use leadkeep_domain::{Channel, WorkspaceId};
use maud::{Markup, html};

use super::{With, channel, lead_link, message_field, path};
use crate::{
    Frame, Section, Typed,
    form::{Field, hidden, submit},
    layout::Page,
};

/// A conversation that is to be.
#[derive(Clone, Debug)]
pub struct New {
    /// The workspace that it will be in.
    pub workspace: WorkspaceId,
    /// The lead that it is with, if the address names one.
    pub lead: Option<With>,
    /// The e-mail address of the lead, if it does not.
    pub lead_email: Typed,
    /// Where it is held.
    pub channel: Typed,
    /// What it is about.
    pub subject: Typed,
    /// Its first message, by an agent.
    pub text: Typed,
}

impl New {
    /// Nothing typed yet.
    pub fn empty(workspace: WorkspaceId, lead: Option<With>) -> Self {
        Self {
            workspace,
            lead,
            lead_email: Typed::default(),
            channel: Typed::new(Channel::Email.as_str()),
            subject: Typed::default(),
            text: Typed::default(),
        }
    }
}

/// Draws the page.
pub fn new(frame: &Frame, view: &New) -> Markup {
    let action = path(view.workspace, "");
    let fields = html! {
        (lead(view))
        (channels(view))
        (Field::new("subject", "Subject").hint("May stay empty.").optional().fault(view.subject.fault.as_deref())
            .text(&view.subject.value))
        (message_field("First message", Some("May stay empty. It is kept as said by you."), &view.text, false))
        div.inline { (submit("Start conversation")) a.button href=(action) { "Cancel" } }
    };
    let body = html! { div.medium { (frame.plain.form(&action).stacked(&fields)) } };
    frame.render(&Page {
        title: "Start a conversation",
        above: Some((action.clone(), "Conversations")),
        action: None,
        section: Some(Section::Conversations),
        body,
    })
}

fn lead(view: &New) -> Markup {
    match &view.lead {
        Some(lead) => html! {
            div.field {
                span.label { "Lead" }
                p.fixed { (lead_link(view.workspace, lead)) }
                (hidden("lead", &lead.id.to_string()))
            }
        },
        None => Field::new("lead_email", "Lead's e-mail address")
            .hint("May stay empty, where nobody knows yet who it is.")
            .optional()
            .fault(view.lead_email.fault.as_deref())
            .email(&view.lead_email.value),
    }
}

fn channels(view: &New) -> Markup {
    let options = Channel::ALL.map(|one| (one.as_str(), channel(one)));
    Field::new("channel", "Channel")
        .fault(view.channel.fault.as_deref())
        .select(&options, &view.channel.value)
}

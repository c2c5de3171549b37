//! One conversation: what was said, oldest first, and where to answer.

use leadkeep_domain::{
    ActorKind, Conversation, ConversationStatus, Message, MessageAuthor, MessageId, WorkspaceId,
};
use maud::{Markup, html};

use super::{With, channel, lead_link, message_field, path, state};
use crate::{
    Frame, Section, Typed, actors,
    form::{quiet_submit, submit},
    layout::Page,
    numbers::many,
    onward::onward,
    pieces::empty,
    query::address,
    room::{self, cut},
    when::moment,
};

/// One conversation.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The workspace that it is in.
    pub workspace: WorkspaceId,
    /// Which.
    pub conversation: Conversation,
    /// The lead that it is with.
    pub lead: Option<With>,
    /// What was said, oldest first.
    pub messages: Vec<Message>,
    /// The message before which others were said that are not here.
    pub earlier: Option<MessageId>,
    /// Whether the last message is among these.
    pub is_latest: bool,
    /// Whether the reader may answer.
    pub writes: bool,
    /// What was typed as an answer.
    pub reply: Typed,
}

/// Draws the page.
pub fn thread(frame: &Frame, view: &Thread) -> Markup {
    let title = view.conversation.subject.as_ref().map_or("No subject", |subject| subject.as_str());
    let body = html! {
        (facts(frame, view))
        @if view.messages.is_empty() {
            @let action = (view.writes && view.is_latest).then_some(("#reply", "Write the first message"));
            (empty("Nothing has been said yet.", action))
        } @else {
            (earlier(view))
            ol.thread { @for (at, message) in view.messages.iter().enumerate() { (said(frame, view, at, message)) } }
            (later(view))
        }
        @if view.writes && view.is_latest { (reply(frame, view)) }
    };
    frame.render(&Page {
        title,
        above: Some((path(view.workspace, ""), "Conversations")),
        action: None,
        section: Some(Section::Conversations),
        body,
    })
}

fn facts(frame: &Frame, view: &Thread) -> Markup {
    let (conversation, now) = (&view.conversation, frame.plain.now);
    html! {
        div.row-title.of-thread {
            (state(conversation.status))
            span.state { (channel(conversation.channel)) }
            span.quiet {
                @match &view.lead {
                    Some(lead) => { "with " (lead_link(view.workspace, lead)) },
                    None => "with nobody known",
                }
                " · " (many(conversation.message_count.into(), "message"))
                " · updated " (moment(conversation.updated_at, now))
            }
            @if view.writes { (turn(frame, view)) }
        }
    }
}

/// Closes it, or opens it again.
fn turn(frame: &Frame, view: &Thread) -> Markup {
    let (below, words) = match view.conversation.status {
        ConversationStatus::Open => ("/close", "Close"),
        ConversationStatus::Closed => ("/reopen", "Reopen"),
    };
    frame.plain.form(&view.path(below)).inline(&quiet_submit(words))
}

fn earlier(view: &Thread) -> Markup {
    let path = view.earlier.map(|before| address(&view.path(""), &[("before", &before.to_string())]));
    onward(None, path.as_ref().map(|path| (path.as_str(), "Earlier messages")))
}

fn later(view: &Thread) -> Markup {
    let path = view.path("");
    onward((!view.is_latest).then_some((path.as_str(), "Latest messages")), None)
}

fn said(frame: &Frame, view: &Thread, at: usize, message: &Message) -> Markup {
    let is_last = at + 1 == view.messages.len();
    html! {
        li class=(message.author) id=[is_last.then_some("last")] {
            p.by {
                strong dir="auto" { (cut(speaker(view, message), room::NAME)) }
                span.state { (author(message.author)) }
                small { (moment(message.created_at, frame.plain.now)) (brought(message)) }
            }
            p.words dir="auto" { (message.text.as_str()) }
        }
    }
}

/// Who speaks, by name where one is known.
fn speaker<'a>(view: &'a Thread, message: &'a Message) -> &'a str {
    match message.author {
        MessageAuthor::Visitor => view.lead.as_ref().map_or("Somebody", |lead| &lead.name),
        MessageAuthor::Agent if message.actor.kind != ActorKind::Member => "An agent",
        MessageAuthor::Agent | MessageAuthor::Bot => &message.actor.name,
    }
}

const fn author(author: MessageAuthor) -> &'static str {
    match author {
        MessageAuthor::Visitor => "Customer",
        MessageAuthor::Agent => "Agent",
        MessageAuthor::Bot => "Assistant",
    }
}

/// By what the message came, where no person typed it here.
fn brought(message: &Message) -> Markup {
    let actor = &message.actor;
    html! {
        @if actor.kind != ActorKind::Member { " · by " (actors::kind(actor.kind)) " " bdi { (cut(&actor.name, room::NAME)) } }
    }
}

fn reply(frame: &Frame, view: &Thread) -> Markup {
    let hint = match view.conversation.status {
        ConversationStatus::Open => {
            "It is kept here, as said by you. Sending it to the customer is for the program that brings it."
        }
        ConversationStatus::Closed => "The conversation is closed, and stays so with your message.",
    };
    let fields = html! {
        (message_field("Your message", Some(hint), &view.reply, true))
        (submit("Add message"))
    };
    html! {
        section.reply aria-labelledby="reply" {
            h2 #reply { "Reply as an agent" }
            (frame.plain.form(&view.path("/messages")).stacked(&fields))
        }
    }
}

impl Thread {
    fn path(&self, below: &str) -> String {
        path(self.workspace, &format!("/{}{below}", self.conversation.id))
    }
}

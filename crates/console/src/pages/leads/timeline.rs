//! What happened with a lead, newest first.

use leadkeep_domain::{
    Actor, ActorKind, AiChange, AiUndo, AiUpdate, Change, Conversation, Currency, Field, KeptReason,
    RefusalReason, Text, WorkspaceId,
};
use maud::{Markup, html};
use time::OffsetDateTime;

use super::{
    Detail, lead_path,
    values::{Saying, cut, label},
};
use crate::{
    Frame, Pages, actors,
    form::quiet_submit,
    layout::workspace_path,
    room,
    when::{moment, plural},
    words,
};

/// A part of what happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Newest first.
    pub items: Vec<Item>,
    /// The parts beside this one.
    pub pages: Pages,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// When.
    pub at: OffsetDateTime,
    /// The currency of amounts at that time.
    pub currency: Currency,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few, and they are looked at once")]
pub enum Event {
    /// The lead is there from here on.
    Created(Actor),
    /// Somebody changed fields.
    Changed(Actor, Vec<Change>),
    /// Somebody took a smart update back.
    Undone(Actor, Vec<Change>),
    /// A conversation began.
    Conversation(Conversation),
    /// A text was read.
    SmartUpdate(AiUpdate),
}

/// The field, before and after.
pub(super) fn change(saying: Saying, change: &Change) -> Markup {
    html! {
        li {
            span.label { (label(change.field)) ": " }
            span.from { (saying.value(change.field, &change.from)) }
            span.to aria-label="became" { " → " }
            (saying.value(change.field, &change.to))
        }
    }
}

pub(super) fn draw(frame: &Frame, view: &Detail) -> Markup {
    html! {
        section.timeline aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            @if view.timeline.items.is_empty() {
                p.quiet { "Nothing is older than this." }
            } @else {
                ol { @for item in &view.timeline.items { (event(frame, view, item)) } }
            }
            (view.timeline.pages.links("Older"))
        }
    }
}

fn event(frame: &Frame, view: &Detail, item: &Item) -> Markup {
    let saying = Saying { currency: item.currency, colleagues: &view.colleagues };
    let when = moment(item.at, frame.plain.now);
    html! {
        @match &item.event {
            Event::Created(actor) => li { p { (who(actor)) " created the lead" span.at { (when) } } },
            Event::Changed(actor, changes) => li {
                p { (who(actor)) " changed " (count(changes)) span.at { (when) } }
                (list(saying, changes))
            },
            Event::Undone(actor, changes) => li.by-text {
                p { (who(actor)) " undid a smart update" span.at { (when) } }
                (list(saying, changes))
            },
            Event::Conversation(conversation) => li.said {
                p { (began(view.workspace, conversation)) span.at { (when) } }
                p.quiet {
                    (words::capital(conversation.status.as_str())) ", "
                    (plural(u64::from(conversation.message_count), "message"))
                }
            },
            Event::SmartUpdate(update) => li.by-text {
                p { (who(&update.actor)) " " (read(update)) span.at { (when) } }
                (changes(saying, update))
                (refused(saying, update))
                @if let Some(undo) = &update.undone { (undone(undo)) } @else { (undo_button(frame, view, update)) }
            },
        }
    }
}

/// Who did it: of what is no person, what it is, too.
fn who(actor: &Actor) -> Markup {
    html! {
        bdi.strong { (room::cut(&actor.name, room::NAME)) }
        @if actor.kind != ActorKind::Member { " " small { "(" (actors::kind(actor.kind)) ")" } }
    }
}

fn count(changes: &[Change]) -> String {
    match changes {
        [one] => label(one.field).to_lowercase(),
        many => plural(many.len() as u64, "field"),
    }
}

fn list(saying: Saying, changes: &[Change]) -> Markup {
    html! { ul.changes { @for one in changes { (change(saying, one)) } } }
}

fn began(workspace: WorkspaceId, conversation: &Conversation) -> Markup {
    let path = workspace_path(workspace, &format!("conversations/{}", conversation.id));
    let subject = conversation.subject.as_ref().map_or("A conversation", Text::as_str);
    html! { a.strong href=(path) { bdi { (room::cut(subject, room::SUBJECT)) } } " began by " (conversation.channel) }
}

fn read(update: &AiUpdate) -> String {
    match update.changes.len() as u64 {
        0 => "had a text read, and nothing changed".to_owned(),
        many => format!("changed {} from a text", plural(many, "field")),
    }
}

fn changes(saying: Saying, update: &AiUpdate) -> Markup {
    let evidence = |change: &AiChange| {
        let quotes = change.evidence.iter().map(|quote| format!("“{}”", quote.quote)).collect::<Vec<_>>();
        cut(&quotes.join(" … ")).into_owned()
    };
    html! {
        @if !update.changes.is_empty() {
            ul.changes {
                @for one in &update.changes {
                    (change(saying, &one.change))
                    li.evidence { bdi { (evidence(one)) } }
                }
            }
        }
    }
}

/// What was refused and why, below a disclosure.
pub(super) fn refused(saying: Saying, update: &AiUpdate) -> Markup {
    html! {
        @if !update.refused.is_empty() {
            details.refused {
                summary { (plural(update.refused.len() as u64, "proposal")) " refused" }
                ul.changes {
                    @for refusal in &update.refused {
                        li {
                            span.label { (label(refusal.field)) } " "
                            (saying.value(refusal.field, &refusal.to))
                            ": " (why(refusal.reason))
                            @if let Some(more) = &refusal.message { " (it " bdi { (cut(more)) } ")" }
                        }
                    }
                }
            }
        }
    }
}

/// Why a proposal was refused, as the end of a sentence.
pub(super) const fn why(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::FieldNotAllowed => "text may not set this field here",
        RefusalReason::EvidenceNotInText => "the words that should state it are not in the text",
        RefusalReason::Instruction => "the words are an instruction or data, and nobody's statement",
        RefusalReason::DiffersFromEvidence => "the words, read again, say something else",
        RefusalReason::InvalidValue => "the value is not one that the field takes",
        RefusalReason::BelowMinConfidence => "it was not sure enough",
        RefusalReason::NotEmpty => "the field has a value already",
        RefusalReason::ChangedMeanwhile => "somebody changed the field while the text was read",
        RefusalReason::DuplicateLead => "another active lead has the e-mail",
    }
}

/// What became of taking an update back.
pub(super) fn undone(undo: &AiUndo) -> Markup {
    let kept = |(field, reason): &(Field, KeptReason)| {
        let reason = match reason {
            KeptReason::ChangedSince => "was changed since",
            KeptReason::DuplicateLead => "is another active lead's now",
        };
        format!("{} {reason}", label(*field))
    };
    html! {
        p.quiet {
            "Undone: " (plural(undo.restored.len() as u64, "field")) " as before."
            @if !undo.kept.is_empty() {
                " Left as they are: " (words::list(undo.kept.iter().map(kept))) "."
            }
        }
    }
}

pub(super) fn undo_button(frame: &Frame, view: &Detail, update: &AiUpdate) -> Markup {
    let path = lead_path(view.workspace, view.lead.id, &format!("/smart-updates/{}/undo", update.id));
    html! {
        @if view.may_change && !update.changes.is_empty() && view.lead.archived_at.is_none() {
            (frame.plain.form(&path).inline(&quiet_submit("Undo")))
        }
    }
}

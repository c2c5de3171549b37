//! One lead: its fields, and what happened with it.

use leadkeep_domain::{AiUpdate, Field, Lead, LeadStatus, WorkspaceId};
use maud::{Markup, html};

use super::{
    Colleagues, LeadForm, Timeline, called, lead_path, leads_path, timeline,
    values::{Saying, label, stage_sign},
};
use crate::{
    Frame, Section, Typed,
    form::{Field as Control, hidden, quiet_submit, submit},
    layout::Page,
    money,
    when::{moment, plural},
};

/// A lead.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The lead as it is.
    pub lead: Lead,
    /// Who leads are assigned to.
    pub colleagues: Colleagues,
    /// What was typed.
    pub form: LeadForm,
    /// What somebody else changed meanwhile, if the form was drawn before that.
    pub conflict: Option<Conflict>,
    /// The text to be read.
    pub text: Typed,
    /// The smart update that has just been made or taken back.
    pub applied: Option<Applied>,
    /// What happened.
    pub timeline: Timeline,
}

/// What changed between the drawing of a form and its sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Whether the lead was archived.
    pub is_archived: bool,
    /// Those fields that changed; of an archived lead those that were typed, too.
    pub fields: Vec<Meanwhile>,
}

/// A field that changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// Which.
    pub field: Field,
    /// What it was, as it was in the form.
    pub was: String,
    /// What it is.
    pub now: String,
    /// What was typed, where somebody did.
    pub yours: Option<String>,
}

/// A smart update that has just been made.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied(pub AiUpdate);

/// Draws the page.
pub fn detail(frame: &Frame, view: &Detail) -> Markup {
    let body = html! {
        (head(frame, view))
        @if let Some(Applied(update)) = &view.applied { (applied(frame, view, update)) }
        div.lead-page {
            div {
                @if let Some(conflict) = &view.conflict { (told(conflict)) }
                @if view.may_edit() { (edit(frame, view)) } @else { (facts(view)) }
                (put_away(frame, view))
            }
            div {
                @if view.may_edit() { (smart_update(frame, view)) }
                (timeline::draw(frame, view))
            }
        }
    };
    frame.render(&Page {
        title: called(&view.lead),
        above: Some((leads_path(view.workspace, ""), "Leads")),
        action: None,
        section: Some(Section::Leads),
        body,
    })
}

impl Detail {
    fn may_edit(&self) -> bool {
        self.may_change && self.lead.status() == LeadStatus::Active
    }

    fn path(&self, below: &str) -> String {
        lead_path(self.workspace, self.lead.id, below)
    }
}

fn head(frame: &Frame, view: &Detail) -> Markup {
    let (lead, fields) = (&view.lead, &view.lead.fields);
    let now = frame.plain.now;
    html! {
        div.row-title {
            @if let Some(at) = lead.archived_at { span.state.warm { "Archived " (moment(at, now)) } }
            @if let Some(stage) = fields.deal_stage { (stage_sign(stage)) }
            @if let Some(amount) = fields.deal_value {
                span.state { (money::written(amount, fields.deal_currency)) " " (fields.deal_currency) }
            }
            small { "Changed " (moment(lead.updated_at, now)) ", created " (moment(lead.created_at, now)) }
        }
    }
}

/// "3 fields changed · Undo", and what was refused.
fn applied(frame: &Frame, view: &Detail, update: &AiUpdate) -> Markup {
    let saying = Saying { currency: view.lead.fields.deal_currency, colleagues: &view.colleagues };
    html! {
        div.notice.done.applied role="status" {
            @match &update.undone {
                Some(undo) => (timeline::undone(undo)),
                None => div.inline {
                    span { (plural(update.changes.len() as u64, "field")) " changed" }
                    span aria-hidden="true" { "·" }
                    (timeline::undo_button(frame, view, update))
                },
            }
            (timeline::refused(saying, update))
        }
    }
}

fn told(conflict: &Conflict) -> Markup {
    html! {
        section.notice.failed role="alert" aria-labelledby="meanwhile" {
            @if conflict.is_archived {
                h2 #meanwhile { "Somebody archived this lead meanwhile" }
                p { "Nothing of yours is saved. Restore the lead before you change it; this is what you typed." }
            } @else {
                h2 #meanwhile { "Somebody changed this lead meanwhile" }
                p { "Nothing of yours is saved yet. What you typed is still below; save it again, or change it first." }
            }
            @if !conflict.fields.is_empty() { table {
                thead { tr { @for name in ["Field", "Before", "Now", "Yours"] { th scope="col" { (name) } } } }
                tbody {
                    @for one in &conflict.fields {
                        tr {
                            td data-label="Field" { (label(one.field)) }
                            td data-label="Before" { (or_empty(&one.was)) }
                            td data-label="Now" { (or_empty(&one.now)) }
                            td data-label="Yours" {
                                @match &one.yours { Some(yours) => (or_empty(yours)), None => span.quiet { "unchanged" } }
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn or_empty(text: &str) -> Markup {
    html! { @if text.is_empty() { span.quiet { "empty" } } @else { bdi { (super::values::cut(text)) } } }
}

fn edit(frame: &Frame, view: &Detail) -> Markup {
    let fields = html! {
        (hidden("version", &view.lead.version.get().to_string()))
        (view.form.befores())
        (view.form.draw(view.workspace, &view.colleagues))
        div.buttons.save { (submit("Save changes")) }
    };
    html! {
        section.lead-form aria-label="Fields" { (frame.plain.form(&view.path("")).stacked(&fields)) }
    }
}

/// For those who only look.
fn facts(view: &Detail) -> Markup {
    let saying = Saying { currency: view.lead.fields.deal_currency, colleagues: &view.colleagues };
    let owner = view.lead.fields.assigned_to.map(|member| view.colleagues.name(member));
    html! {
        section aria-label="Fields" {
            dl.facts {
                @for field in super::EDITABLE {
                    @let text = view.form.get(field);
                    div {
                        dt { (label(field)) }
                        dd dir="auto" {
                            @if field == Field::AssignedTo {
                                (owner.unwrap_or("Nobody"))
                            } @else if field == Field::DealStage {
                                (saying.value(field, &text_or_null(text)))
                            } @else if text.is_empty() {
                                span.quiet { "empty" }
                            } @else if field == Field::CustomFields {
                                pre { code { (text) } }
                            } @else {
                                (text.replace('\n', ", "))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn text_or_null(text: &str) -> serde_json::Value {
    if text.is_empty() { serde_json::Value::Null } else { text.into() }
}

fn smart_update(frame: &Frame, view: &Detail) -> Markup {
    let field = Control::new("text", "Text")
        .hint("A note, an e-mail or a call. You see what it would change before anything is changed.")
        .fault(view.text.fault.as_deref());
    let fields = html! { (field.area(&view.text.value, 5)) (quiet_submit("Preview changes")) };
    html! {
        section aria-labelledby="smart-update" {
            h2 #smart-update { "Smart update" }
            (frame.plain.form(&view.path("/smart-update")).stacked(&fields))
        }
    }
}

fn put_away(frame: &Frame, view: &Detail) -> Markup {
    html! {
        @if view.may_change {
            @if view.lead.status() == LeadStatus::Active {
                section.panel.last-thing aria-labelledby="archive" {
                    div {
                        h2 #archive { "Archive this lead" }
                        p { "It leaves the lists and can't be changed until it is restored." }
                    }
                    a.button.warn href=(view.path("/archive")) { "Archive" }
                }
            } @else {
                section.panel.last-thing aria-labelledby="restore" {
                    div {
                        h2 #restore { "Restore this lead" }
                        p { "It is back in the lists, and can be changed again." }
                    }
                    (frame.plain.form(&view.path("/restore")).inline(&submit("Restore")))
                }
            }
        }
    }
}

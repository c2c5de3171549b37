//! What a text would change of a lead, before anything is changed.

use leadkeep_domain::{AiChange, AiUpdate, Change, Currency, Field, Lead, WorkspaceId};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Colleagues, called, lead_path,
    text::marked,
    timeline::refused,
    values::{Saying, label},
};
use crate::{
    Frame, Section,
    form::{hidden, submit},
    layout::Page,
    when::plural,
    words,
};

/// A text that was read.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// The lead as it is.
    pub lead: Lead,
    /// Who leads are assigned to.
    pub colleagues: Colleagues,
    /// The text.
    pub text: String,
    /// What it was read as, sealed: it comes back with the form.
    pub reading: String,
    /// What would be changed, and what was refused.
    pub update: AiUpdate,
    /// Credits that are left this month, where reading costs any.
    pub credits: Option<u64>,
    /// Why nothing was applied, if that was wanted.
    pub fault: Option<String>,
}

/// Changes that stand or fall together: an amount and its currency do.
struct Row<'a> {
    changes: Vec<&'a AiChange>,
}

/// Draws the page.
pub fn preview(frame: &Frame, view: &Preview) -> Markup {
    let back = lead_path(view.workspace, view.lead.id, "");
    let body = html! {
        @if let Some(fault) = &view.fault { p.notice.failed role="alert" { (fault) } }
        div.preview {
            section aria-labelledby="read" {
                h2 #read { "Text" }
                (marked(&view.text, &view.update.changes))
            }
            section aria-labelledby="would" {
                h2 #would { "Changes" }
                @if view.update.changes.is_empty() {
                    p.quiet { "The text says nothing that would change this lead." }
                    p { a.button href=(back) { "Back to the lead" } }
                } @else {
                    (choices(frame, view, &back))
                }
                (refused(view.saying(), &view.update))
                @if let Some(credits) = view.credits {
                    p.fine { "Each reading costs a credit. " (plural(credits, "credit")) " left this month." }
                }
            }
        }
    };
    frame.render(&Page {
        title: "Preview changes",
        above: Some((back.clone(), called(&view.lead))),
        action: None,
        section: Some(Section::Leads),
        body,
    })
}

impl Preview {
    fn saying(&self) -> Saying<'_> {
        Saying { currency: self.lead.fields.deal_currency, colleagues: &self.colleagues }
    }

    /// Amounts that are proposed are in the currency that is proposed with them.
    fn proposed(&self) -> Saying<'_> {
        let currency = self.update.changes.iter().find(|one| one.change.field == Field::DealCurrency);
        let currency = currency.and_then(|one| Currency::parse(one.change.to.as_str()?).ok());
        Saying { currency: currency.unwrap_or(self.lead.fields.deal_currency), ..self.saying() }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let is_money = |change: &&AiChange| Field::MONEY.contains(&change.change.field);
        let (money, others): (Vec<_>, Vec<_>) = self.update.changes.iter().partition(is_money);
        let mut rows: Vec<Row> = others.into_iter().map(|change| Row { changes: vec![change] }).collect();
        if !money.is_empty() {
            rows.push(Row { changes: money });
        }
        rows
    }
}

fn choices(frame: &Frame, view: &Preview, back: &str) -> Markup {
    let fields = html! {
        (hidden("text", &view.text))
        (hidden("reading", &view.reading))
        table.proposed {
            thead {
                tr { @for name in ["Field", "Now", "Proposed", "Confidence"] { th scope="col" { (name) } } }
            }
            tbody { @for (at, row) in view.rows().iter().enumerate() { (row.draw(view, at)) } }
        }
        div.buttons { (submit("Apply what is ticked")) a href=(back) { "Cancel" } }
    };
    frame.plain.form(&format!("{back}/smart-update/apply")).stacked(&fields)
}

impl Row<'_> {
    fn draw(&self, view: &Preview, at: usize) -> Markup {
        let id = format!("change-{at}");
        let confidence = self.changes.iter().map(|one| one.confidence).fold(1.0, f64::min);
        let percent = format!("{:.0}%", confidence * 100.0);
        html! {
            tr {
                td data-label="Field" {
                    span.ticked {
                        input id=(id) type="checkbox" name="change" value=(self.sent()) checked;
                        label for=(id) { (self.label()) }
                    }
                }
                td data-label="Now" { (self.values(view.saying(), |change| &change.from)) }
                td data-label="Proposed" { strong { (self.values(view.proposed(), |change| &change.to)) } }
                td data-label="Confidence" {
                    span.confidence {
                        meter min="0" max="1" value=(format!("{confidence:.2}")) { (percent) }
                        " " (percent)
                    }
                }
            }
        }
    }

    fn label(&self) -> String {
        let labels: Vec<&str> = self.changes.iter().map(|one| label(one.change.field)).collect();
        words::list(labels)
    }

    fn values(&self, saying: Saying, of: impl Fn(&Change) -> &Value) -> Markup {
        // An amount is said with its currency.
        let amount = self.changes.iter().find(|one| one.change.field == Field::DealValue);
        let said = amount.or(self.changes.first());
        html! { @if let Some(one) = said { (saying.value(one.change.field, of(&one.change))) } }
    }

    /// The changes as the form sends them back: what is applied is what was shown.
    fn sent(&self) -> String {
        let change = |one: &&AiChange| {
            let Change { field, from, to } = &one.change;
            json!({"field": field.as_str(), "from": from, "to": to})
        };
        Value::Array(self.changes.iter().map(change).collect()).to_string()
    }
}

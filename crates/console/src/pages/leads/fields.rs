//! The fields of a lead as a form has them: what was typed, and what they were when the form was drawn.

use leadkeep_domain::{Currency, DealStage, Field, LeadFields, LeadId, WorkspaceId};
use maud::{Markup, html};

use super::{
    Colleagues, lead_path,
    values::{label, stage},
};
use crate::{
    Typed,
    form::{Field as Control, hidden},
    money,
};

/// The fields that the form has, in its order.
pub const EDITABLE: [Field; 14] = [
    Field::Name,
    Field::Email,
    Field::Company,
    Field::Title,
    Field::Phone,
    Field::Website,
    Field::Source,
    Field::AssignedTo,
    Field::DealStage,
    Field::DealValue,
    Field::DealCurrency,
    Field::DealCloseDate,
    Field::Tags,
    Field::CustomFields,
];

/// A form with all fields of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadForm {
    fields: Vec<Entry>,
    /// The lead that has the e-mail, where one has.
    pub holder: Option<LeadId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    field: Field,
    typed: Typed,
    /// What it was when the form was drawn.
    was: String,
}

impl LeadForm {
    /// The form of a new lead.
    pub fn empty(currency: Currency) -> Self {
        Self::with(|field| if field == Field::DealCurrency { currency.to_string() } else { String::new() })
    }

    /// The form of a lead as it is.
    pub fn of(fields: &LeadFields) -> Self {
        Self::with(|field| typed(fields, field))
    }

    fn with(value: impl Fn(Field) -> String) -> Self {
        let entry = |field| Entry { field, typed: Typed::new(value(field)), was: value(field) };
        Self { fields: EDITABLE.into_iter().map(entry).collect(), holder: None }
    }

    /// What is in a field now.
    pub fn get(&self, field: Field) -> &str {
        self.entry(field).map_or("", |entry| entry.typed.value.as_str())
    }

    /// What was in it when the form was drawn.
    pub fn was(&self, field: Field) -> &str {
        self.entry(field).map_or("", |entry| entry.was.as_str())
    }

    /// Whether somebody typed something else.
    pub fn is_changed(&self, field: Field) -> bool {
        self.get(field) != self.was(field)
    }

    /// Puts into a field what was typed, and what it was before that.
    pub fn put(&mut self, field: Field, value: String, was: String) {
        if let Some(entry) = self.fields.iter_mut().find(|entry| entry.field == field) {
            entry.typed.value = value;
            entry.was = was;
        }
    }

    /// Tells what is wrong with a field: the first thing that is.
    pub fn fault(&mut self, field: Field, fault: String) {
        if let Some(entry) = self.fields.iter_mut().find(|entry| entry.field == field) {
            entry.typed.fault.get_or_insert(fault);
        }
    }

    /// Whether something is wrong.
    pub fn is_faulty(&self) -> bool {
        self.fields.iter().any(|entry| entry.typed.fault.is_some())
    }

    fn entry(&self, field: Field) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field == field)
    }

    /// What the fields were, to be sent back with them.
    pub(super) fn befores(&self) -> Markup {
        html! { @for entry in &self.fields { (hidden(&format!("was_{}", entry.field), &entry.was)) } }
    }

    /// All fields, below headings.
    pub(super) fn draw(&self, workspace: WorkspaceId, colleagues: &Colleagues) -> Markup {
        let mut stages = vec![("", "None")];
        stages.extend(DealStage::ALL.map(|one| (one.as_str(), stage(one))));
        html! {
            fieldset.group {
                legend { "Person" }
                (self.line(Field::Name, 200))
                (self.control(Field::Email).hint("Needed: no two leads have the same.").email(self.get(Field::Email)))
                @if let Some(holder) = self.holder {
                    p.fault { a href=(lead_path(workspace, holder, "")) { "Open the lead that has this e-mail" } }
                }
                (self.line(Field::Company, 200))
                (self.line(Field::Title, 200))
                (self.line(Field::Phone, 50))
                (self.line(Field::Website, 2000))
                (self.line(Field::Source, 100))
                (self.owner(colleagues))
            }
            fieldset.group {
                legend { "Deal" }
                (self.control(Field::DealStage).select(&stages, self.get(Field::DealStage)))
                (self.control(Field::DealValue).optional().amount(self.get(Field::DealValue)))
                (self.control(Field::DealCurrency).hint("Three letters, such as EUR.").line(self.get(Field::DealCurrency), 3))
                (self.control(Field::DealCloseDate).optional().day(self.get(Field::DealCloseDate)))
            }
            fieldset.group {
                legend { "More" }
                (self.control(Field::Tags).optional().hint("One per line.").area(self.get(Field::Tags), 3))
                (self.control(Field::CustomFields).optional().hint("A JSON object.").code(self.get(Field::CustomFields), 4))
            }
        }
    }

    fn control(&self, field: Field) -> Control<'_> {
        let fault = self.entry(field).and_then(|entry| entry.typed.fault.as_deref());
        Control::new(field.as_str(), label(field)).fault(fault)
    }

    fn line(&self, field: Field, longest: u16) -> Markup {
        self.control(field).optional().line(self.get(field), longest)
    }

    fn owner(&self, colleagues: &Colleagues) -> Markup {
        // Whoever has left stays, until somebody chooses another.
        let (field, now) = (self.control(Field::AssignedTo), self.get(Field::AssignedTo));
        colleagues.field(field, "Nobody", "Somebody who left", now)
    }
}

/// What a field begins with.
fn typed(fields: &LeadFields, field: Field) -> String {
    let text = |text: Option<&dyn std::fmt::Display>| text.map(ToString::to_string).unwrap_or_default();
    match field {
        Field::Email => fields.email.to_string(),
        Field::Name => text(fields.name.as_ref().map(|value| value as _)),
        Field::Title => text(fields.title.as_ref().map(|value| value as _)),
        Field::Company => text(fields.company.as_ref().map(|value| value as _)),
        Field::Phone => text(fields.phone.as_ref().map(|value| value as _)),
        Field::Website => text(fields.website.as_ref().map(|value| value as _)),
        Field::Source => text(fields.source.as_ref().map(|value| value as _)),
        Field::Status => String::new(),
        Field::DealValue => {
            fields.deal_value.map(|value| money::typed(value, fields.deal_currency)).unwrap_or_default()
        }
        Field::DealCurrency => fields.deal_currency.to_string(),
        Field::DealStage => text(fields.deal_stage.as_ref().map(|value| value as _)),
        Field::DealCloseDate => text(fields.deal_close_date.as_ref().map(|value| value as _)),
        Field::Tags => fields.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Field::AssignedTo => text(fields.assigned_to.as_ref().map(|value| value as _)),
        Field::CustomFields => {
            let members = fields.custom_fields.as_map();
            if members.is_empty() {
                return String::new();
            }
            serde_json::to_string_pretty(members).unwrap_or_default()
        }
    }
}

//! Fields of leads, and what is in them, in words.

use std::borrow::Cow;

use leadkeep_domain::{Currency, DealStage, Field, MemberId, MinorUnits};
use maud::{Markup, html};
use serde_json::Value;

use super::Colleagues;
use crate::{money, room};

/// How much room a value has where it is one of many.
const ROOM: usize = 120;

/// The field with a capital, as a label.
pub(crate) const fn label(field: Field) -> &'static str {
    match field {
        Field::Email => "E-mail",
        Field::Name => "Name",
        Field::Title => "Job title",
        Field::Company => "Company",
        Field::Phone => "Phone",
        Field::Website => "Website",
        Field::Source => "Source",
        Field::Status => "Status",
        Field::DealValue => "Value",
        Field::DealCurrency => "Currency",
        Field::DealStage => "Stage",
        Field::DealCloseDate => "Close date",
        Field::Tags => "Tags",
        Field::AssignedTo => "Owner",
        Field::CustomFields => "Custom fields",
    }
}

/// The stage with a capital.
pub(crate) const fn stage(stage: DealStage) -> &'static str {
    match stage {
        DealStage::New => "New",
        DealStage::Contacted => "Contacted",
        DealStage::Qualified => "Qualified",
        DealStage::Proposal => "Proposal",
        DealStage::Negotiation => "Negotiation",
        DealStage::Won => "Won",
        DealStage::Lost => "Lost",
    }
}

/// A stage as a small sign.
pub(crate) fn stage_sign(of: DealStage) -> Markup {
    let class = match of {
        DealStage::Won => "state good",
        DealStage::Lost => "state bad",
        _ => "state",
    };
    html! { span class=(class) { (stage(of)) } }
}

/// What is needed to say a value.
#[derive(Clone, Copy)]
pub(crate) struct Saying<'a> {
    /// Of amounts.
    pub(crate) currency: Currency,
    pub(crate) colleagues: &'a Colleagues,
}

impl Saying<'_> {
    /// A value as histories keep it.
    pub(crate) fn value(&self, field: Field, value: &Value) -> Markup {
        match self.words(field, value) {
            None => html! { span.quiet { "empty" } },
            Some(words) => html! { bdi { (cut(&words)) } },
        }
    }

    /// The value in words; none if it is empty.
    fn words(&self, field: Field, value: &Value) -> Option<String> {
        let text = value.as_str();
        let words = match (field, value) {
            (_, Value::Null) => return None,
            (Field::DealValue, Value::Number(number)) => {
                let amount = MinorUnits::from_stored(number.as_i64()?);
                format!("{} {}", money::written(amount, self.currency), self.currency)
            }
            (Field::DealStage, _) => text?
                .parse()
                .map_or_else(|_| text.unwrap_or_default().to_owned(), |found| stage(found).to_owned()),
            (Field::AssignedTo, _) => {
                let member = text?.parse::<MemberId>();
                member.map_or_else(|_| String::new(), |member| self.colleagues.name(member).to_owned())
            }
            (Field::Tags, Value::Array(tags)) => {
                tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            (Field::CustomFields, Value::Object(members)) if members.is_empty() => return None,
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        };
        Some(words).filter(|words| !words.is_empty())
    }
}

/// The beginning of a long text.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    room::cut(text, ROOM)
}

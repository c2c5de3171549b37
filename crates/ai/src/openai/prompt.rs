//! The words that a model is asked with. Whoever changes them changes [`OpenAi::PROMPT_VERSION`](super::OpenAi::PROMPT_VERSION).

use serde_json::{Value, json};

use leadkeep_domain::{CloseDate, Field, LeadFields, Text};

use super::{SchemaMode, amount, schema, value};
use crate::Note;

/// What the model is to do; the rules are those of `eval/README.md`.
const INSTRUCTIONS: &str = include_str!("instructions.txt");

/// What an answer looks like, for models whose server does not say it well enough.
const OUTLINE: &str = include_str!("outline.txt");

/// The message of the system.
pub(super) fn instructions(mode: SchemaMode) -> String {
    match mode {
        SchemaMode::JsonSchema => INSTRUCTIONS.to_owned(),
        SchemaMode::JsonObject => format!("{INSTRUCTIONS}\n{OUTLINE}"),
    }
}

/// The message of the user: a JSON document, so that no text can pass for anything beside it.
pub(super) fn document(note: &Note) -> String {
    let stages: Vec<&str> = note.stages.iter().map(|stage| stage.as_str()).collect();
    json!({
        "as_of": CloseDate::from_stored(note.written_on).to_string(),
        "currency": note.currency.code(),
        "lead": lead(&note.lead, &note.fields),
        "stages": stages,
        "text": note.text,
    })
    .to_string()
}

/// What asks for a better answer.
pub(super) fn repair(advice: &str) -> String {
    format!(
        "That can't be used: {advice}. Answer the same question again, with nothing but the JSON object that was asked for."
    )
}

/// The fields that may change, and no others: the model need not know more.
fn lead(lead: &LeadFields, fields: &[Field]) -> Value {
    schema::allowed(fields).map(|field| (field.as_str().to_owned(), field_of(lead, field))).collect()
}

fn field_of(lead: &LeadFields, field: Field) -> Value {
    match field {
        Field::DealValue => {
            json!(lead.deal_value.and_then(|amount| amount::major_units(amount, lead.deal_currency)))
        }
        Field::Tags => json!(lead.tags.iter().map(Text::as_str).collect::<Vec<_>>()),
        field => json!(value::written(lead, field)),
    }
}

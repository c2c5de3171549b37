use leadkeep_domain::{
    AiFields, CloseDate, Currency, DealStage, Email, LeadFields, MinorUnits, Tag, Tags, Text,
};
use serde_json::Value;
use time::Date;

use super::Triple;
use crate::Note;

/// A note with what a person found in it.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The line's id.
    pub id: String,
    /// The kind of note: `call_note`, `adversarial`.
    pub kind: String,
    /// What the provider is asked.
    pub note: Note,
    /// What it should find.
    pub expected: Vec<Triple>,
}

/// A line is not in the format of `eval/README.md`.
#[derive(Debug, thiserror::Error)]
#[error("{member}: {reason}")]
pub struct LabelError {
    member: String,
    reason: String,
}

impl LabelError {
    fn new(member: &str, reason: &dyn ToString) -> Self {
        Self { member: member.to_owned(), reason: reason.to_string() }
    }
}

impl Labelled {
    /// Parses one line of JSON.
    pub fn parse(line: &str) -> Result<Self, LabelError> {
        let json: Value = serde_json::from_str(line).map_err(|error| LabelError::new("line", &error))?;
        let lead = fields(json.get("lead").unwrap_or(&Value::Null))?;
        let as_of = string(&json, "as_of")?;
        let written_on =
            CloseDate::parse(as_of).map(CloseDate::date).map_err(|error| LabelError::new("as_of", &error))?;
        let note = note(lead, string(&json, "text")?, written_on);
        let expected = json
            .get("expected")
            .and_then(Value::as_object)
            .ok_or_else(|| LabelError::new("expected", &"must be an object"))?;
        Ok(Self {
            id: string(&json, "id")?.to_owned(),
            kind: string(&json, "kind")?.to_owned(),
            note,
            expected: expected.iter().flat_map(|(field, value)| Triple::of_label(field, value)).collect(),
        })
    }
}

fn note(lead: LeadFields, text: &str, written_on: Date) -> Note {
    Note {
        currency: lead.deal_currency,
        lead,
        text: text.to_owned(),
        written_on,
        stages: DealStage::ALL.to_vec(),
        fields: AiFields::ANYWHERE.to_vec(),
    }
}

fn string<'j>(json: &'j Value, member: &str) -> Result<&'j str, LabelError> {
    json.get(member).and_then(Value::as_str).ok_or_else(|| LabelError::new(member, &"must be a string"))
}

/// A member that may be null or absent, parsed.
fn optional<T, E: ToString>(
    json: &Value,
    member: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, LabelError> {
    match json.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => parse(text).map(Some).map_err(|error| LabelError::new(member, &error)),
        Some(_) => Err(LabelError::new(member, &"must be a string or null")),
    }
}

fn fields(json: &Value) -> Result<LeadFields, LabelError> {
    let email = Email::parse(string(json, "email")?).map_err(|error| LabelError::new("email", &error))?;
    let currency = optional(json, "deal_currency", Currency::parse)?.unwrap_or(Currency::USD);
    let amount = match json.get("deal_value") {
        None | Some(Value::Null) => None,
        Some(amount) => {
            let amount = amount
                .as_i64()
                .ok_or_else(|| LabelError::new("deal_value", &"must be an integer or null"))?;
            Some(MinorUnits::parse(amount).map_err(|error| LabelError::new("deal_value", &error))?)
        }
    };
    let tags = json
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(Tag::parse);
    let tags = tags
        .collect::<Result<Vec<_>, _>>()
        .and_then(Tags::new)
        .map_err(|error| LabelError::new("tags", &error))?;
    Ok(LeadFields {
        name: optional(json, "name", str::parse::<Text<200>>)?,
        title: optional(json, "title", str::parse::<Text<200>>)?,
        company: optional(json, "company", str::parse::<Text<200>>)?,
        phone: optional(json, "phone", str::parse::<Text<50>>)?,
        website: optional(json, "website", str::parse::<Text<2000>>)?,
        deal_value: amount,
        deal_stage: optional(json, "deal_stage", str::parse::<DealStage>)?,
        deal_close_date: optional(json, "deal_close_date", CloseDate::parse)?,
        tags,
        ..LeadFields::new(email, currency)
    })
}

//! What a model answers, read strictly.

use leadkeep_domain::{DealStage, Field};
use serde::{Deserialize, de::Error as _};
use serde_json::{Number, Value};

use super::{fault::Fault, schema::FIELDS};

/// One change, as the model says it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) field: Field,
    pub(super) quotes: Vec<String>,
    pub(super) value: SaidValue,
    pub(super) confidence: f64,
}

/// A value, of the kind that its field has.
#[derive(Debug)]
pub(super) enum SaidValue {
    Text(String),
    Amount(Number),
    Tags(SaidTags),
}

/// Tags to put on, and to take off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaidTags {
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
}

/// How many changes are looked at: there are twelve fields.
const MOST_CHANGES: usize = 50;

/// Reads an answer. What the schema does not allow is a fault, also where the server lets the model say it.
pub(super) fn parse(content: &str, stages: &[DealStage]) -> Result<Vec<Said>, Fault> {
    let answer: Answer = serde_json::from_str(content).map_err(|error| Fault::found(&error))?;
    answer
        .changes
        .into_iter()
        .take(MOST_CHANGES)
        .map(|change| change.said(stages))
        .collect::<Result<_, _>>()
        .map_err(|error| Fault::found(&error))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    field: String,
    quotes: Vec<String>,
    value: Value,
    confidence: f64,
}

impl Change {
    fn said(self, stages: &[DealStage]) -> Result<Said, serde_json::Error> {
        let unknown = || serde_json::Error::custom(format!("unknown field {:?}", self.field));
        let field = FIELDS.into_iter().find(|field| field.as_str() == self.field).ok_or_else(unknown)?;
        let value = value(field, self.value, stages)
            .map_err(|error| serde_json::Error::custom(format!("value of {}: {error}", field.as_str())))?;
        Ok(Said { field, quotes: self.quotes, value, confidence: self.confidence })
    }
}

fn value(field: Field, value: Value, stages: &[DealStage]) -> Result<SaidValue, serde_json::Error> {
    match field {
        Field::DealValue => Number::deserialize(value).map(SaidValue::Amount),
        Field::Tags => SaidTags::deserialize(value).map(SaidValue::Tags),
        Field::DealStage => {
            let name = String::deserialize(value)?;
            let is_one = stages.iter().any(|stage| stage.as_str() == name);
            is_one.then_some(SaidValue::Text(name)).ok_or_else(|| serde_json::Error::custom("no such stage"))
        }
        _ => String::deserialize(value).map(SaidValue::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, advice: &str) {
        let fault = parse(content, &[DealStage::Won]).unwrap_err();
        assert!(fault.advice().unwrap().contains(advice), "{content}: {:?}", fault.advice());
        assert!(!format!("{fault} {fault:?}").contains("Dana"), "{fault:?}");
    }

    fn change(field: &str, value: &str) -> String {
        format!(r#"{{"changes": [{{"field": "{field}", "quotes": [], "value": {value}, "confidence": 1}}]}}"#)
    }

    #[test]
    fn what_the_schema_allows_is_read() {
        assert!(parse(r#" {"changes": []} "#, &[]).is_ok_and(|said| said.is_empty()));
        for (field, value) in [
            ("name", r#""Dana""#),
            ("deal_value", "50000.5"),
            ("deal_stage", r#""won""#),
            ("tags", r#"{"add": ["vip"], "remove": []}"#),
        ] {
            assert_eq!(parse(&change(field, value), &[DealStage::Won]).unwrap().len(), 1, "{field}");
        }
    }

    #[test]
    fn what_the_schema_does_not_allow_is_a_fault() {
        check(&change("assigned_to", r#""Dana""#), r#"unknown field "assigned_to""#);
        check(&change("Dana", r#""Dana""#), r#"unknown field "Dana""#);
        check(&change("name", "5"), "value of name");
        check(&change("name", "null"), "value of name");
        check(&change("deal_value", r#""Dana""#), "value of deal_value");
        check(&change("deal_stage", r#""lost""#), "no such stage");
        check(&change("tags", r#"["Dana"]"#), "value of tags");
        check(&change("tags", r#"{"add": []}"#), "missing field `remove`");
        check(r#"{"changes": [], "Dana": 1}"#, "unknown field `Dana`");
        check(r#"{"changes": [], "changes": []}"#, "duplicate field");
        check(r#"{"changes": [{"field": "name"}]}"#, "missing field");
        check(r"{}", "missing field `changes`");
        check(r"[]", "not what the schema says");
        check(r#""Dana""#, "not what the schema says");
        check(r#"{"changes": [{"field": "name", "quotes": [], "value": "D", "confidence": "sure"}]}"#, "f64");
    }

    #[test]
    fn what_is_no_json_is_a_fault() {
        check(r#"{"changes": ["#, "cut off");
        check("Sure! Here is Dana:", "no JSON");
        check("```json\n{\"changes\": []}\n```", "no JSON");
        check(r#"{"changes": []} Dana"#, "no JSON");
        check(
            r#"{"changes": [{"field": "name", "quotes": [], "value": "D", "confidence": NaN}]}"#,
            "no JSON",
        );
    }
}

use serde_json::{Map, Value};

use crate::{Invalid, text::refuse_control_characters};

/// What a workspace keeps about a lead beyond the fields everyone has: a JSON object, bounded in size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomFields(Map<String, Value>);

impl CustomFields {
    /// How many members the object may have.
    pub const MAX_MEMBERS: usize = 100;
    /// How long a member's name may be, in characters.
    pub const MAX_NAME: usize = 64;
    /// How large the object may be as compact JSON, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Parses an object. Values may be any JSON; their text may have line breaks and tabs, but no other control
    /// characters.
    pub fn parse(fields: Map<String, Value>) -> Result<Self, Invalid> {
        if fields.len() > Self::MAX_MEMBERS {
            return Err(Invalid::new(format!("must have at most {} members", Self::MAX_MEMBERS)));
        }
        for (name, value) in &fields {
            check_name(name)?;
            check_value(value)?;
        }
        if Value::Object(fields.clone()).to_string().len() > Self::MAX_BYTES {
            return Err(Invalid::new(format!("must be at most {} bytes of JSON", Self::MAX_BYTES)));
        }
        Ok(Self(fields))
    }

    /// Takes back what was parsed before it was stored.
    pub fn from_stored(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The object.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

fn check_name(name: &str) -> Result<(), Invalid> {
    if name.is_empty() || name.chars().count() > CustomFields::MAX_NAME {
        return Err(Invalid::new(format!(
            "member names must be from 1 to {} characters long",
            CustomFields::MAX_NAME
        )));
    }
    refuse_control_characters(name)
}

/// Recursion is bounded by the depth that the body's reader allows.
fn check_value(value: &Value) -> Result<(), Invalid> {
    match value {
        Value::String(text) => check_text(text),
        Value::Array(items) => items.iter().try_for_each(check_value),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            check_text(name)?;
            check_value(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn check_text(text: &str) -> Result<(), Invalid> {
    let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(allowed) {
        return Ok(());
    }
    Err(Invalid::new("must not contain control characters other than line breaks and tabs"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, accepted: bool) {
        let Value::Object(fields) = value else { panic!("an object") };
        assert_eq!(CustomFields::parse(fields).is_ok(), accepted);
    }

    #[test]
    fn custom_fields_are_bounded() {
        check(json!({}), true);
        check(json!({"seats": 12, "notes": "two\nlines", "nested": {"list": [1, null, true]}}), true);
        check(json!({"": 1}), false);
        check(json!({"k".repeat(65): 1}), false);
        check(json!({"a\u{0}b": 1}), false);
        check(json!({"a": "nul \u{0}"}), false);
        check(json!({"a": [{"deep": "\u{1}"}]}), false);
        check(json!({"a": [{"\u{0}": 1}]}), false);
        check(json!({"a": "x".repeat(16 * 1024)}), false);
        check((0..100).map(|n| (n.to_string(), json!(n))).collect(), true);
        check((0..101).map(|n| (n.to_string(), json!(n))).collect(), false);
    }
}

use serde_json::{Map, Number, Value};

use crate::{
    Invalid,
    text::{refuse_control_characters, refuse_control_characters_but_breaks as check_text},
};

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
    /// characters. A whole number is one, however it is written: 1e3 and 1000.0 are 1000, in every database.
    pub fn parse(mut fields: Map<String, Value>) -> Result<Self, Invalid> {
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
        fields.values_mut().for_each(write_whole_numbers_as_such);
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

fn write_whole_numbers_as_such(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|_| number.is_f64()).and_then(whole) {
                *number = whole;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_whole_numbers_as_such),
        Value::Object(members) => members.values_mut().for_each(write_whole_numbers_as_such),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The float as an integer, if it is a whole number that JSON's readers hold as one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is whole, and within the limits"
)]
fn whole(float: f64) -> Option<Number> {
    const I64: f64 = 9_223_372_036_854_775_808.0;
    if float.fract() != 0.0 {
        None
    } else if (-I64..I64).contains(&float) {
        Some((float as i64).into())
    } else {
        (I64..2.0 * I64).contains(&float).then(|| (float as u64).into())
    }
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
    fn whole_numbers_are_written_as_such() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            let value: Value = serde_json::from_str(&format!("{{\"a\": [{{\"b\": {text}}}]}}")).unwrap();
            let Value::Object(fields) = value else { panic!("an object") };
            let written = Value::Object(CustomFields::parse(fields).unwrap().0).to_string();
            assert_eq!(written, format!("{{\"a\":[{{\"b\":{expect}}}]}}"));
        }
        check("1e16", "10000000000000000");
        check("1.0", "1");
        check("-0.0", "0");
        check("0.25", "0.25");
        check("1e300", "1e+300"); // beyond any integer, and the same float from either database
        check("18446744073709551615", "18446744073709551615");
        check("-9223372036854775808.0", "-9223372036854775808");
        check("9223372036854775808.0", "9223372036854775808");
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

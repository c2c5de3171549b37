//! JSON without what JSON leaves open: repeated members are refused, and so is deep nesting.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Limits;

/// Reads one JSON value and nothing behind it. Of two members of one name other readers take the first or the last, and whoever
/// checks one is fooled: there must be one. Arrays and objects nest [`Limits::DEPTH`] deep.
///
/// The error says where and why; what it calls wrong with the data and not with its syntax begins with a verb.
pub fn strict_json(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == Limits::DEPTH {
            return Err(E::custom(format_args!("is nested deeper than {} levels", Limits::DEPTH)));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("has a number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let item = self.deeper()?;
        let mut array = Vec::new();
        while let Some(value) = items.next_element_seed(item)? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let member = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(member)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("repeats a member"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        let strict = strict_json(text.as_bytes());
        assert_eq!(strict.is_ok(), accepted, "{text}: {strict:?}");
        if let Ok(value) = strict {
            assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it() {
        check(r#"{"a": [1, -2, 3.5, 1e3, null, true, "x\u00e9"], "b": {"a": {}}}"#, true);
        check("18446744073709551615", true);
        check(" \n[]\t", true);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "{\"a\":}",
            "[1,]",
            "nul",
            "'a'",
            "{} {}",
            "{a: 1}",
            "\"\\ud800\"",
            "1e999",
            "\u{feff}{}",
            "NaN",
        ] {
            check(text, false);
        }
        assert!(strict_json(b"\"\xff\"").is_err());
    }

    #[test]
    fn repeated_members_are_refused_at_every_level() {
        check(r#"{"a": 1, "a": 1}"#, false);
        check(r#"{"a": 1, "\u0061": 2}"#, false);
        check(r#"[{"b": {"a": 1, "a": 2}}]"#, false);
    }

    #[test]
    fn sixty_four_levels_are_read_and_no_more() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(64), true);
        check(&nested(65), false);
        assert!(strict_json("[".repeat(1_000_000).as_bytes()).is_err());
        assert!(strict_json("{\"a\":".repeat(100_000).as_bytes()).is_err());
    }
}

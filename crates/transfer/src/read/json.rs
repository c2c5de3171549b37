//! A line of JSON, and what is wrong with it.

use serde_json::{Map, Value, error::Category};

use crate::{Fault, strict_json};

/// Reads the one object of a line.
pub(super) fn object(line: &[u8]) -> Result<Map<String, Value>, Fault> {
    str::from_utf8(line).map_err(|_| Fault::whole("is not UTF-8"))?;
    match strict_json(line) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Fault::whole("must be a JSON object")),
        Err(error) => Err(because(&error)),
    }
}

fn because(error: &serde_json::Error) -> Fault {
    // There is but one line.
    let reason = error.to_string().replacen(" at line 1 column ", " at column ", 1);
    let is_own = error.classify() == Category::Data;
    Fault::whole(if is_own { reason } else { format!("is not JSON: {reason}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: Result<(), &str>) {
        let read = object(line.as_bytes());
        if let Ok(members) = &read {
            assert_eq!(*members, serde_json::from_str::<Map<_, _>>(line).unwrap());
        }
        assert_eq!(read.map(drop).map_err(|fault| fault.message.into_owned()), expect.map_err(str::to_owned));
    }

    #[test]
    fn an_object_is_read_as_serde_json_reads_it() {
        check("{}", Ok(()));
        check(r#" {"a": [1, -2, 3.5, null, true, "x\u00e9\u0000"], "b": {"a": {}}} "#, Ok(()));
        check(r#"{"a": 18446744073709551615, "b": -9223372036854775808}"#, Ok(()));
    }

    #[test]
    fn a_refusal_says_why() {
        check("[1, 2]", Err("must be a JSON object"));
        check("null", Err("must be a JSON object"));
        check("{\"a\": }", Err("is not JSON: expected value at column 7"));
        check("{\"a\": 1", Err("is not JSON: EOF while parsing an object at column 7"));
        check("email,name", Err("is not JSON: expected value at column 1"));
        check("{} {}", Err("is not JSON: trailing characters at column 4"));
        check(r#"{"a": 1e999}"#, Err("is not JSON: number out of range at column 11"));
        check(r#"{"a": "\ud800"}"#, Err("is not JSON: unexpected end of hex escape at column 14"));
        assert_eq!(object(b"{\"a\": \"\xff\"}"), Err(Fault::whole("is not UTF-8")));
    }

    #[test]
    fn repeated_members_are_refused_at_every_level() {
        check(r#"{"a": 1, "a": 1}"#, Err("repeats a member at column 16"));
        check(r#"{"a": 1, "\u0061": 2}"#, Err("repeats a member at column 21"));
        check(r#"{"c": [{"b": {"a": 1, "a": 2}}]}"#, Err("repeats a member at column 29"));
    }

    #[test]
    fn sixty_four_levels_are_read_and_no_more() {
        let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        check(&nested(64), Ok(()));
        check(&nested(65), Err("is nested deeper than 64 levels at column 321"));
        check(&"{\"a\":".repeat(50_000), Err("is nested deeper than 64 levels at column 321"));
    }
}

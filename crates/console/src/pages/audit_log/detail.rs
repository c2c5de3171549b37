//! The detail of an entry as names and values, a line each.

use serde_json::Value;

use crate::room::cut;

/// How much room a value has: the export has all of it.
const ROOM: usize = 120;

/// The lines of a detail.
pub fn lines(detail: &Value) -> Vec<(String, String)> {
    let Some(detail) = detail.as_object() else { return Vec::new() };
    let said =
        detail.iter().map(|(name, value)| (label(name), cut(&written(name, value), ROOM).into_owned()));
    said.filter(|(_, value)| !value.is_empty()).collect()
}

fn label(name: &str) -> String {
    let words = match name {
        "from" => "before",
        "overlap_seconds" => "old secret works for",
        "limit_per_minute" => "calls a minute",
        "expires_in_days" => "days until it expires",
        other => other,
    };
    crate::words::capital(&words.replace('_', " "))
}

fn written(name: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(seconds) if name == "overlap_seconds" => {
            seconds.as_u64().map_or_else(|| seconds.to_string(), crate::when::length)
        }
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(|item| written("", item)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_detail_is_told_line_by_line() {
        let detail = json!({"role": "admin", "from": "viewer", "overlap_seconds": 3600, "email": null, "addresses": "",
            "redirect_uris": ["https://a.example", "https://b.example"], "limit_per_minute": 5});
        let told: Vec<String> =
            lines(&detail).into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            told,
            [
                "Before: viewer",
                "Calls a minute: 5",
                "Old secret works for: 1 hour",
                "Redirect uris: https://a.example, https://b.example",
                "Role: admin",
            ]
        );
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        let told = lines(&json!({"name": "é".repeat(300)}));
        assert_eq!(told[0].1, format!("{}…", "é".repeat(60)));
        assert!(lines(&json!("text")).is_empty());
    }
}

use std::fmt;

use leadkeep_domain::{Field, LeadFields, Text};
use serde_json::Value;

use crate::ProposedChange;

/// One update of one line, with its value as scoring compares it. A change of tags is one triple for each tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Triple {
    /// The field; `add_tags` or `remove_tags` for tags.
    pub field: String,
    /// The value, without what does not count: case, spaces, a website's scheme, a number's marks.
    pub value: String,
}

impl fmt::Display for Triple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field, self.value)
    }
}

impl Triple {
    fn new(field: &str, value: &str) -> Self {
        Self { field: field.to_owned(), value: compared(field, value) }
    }

    /// The triples of a label.
    pub(super) fn of_label(field: &str, value: &Value) -> Vec<Self> {
        match value {
            Value::Array(values) => values.iter().map(|value| Self::new(field, &plain(value))).collect(),
            value => vec![Self::new(field, &plain(value))],
        }
    }

    /// The triples of a proposed change.
    pub(super) fn of_change(change: &ProposedChange, lead: &LeadFields) -> Vec<Self> {
        let Value::Array(after) = &change.value else {
            return vec![Self::new(change.field.as_str(), &plain(&change.value))];
        };
        if change.field != Field::Tags {
            return Self::of_label(change.field.as_str(), &change.value);
        }
        let before: Vec<&str> = lead.tags.iter().map(Text::as_str).collect();
        let after: Vec<&str> = after.iter().filter_map(Value::as_str).collect();
        let added = after.iter().filter(|tag| !before.contains(tag)).map(|tag| Self::new("add_tags", tag));
        let removed =
            before.iter().filter(|tag| !after.contains(tag)).map(|tag| Self::new("remove_tags", tag));
        added.chain(removed).collect()
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn compared(field: &str, value: &str) -> String {
    let spaced = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match field {
        "name" | "title" | "company" | "email" | "add_tags" | "remove_tags" => spaced.to_lowercase(),
        "website" => {
            let site = spaced.to_lowercase();
            let site = site.split_once("://").map_or(site.as_str(), |(_, rest)| rest);
            site.strip_prefix("www.").unwrap_or(site).trim_end_matches('/').to_owned()
        }
        "phone" => {
            let digits: String = spaced.chars().filter(char::is_ascii_digit).collect();
            if spaced.starts_with('+') { format!("+{digits}") } else { digits }
        }
        _ => spaced,
    }
}

//! Results, for people as lines and tables, for programs as JSON.

use std::io::{Write, stdout};

use anyhow::{Context, Result};
use leadkeep_api::timestamp;
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// Prints one thing.
pub(crate) fn print_one(value: &Value, json: bool) -> Result<()> {
    say(&match value.as_object().filter(|_| !json) {
        Some(members) => lines(members),
        None => format!("{value}\n"),
    })
}

/// Prints a list.
pub(crate) fn print_list(values: Vec<Value>, json: bool) -> Result<()> {
    say(&if json {
        format!("{}\n", Value::Array(values))
    } else if values.is_empty() {
        "none\n".to_owned()
    } else {
        table(&values)
    })
}

/// Prints a text. Nobody may be listening any more: that is an error, not a panic.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("can't write to standard output")
}

/// A time as JSON has it; null for none.
pub(crate) fn time(time: Option<OffsetDateTime>) -> Value {
    time.map_or(Value::Null, |time| timestamp(time).into())
}

fn lines(members: &Map<String, Value>) -> String {
    let width = members.keys().map(String::len).max().unwrap_or(0);
    let line = |(name, value)| format!("{name:width$}  {}", plain(value));
    members.iter().map(line).chain([String::new()]).collect::<Vec<_>>().join("\n")
}

/// Columns as wide as their widest cell, under the names of the first row's members.
fn table(rows: &[Value]) -> String {
    let names: Vec<&String> = rows.iter().take(1).filter_map(Value::as_object).flat_map(Map::keys).collect();
    let cell = |row: &Value, name: &str| plain(row.get(name).unwrap_or(&Value::Null));
    let width = |name: &&String| {
        rows.iter().map(|row| cell(row, name).chars().count()).max().unwrap_or(0).max(name.len())
    };
    let widths: Vec<usize> = names.iter().map(width).collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let head = line(names.iter().copied().cloned().collect());
    let body = rows.iter().map(|row| line(names.iter().map(|name| cell(row, name)).collect()));
    std::iter::once(head).chain(body).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_line_up() {
        let rows =
            [json!({"id": 1, "name": "Demo", "end": null}), json!({"id": 22, "name": "É", "end": "x"})];
        assert_eq!(table(&rows), "end  id  name\n-    1   Demo\nx    22  É\n");
    }
}

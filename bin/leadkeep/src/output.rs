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

/// Prints a list of which people see these columns, and programs everything.
pub(crate) fn print_columns(values: Vec<Value>, columns: &[&str], json: bool) -> Result<()> {
    if json {
        return print_list(values, json);
    }
    let shown =
        |value: &Value| columns.iter().map(|name| ((*name).to_owned(), value[name].clone())).collect();
    let rows: Vec<Map<String, Value>> = values.iter().map(shown).collect();
    say(&if rows.is_empty() { "none\n".to_owned() } else { table_of(columns, &rows) })
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

/// A table of all that the first row has.
fn table(rows: &[Value]) -> String {
    let rows: Vec<Map<String, Value>> = rows.iter().filter_map(Value::as_object).cloned().collect();
    let names: Vec<&str> = rows.iter().take(1).flat_map(Map::keys).map(String::as_str).collect();
    table_of(&names, &rows)
}

/// Columns as wide as their widest cell, under their names.
fn table_of(names: &[&str], rows: &[Map<String, Value>]) -> String {
    let cell = |row: &Map<String, Value>, name: &str| plain(row.get(name).unwrap_or(&Value::Null));
    let width = |name: &&str| {
        rows.iter().map(|row| cell(row, name).chars().count()).max().unwrap_or(0).max(name.len())
    };
    let widths: Vec<usize> = names.iter().map(width).collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let head = line(names.iter().map(ToString::to_string).collect());
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
            [json!({"end": null, "id": 1, "name": "Demo"}), json!({"end": "x", "id": 22, "name": "É"})];
        assert_eq!(table(&rows), "end  id  name\n-    1   Demo\nx    22  É\n");
    }
}

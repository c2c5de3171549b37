//! JSON as a literal of a programming language.

use leadkeep_api::openapi::Json;

/// How a language writes what JSON has.
pub(super) struct Words<'a> {
    pub(super) null: &'static str,
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    /// What stands for a text, if something else than the text does.
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
}

/// A value over several lines, all but the first of them indented.
pub(super) fn write(json: &Json, words: &Words<'_>, indent: &str) -> String {
    match json {
        Json::Null => words.null.to_owned(),
        Json::Bool(true) => words.yes.to_owned(),
        Json::Bool(false) => words.no.to_owned(),
        Json::Integer(number) => number.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => (words.variable)(text).unwrap_or_else(|| quoted(text)),
        Json::Array(items) if items.iter().all(is_plain) => {
            let items: Vec<_> = items.iter().map(|item| write(item, words, indent)).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Array(items) => {
            let deeper = format!("{indent}  ");
            let items = items.iter().map(|item| format!("{deeper}{}", write(item, words, &deeper)));
            format!("[\n{}\n{indent}]", items.collect::<Vec<_>>().join(",\n"))
        }
        Json::Object(members) => {
            let deeper = format!("{indent}  ");
            let members = members
                .iter()
                .map(|(name, value)| format!("{deeper}{}: {}", quoted(name), write(value, words, &deeper)));
            format!("{{\n{}\n{indent}}}", members.collect::<Vec<_>>().join(",\n"))
        }
    }
}

fn is_plain(json: &Json) -> bool {
    !matches!(json, Json::Array(_) | Json::Object(_))
}

/// A text in double quotes. What JSON escapes, all these languages read in the same way.
pub(super) fn quoted(text: &str) -> String {
    // A text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// Every line that is not empty, indented.
pub(super) fn indented(text: &str, by: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{by}{line}\n") };
    text.lines().map(line).collect()
}

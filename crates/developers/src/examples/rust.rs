//! Examples for Rust, with reqwest, `serde_json` and tokio.

use super::{
    Body, Call, Piece,
    literal::{self, Words, quoted},
};

pub(super) fn write(call: &Call) -> String {
    let read = |name: &String| format!("    let {} = std::env::var({})?;\n", local(name), quoted(name));
    let variables = variables(call).iter().map(read).collect::<Vec<_>>().concat();
    let mut steps = vec![format!(".{}({})", call.method.to_ascii_lowercase(), url(call))];
    if call.authenticated {
        steps.push(".bearer_auth(token)".to_owned());
    }
    steps.extend(call.body.as_ref().map(|body| data(call, body)));
    steps.extend([".send()", ".await?"].map(str::to_owned));
    let steps = literal::indented(&steps.join("\n"), "        ");
    let steps = steps.trim_end();
    format!(
        "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{variables}    let response = reqwest::Client::new()\n{steps};\n    println!(\"{{}} {{}}\", response.status(), response.text().await?);\n    Ok(())\n}}\n"
    )
}

/// The variables of the environment that the example reads.
fn variables(call: &Call) -> Vec<String> {
    let mut names = Vec::new();
    if call.authenticated {
        names.push("LEADKEEP_TOKEN".to_owned());
    }
    names.extend(call.url.iter().filter_map(|piece| match piece {
        Piece::Literal(_) => None,
        Piece::Variable(name) => Some(name.clone()),
    }));
    let body = call.body.as_ref().map(|body| data(call, body)).unwrap_or_default();
    for (_, name) in &call.variables.0 {
        if !names.contains(name) && body.contains(&format!(": {}", local(name))) {
            names.push(name.clone());
        }
    }
    names
}

/// `LEADKEEP_TOKEN` as `token`.
fn local(name: &str) -> String {
    name.trim_start_matches("LEADKEEP_").to_ascii_lowercase()
}

fn url(call: &Call) -> String {
    if let [Piece::Literal(text)] = call.url.as_slice() {
        return quoted(text);
    }
    let pieces = call.url.iter().map(|piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Variable(name) => format!("{{{}}}", local(name)),
    });
    format!("format!(\"{}\")", pieces.collect::<String>())
}

fn data(call: &Call, body: &Body) -> String {
    match body {
        Body::Text { content_type, text } => {
            format!(".header(\"Content-Type\", {})\n.body({})", quoted(content_type), quoted(text))
        }
        Body::Json(json) => {
            let variable = |value: &str| call.variables.of_value(value).map(local);
            let words = Words { null: "null", yes: "true", no: "false", variable: &variable };
            format!(".json(&serde_json::json!({}))", literal::write(json, &words, ""))
        }
    }
}

/// `listLeads` as `list_leads`.
pub(super) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

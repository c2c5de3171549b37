//! Examples for a shell.

use super::{
    Body, Call, Piece,
    literal::{self, Words},
};

pub(super) fn write(call: &Call) -> String {
    let mut lines = vec![format!("curl -i{} \"{}\"", method(call), url(call))];
    if call.authenticated {
        lines.push("-H \"Authorization: Bearer $LEADKEEP_TOKEN\"".to_owned());
    }
    if let Some(content_type) = call.content_type() {
        lines.push(format!("-H \"Content-Type: {content_type}\""));
    }
    let behind = call.body.as_ref().map(|body| data(call, body));
    let (last, below) = behind.unwrap_or_default();
    lines.extend(last);
    format!("{}\n{below}", lines.join(" \\\n  "))
}

/// GET and, with data, POST are what curl does unless it is told otherwise.
fn method(call: &Call) -> String {
    match (call.method.as_str(), &call.body) {
        ("GET", None) | ("POST", Some(_)) => String::new(),
        (method, _) => format!(" -X {method}"),
    }
}

fn url(call: &Call) -> String {
    let written = call.url.iter().map(|piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Variable(name) => format!("${name}"),
    });
    written.collect()
}

/// The option that sends the body, and the document below the command where there is one.
fn data(call: &Call, body: &Body) -> (Option<String>, String) {
    match body {
        Body::Text { text, .. } => {
            (Some("--data-binary @- <<'FILE'".to_owned()), format!("{}\nFILE\n", text.trim_end()))
        }
        Body::Json(json) => {
            let text = literal::write(json, &words(&|_| None), "");
            if text != literal::write(json, &words(&|value| variable(call, value)), "") {
                let read_by_the_shell = literal::write(json, &words(&|value| in_a_document(call, value)), "");
                (Some("-d @- <<JSON".to_owned()), format!("{read_by_the_shell}\nJSON\n"))
            } else if text.contains('\'') {
                (Some("-d @- <<'JSON'".to_owned()), format!("{text}\nJSON\n"))
            } else {
                (Some(format!("-d '{}'", literal::write(json, &words(&|_| None), "  "))), String::new())
            }
        }
    }
}

fn words(variable: &dyn Fn(&str) -> Option<String>) -> Words<'_> {
    Words { null: "null", yes: "true", no: "false", variable }
}

fn variable(call: &Call, value: &str) -> Option<String> {
    call.variables.of_value(value).map(|name| format!("\"${name}\""))
}

/// Where there are variables the shell reads all of the document: what is no variable is kept from it.
fn in_a_document(call: &Call, value: &str) -> Option<String> {
    let kept = || literal::quoted(value).replace('\\', "\\\\").replace('$', "\\$").replace('`', "\\`");
    variable(call, value).or_else(|| Some(kept()))
}

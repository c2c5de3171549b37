//! Examples for Node.js and anything else that has fetch.

use super::{
    Body, Call, Piece,
    literal::{self, Words, quoted},
};

pub(super) fn write(call: &Call) -> String {
    let mut options = Vec::new();
    if call.method != "GET" {
        options.push(format!("  method: {},\n", quoted(&call.method)));
    }
    let headers = headers(call);
    if !headers.is_empty() {
        options.push(format!("  headers: {{\n{}  }},\n", headers.concat()));
    }
    options.extend(call.body.as_ref().map(|body| format!("  body: {},\n", data(call, body))));
    let options = if options.is_empty() { String::new() } else { format!(", {{\n{}}}", options.concat()) };
    format!(
        "const response = await fetch({}{options});\nconsole.log(response.status, await response.text());\n",
        url(call)
    )
}

fn headers(call: &Call) -> Vec<String> {
    let mut headers = Vec::new();
    if call.authenticated {
        headers.push("    Authorization: `Bearer ${process.env.LEADKEEP_TOKEN}`,\n".to_owned());
    }
    headers.extend(call.content_type().map(|kind| format!("    \"Content-Type\": {},\n", quoted(kind))));
    headers
}

fn url(call: &Call) -> String {
    if let [Piece::Literal(text)] = call.url.as_slice() {
        return quoted(text);
    }
    let pieces = call.url.iter().map(|piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Variable(name) => format!("${{process.env.{name}}}"),
    });
    format!("`{}`", pieces.collect::<String>())
}

fn data(call: &Call, body: &Body) -> String {
    match body {
        Body::Text { text, .. } => quoted(text),
        Body::Json(json) => {
            let variable =
                |value: &str| call.variables.of_value(value).map(|name| format!("process.env.{name}"));
            let words = Words { null: "null", yes: "true", no: "false", variable: &variable };
            format!("JSON.stringify({})", literal::write(json, &words, "  "))
        }
    }
}

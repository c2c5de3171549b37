//! Examples for Python's own library: nothing has to be installed.

use super::{
    Body, Call, Piece,
    literal::{self, Words, quoted},
};

pub(super) fn write(call: &Call) -> String {
    let mut arguments = vec![format!("    {},\n", url(call))];
    if call.method != "GET" {
        arguments.push(format!("    method={},\n", quoted(&call.method)));
    }
    let headers = headers(call);
    if !headers.is_empty() {
        arguments.push(format!("    headers={{\n{}    }},\n", headers.concat()));
    }
    arguments.extend(call.body.as_ref().map(|body| format!("    data={},\n", data(call, body))));
    format!(
        "{}import urllib.request\n\nrequest = urllib.request.Request(\n{})\nwith urllib.request.urlopen(request) as response:\n    print(response.status, response.read().decode())\n",
        imports(call),
        arguments.concat(),
    )
}

fn imports(call: &Call) -> String {
    let json = matches!(call.body, Some(Body::Json(_))).then_some("import json\n");
    let variables = call.authenticated || call.url.len() > 1 || json.is_some_and(|_| reads_variables(call));
    [json, variables.then_some("import os\n")].into_iter().flatten().collect()
}

fn reads_variables(call: &Call) -> bool {
    call.body.as_ref().is_some_and(|body| data(call, body).contains("os.environ"))
}

fn headers(call: &Call) -> Vec<String> {
    let mut headers = Vec::new();
    if call.authenticated {
        headers.push("        \"Authorization\": \"Bearer \" + os.environ[\"LEADKEEP_TOKEN\"],\n".to_owned());
    }
    headers.extend(call.content_type().map(|kind| format!("        \"Content-Type\": {},\n", quoted(kind))));
    headers
}

fn url(call: &Call) -> String {
    let pieces = call.url.iter().map(|piece| match piece {
        Piece::Literal(text) => quoted(text),
        Piece::Variable(name) => format!("os.environ[{}]", quoted(name)),
    });
    pieces.collect::<Vec<_>>().join(" + ")
}

fn data(call: &Call, body: &Body) -> String {
    match body {
        Body::Text { text, .. } => format!("{}.encode()", quoted(text)),
        Body::Json(json) => {
            let variable = |value: &str| {
                call.variables.of_value(value).map(|name| format!("os.environ[{}]", quoted(name)))
            };
            let words = Words { null: "None", yes: "True", no: "False", variable: &variable };
            format!("json.dumps({}).encode()", literal::write(json, &words, "    "))
        }
    }
}

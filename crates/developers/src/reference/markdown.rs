//! The reference in Markdown, for machines.

use leadkeep_api::openapi::Json;

use super::{
    Operation, Resource,
    operation::{causes, sentence},
    part, resolve,
};
use crate::examples::Language;

/// The page of a resource.
pub(crate) fn page(document: &Json, resource: &Resource<'_>) -> String {
    let operations: String = resource.operations.iter().map(|one| section(document, *one)).collect();
    format!("# {}\n\n{}\n{operations}", resource.name, resource.says)
}

fn section(document: &Json, operation: Operation<'_>) -> String {
    let mut out = format!(
        "\n## {}\n\n`{} {}`\n\n{}\n",
        operation.summary(),
        operation.method.to_ascii_uppercase(),
        operation.full_path(document),
        operation.description(),
    );
    if let Some(scopes) = operation.scopes().filter(|scopes| !scopes.is_empty()) {
        out += &format!("\nScopes: {}\n", scopes.join(", "));
    }
    let parameters = operation.parameters(document, false);
    if !parameters.is_empty() {
        out += "\nParameters:\n\n";
        out.extend(parameters.iter().map(|parameter| {
            format!(
                "- `{}` ({}): {}\n",
                parameter.text("name"),
                parameter.text("in"),
                parameter.text("description")
            )
        }));
    }
    out += &body(document, operation);
    out += "\nAnswers:\n\n";
    for (status, response) in operation.responses(document) {
        if status.starts_with('2') {
            out += &format!("- {status}: {}\n", response.text("description"));
        }
        out.extend(
            causes(response).iter().map(|(code, when)| format!("- {status} `{code}`: {}\n", sentence(when))),
        );
    }
    out += &format!("\n```bash\n{}```\n", operation.call(document).written_in(Language::Curl));
    out
}

fn body(document: &Json, operation: Operation<'_>) -> String {
    let content = part(part(operation.json, "requestBody"), "content").members();
    let Some((kind, first)) = content.first() else { return String::new() };
    let schema = resolve(document, part(first, "schema"));
    let required = part(schema, "required").items();
    let member = |(name, member): &(std::borrow::Cow<'_, str>, Json)| {
        let needed =
            if required.iter().any(|known| known.as_str() == Some(name)) { " (required)" } else { "" };
        format!("- `{name}`{needed}: {}\n", resolve(document, member).text("description"))
    };
    let members: String = part(schema, "properties").members().iter().map(member).collect();
    format!("\nBody, `{kind}`:\n\n{members}")
}

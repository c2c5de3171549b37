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
    [
        format!("\n## {}\n\n", operation.summary()),
        format!("`{} {}`\n\n", operation.method.to_ascii_uppercase(), operation.full_path(document)),
        format!("{}\n", operation.description()),
        scopes(operation),
        parameters(document, operation),
        body(document, operation),
        answers(document, operation),
        example(document, operation),
    ]
    .concat()
}

fn example(document: &Json, operation: Operation<'_>) -> String {
    if operation.is_a_page(document) {
        return String::new();
    }
    format!("\n```bash\n{}```\n", operation.call(document).written_in(Language::Curl))
}

fn scopes(operation: Operation<'_>) -> String {
    let scopes = operation.scopes().filter(|scopes| !scopes.is_empty());
    scopes.map(|scopes| format!("\nScopes: {}\n", scopes.join(", "))).unwrap_or_default()
}

fn parameters(document: &Json, operation: Operation<'_>) -> String {
    let line = |parameter: &Json| {
        let text = |name| parameter.text(name);
        format!("- `{}` ({}): {}\n", text("name"), text("in"), text("description"))
    };
    let lines: Vec<String> = operation.parameters(document, false).into_iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!("\nParameters:\n\n{}", lines.concat()) }
}

fn answers(document: &Json, operation: Operation<'_>) -> String {
    let mut lines = vec!["\nAnswers:\n\n".to_owned()];
    for (status, response) in operation.responses(document) {
        if status.starts_with('2') {
            lines.push(format!("- {status}: {}\n", response.text("description")));
        }
        let causes = causes(response).into_iter();
        lines.extend(causes.map(|(code, when)| format!("- {status} `{code}`: {}\n", sentence(when))));
    }
    lines.concat()
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

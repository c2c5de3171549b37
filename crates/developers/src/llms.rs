//! `/llms.txt`: what there is to read, for machines.

use crate::{guides::GUIDES, reference::Resource};

/// The index.
pub(crate) fn index(address: &str, resources: &[Resource<'_>]) -> String {
    let guides = GUIDES.iter().map(|guide| {
        format!("- [{}]({address}/developers{}.md): {}\n", guide.title, guide.path, guide.summary)
    });
    let resources = resources
        .iter()
        .map(|resource| format!("- [{}]({address}{}.md): {}\n", resource.name, resource.path, resource.says));
    format!(
        "# Leadkeep\n\n> A REST API for leads: create, list, update, archive, import and export them, keep conversations with them, \
         and update them from texts. Authenticate with `Authorization: Bearer`, an API key, an API token or an access token.\n\n\
         ## Guides\n\n{}\n## Reference\n\n- [OpenAPI 3.1 document]({address}/openapi.json): every operation with its schemas, for tools.\n{}",
        guides.collect::<String>(),
        resources.collect::<String>(),
    )
}

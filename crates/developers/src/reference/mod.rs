//! The reference: every operation of the document, a page for each resource.

mod markdown;
mod operation;
mod schema;

use leadkeep_api::openapi::Json;
use maud::{Markup, html};

use crate::{
    examples::Call,
    inline,
    layout::{Page, Section},
    markdown::slug,
};

pub(crate) use markdown::page as page_as_markdown;

/// What all operations are read from: a member that is not there is null.
static NOTHING: Json = Json::Null;

/// Parameters that every operation behind the gate has.
const OF_ANY_CALL: [&str; 3] = [
    "#/components/parameters/WorkspaceId",
    "#/components/parameters/OrganizationId",
    "#/components/parameters/RequestId",
];

/// A method of a path, as the document has it.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) json: &'a Json,
}

impl<'a> Operation<'a> {
    pub(crate) fn id(&self) -> &'a str {
        self.json.text("operationId")
    }

    pub(crate) fn summary(&self) -> &'a str {
        self.json.text("summary")
    }

    pub(crate) fn description(&self) -> &'a str {
        self.json.text("description")
    }

    fn tag(&self) -> &'a str {
        part(self.json, "tags").items().first().and_then(Json::as_str).unwrap_or_default()
    }

    /// The scopes that a credential needs; none where the operation takes no credential.
    fn scopes(&self) -> Option<Vec<&'a str>> {
        let mut ways = part(self.json, "security").items().iter();
        let scopes = ways.find_map(|way| way.get("bearer"))?;
        Some(scopes.items().iter().filter_map(Json::as_str).collect())
    }

    /// Whether OAuth clients present themselves here.
    fn is_for_clients(&self) -> bool {
        part(self.json, "security").items().iter().any(|way| way.get("client").is_some())
    }

    /// Whether it is opened in a browser, not called: it answers with a page for people, and has no example.
    pub(crate) fn is_a_page(&self, document: &'a Json) -> bool {
        self.responses(document).iter().any(|(status, response)| {
            *status == "200" && part(response, "content").get("text/html").is_some()
        })
    }

    /// The call of its example.
    pub(crate) fn call(&self, document: &Json) -> Call {
        Call::new(document, self.path, self.method, self.json)
    }

    /// The path with what stands in front of it in the first of the dialects.
    pub(crate) fn full_path(&self, document: &'a Json) -> String {
        let own = document.at(&["paths", self.path, "servers"]);
        let servers = own.or_else(|| document.get("servers")).unwrap_or(&NOTHING).items();
        let url = servers.first().map_or("", |server| server.text("url"));
        let behind_host = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let prefix = behind_host.map(|(_, prefix)| format!("/{prefix}")).unwrap_or_default();
        format!("{prefix}{}", self.path)
    }

    /// Its parameters, each as it stands among the components: those of its own, or those of any call.
    fn parameters(&self, document: &'a Json, of_any_call: bool) -> Vec<&'a Json> {
        let all = part(self.json, "parameters").items().iter();
        let wanted = all.filter(|parameter| OF_ANY_CALL.contains(&parameter.text("$ref")) == of_any_call);
        wanted.map(|parameter| resolve(document, parameter)).collect()
    }

    /// Its responses by status.
    fn responses(&self, document: &'a Json) -> Vec<(&'a str, &'a Json)> {
        let responses = part(self.json, "responses").members().iter();
        responses.map(|(status, response)| (status.as_ref(), resolve(document, response))).collect()
    }
}

/// A member; null where there is none.
fn part<'a>(json: &'a Json, name: &str) -> &'a Json {
    json.get(name).unwrap_or(&NOTHING)
}

/// What a reference leads to; anything else is what it is.
fn resolve<'a>(document: &'a Json, json: &'a Json) -> &'a Json {
    let Some(path) = json.text("$ref").strip_prefix("#/") else { return json };
    path.split('/').try_fold(document, |found, name| found.get(name)).unwrap_or(&NOTHING)
}

/// Every operation, in the document's order.
pub(crate) fn operations(document: &Json) -> impl Iterator<Item = Operation<'_>> {
    part(document, "paths").members().iter().flat_map(|(path, item)| {
        let methods = item.members().iter().filter(|(name, _)| name != "servers");
        methods.map(move |(method, json)| Operation { method, path, json })
    })
}

/// What operations are about.
pub(crate) struct Resource<'a> {
    pub(crate) name: &'a str,
    pub(crate) says: &'a str,
    pub(crate) path: String,
    pub(crate) operations: Vec<Operation<'a>>,
}

/// The resources with their operations.
pub(crate) fn resources<'a>(document: &'a Json) -> Vec<Resource<'a>> {
    let resource = |tag: &'a Json| {
        let name = tag.text("name");
        let operations = operations(document).filter(|operation| operation.tag() == name).collect();
        let path = format!("/developers/reference/{}", slug(name));
        Resource { name, says: tag.text("description"), path, operations }
    };
    part(document, "tags").items().iter().map(resource).collect()
}

/// The list of all operations.
pub(crate) fn index(document: &Json) -> Page {
    let resources = resources(document);
    let body = html! {
        h1 { "API reference" }
        p.lead {
            "Every operation with its parameters, bodies, answers and errors, and with examples that run as they are printed. "
            "It is rendered from the " a href="/openapi.json" { "OpenAPI 3.1 document" } " of this server, for your own tools."
        }
        @for resource in &resources {
            h2 id=(slug(resource.name)) { a href=(resource.path) { (resource.name) } }
            p { (inline::text(resource.says)) }
            ul.operations {
                @for operation in &resource.operations {
                    li {
                        a href={ (resource.path) "#" (operation.id()) } {
                            (operation::method(operation.method))
                            code { (broken(&operation.full_path(document))) }
                            span { (operation.summary()) }
                        }
                    }
                }
            }
        }
    };
    Page {
        path: "/developers/reference".to_owned(),
        title: "API reference".to_owned(),
        summary: "Every operation, with parameters, bodies, answers, errors and examples.".to_owned(),
        sections: resources.iter().map(|resource| Section::new(slug(resource.name), resource.name)).collect(),
        body,
        wide: false,
    }
}

/// A path that may be broken behind its slashes.
pub(crate) fn broken(path: &str) -> Markup {
    html! {
        @for (at, segment) in path.split('/').enumerate() {
            @if at > 0 { "/" wbr; }
            (segment)
        }
    }
}

/// The page of a resource.
pub(crate) fn page(document: &Json, resource: &Resource<'_>) -> Page {
    let operations = &resource.operations;
    let body = html! {
        h1 { (resource.name) }
        p.lead { (inline::text(resource.says)) }
        @for operation in operations { (operation::section(document, *operation)) }
    };
    Page {
        path: resource.path.clone(),
        title: resource.name.to_owned(),
        summary: resource.says.to_owned(),
        sections: operations
            .iter()
            .map(|operation| Section::new(operation.id(), operation.summary()))
            .collect(),
        body,
        wide: true,
    }
}

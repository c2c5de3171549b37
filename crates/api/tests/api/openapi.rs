//! The OpenAPI document: complete, as it was when somebody last read the difference, and true of permissions.

use std::collections::BTreeSet;

use leadkeep_api::{
    Dialect, endpoints, endpoints_beside_the_gate,
    openapi::{Json, document},
};
use leadkeep_domain::{Scope, ScopeSet};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::app::{TestApp, send};

on_both_databases![
    every_operation_asks_for_exactly_the_scopes_that_the_document_names,
    whatever_is_beside_the_gate_is_there,
];

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/golden/openapi.json");

const ADDRESS: &str = "http://127.0.0.1:8080";

fn the_document() -> Json {
    document(ADDRESS, &Dialect::ALL)
}

/// Method, path and what is said of it, of every operation.
fn operations(document: &Json) -> Vec<(String, &str, &Json)> {
    let paths = document.get("paths").unwrap().members().iter();
    let methods = paths.flat_map(|(path, item)| {
        let methods = item.members().iter().filter(|(name, _)| name != "servers");
        methods.map(move |(method, operation)| (method.to_ascii_uppercase(), path.as_ref(), operation))
    });
    methods.collect()
}

#[test]
fn the_document_is_the_one_that_was_read_before_it_was_committed() {
    let written = format!("{}\n", the_document().pretty());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(SNAPSHOT, written).unwrap();
    }
    let snapshot = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    for (at, (line, expected)) in written.lines().zip(snapshot.lines()).enumerate() {
        assert_eq!(line, expected, "line {} of golden/openapi.json; `make openapi` writes it anew", at + 1);
    }
    assert_eq!(
        written.len(),
        snapshot.len(),
        "golden/openapi.json is not whole; `make openapi` writes it anew"
    );
}

#[test]
fn every_endpoint_is_in_the_document_and_nothing_else_is() {
    let document = the_document();
    let documented: BTreeSet<_> = operations(&document)
        .iter()
        .flat_map(|(method, path, _)| {
            places(&document, path).into_iter().map(move |place| (method.clone(), place))
        })
        .collect();
    // Closed paths answer any method alike, and nobody may call them.
    let open = endpoints().filter(|(method, _)| *method != "*");
    let mounted = open.flat_map(|(method, path)| {
        Dialect::ALL.map(|dialect| (method.to_owned(), format!("{}{path}", dialect.prefix)))
    });
    let beside = endpoints_beside_the_gate().map(|(method, path)| (method.to_owned(), path));
    // The console's, whose own tests visit it.
    let consent = ("GET".to_owned(), "/oauth/authorize".to_owned());
    assert_eq!(documented, mounted.chain(beside).chain([consent]).collect());
}

/// A path behind each of its servers, or of the document's.
fn places(document: &Json, path: &str) -> Vec<String> {
    let own = document.at(&["paths", path, "servers"]);
    let servers = own.or_else(|| document.get("servers")).unwrap().items();
    let prefix = |server: &Json| server.text("url").strip_prefix(ADDRESS).unwrap().to_owned();
    servers.iter().map(|server| format!("{}{path}", prefix(server))).collect()
}

/// What the document says of servers is so: nothing beside the gate is missing where it is said to be.
async fn whatever_is_beside_the_gate_is_there(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for (method, path) in endpoints_beside_the_gate() {
        let answer = send(app.at_root(method.parse::<Method>().unwrap(), &path)).await;
        assert!(![404, 405].contains(&answer.status), "{method} {path}: {}", answer.status);
    }
}

#[test]
fn operations_have_names_of_their_own_and_say_what_they_do() {
    let document = the_document();
    let operations = operations(&document);
    let names: BTreeSet<_> =
        operations.iter().map(|(_, _, operation)| operation.text("operationId")).collect();
    assert_eq!(names.len(), operations.len());
    for (method, path, operation) in operations {
        assert!(!operation.text("summary").is_empty(), "{method} {path}");
        assert!(operation.text("description").ends_with('.'), "{method} {path}");
    }
}

/// The name behind the last slash of every reference in the document.
fn references<'a>(json: &'a Json, found: &mut BTreeSet<&'a str>) {
    found.extend(json.get("$ref").and_then(Json::as_str));
    json.items()
        .iter()
        .chain(json.members().iter().map(|(_, value)| value))
        .for_each(|part| references(part, found));
}

#[test]
fn every_reference_leads_to_a_component_and_every_component_is_referred_to() {
    let document = the_document();
    let mut used = BTreeSet::new();
    references(&document, &mut used);
    let components = document.get("components").unwrap().members().iter();
    let components = components.filter(|(kind, _)| kind != "securitySchemes");
    let mut there: BTreeSet<String> = components
        .flat_map(|(kind, named)| {
            named.members().iter().map(move |(name, _)| format!("#/components/{kind}/{name}"))
        })
        .collect();
    // No documented method answers it.
    there.remove("#/components/schemas/MethodNotAllowedError");
    assert_eq!(used, there.iter().map(String::as_str).collect());
}

async fn every_operation_asks_for_exactly_the_scopes_that_the_document_names(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let document = the_document();
    for (method, path, operation) in operations(&document) {
        let Some(oauth) = operation.get("security").unwrap().items().get(1).and_then(|way| way.get("oauth2"))
        else {
            continue;
        };
        let named: Vec<Scope> =
            oauth.items().iter().map(|scope| scope.as_str().unwrap().parse().unwrap()).collect();
        let path = format!("/api/v1{path}");
        let call = async |scopes: &[Scope]| {
            let key = app.key_with(|key| key.scopes = ScopeSet::of(scopes)).await;
            app.call(method.parse::<Method>().unwrap(), &path, &key.secret).await
        };
        // A key has a scope at least.
        let enough = if named.is_empty() { &[Scope::RunsRead] } else { named.as_slice() };
        assert_ne!(call(enough).await.status, 403, "{method} {path}");
        for missing in &named {
            let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scope != missing).collect();
            let refused = call(&others).await;
            assert_eq!(
                refused.body["error"]["details"]["required_scope"],
                missing.as_str(),
                "{method} {path}"
            );
        }
    }
}

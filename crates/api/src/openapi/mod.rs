//! The OpenAPI document: what every endpoint takes and answers, as data. Each entry of the route table names its operation.

mod authorize;
pub(crate) mod conversations;
mod errors;
mod examples;
mod headers;
pub(crate) mod health;
mod json;
pub(crate) mod leads;
pub(crate) mod me;
mod operation;
mod parameters;
pub(crate) mod runs;
mod schema;
mod smart_update_shapes;
pub(crate) mod smart_updates;
mod tag;
pub(crate) mod tokens;

use self::{json::object, schema::Member, tag::Tag};
use crate::{Dialect, problem::Code, routes};

pub use json::Json;
pub(crate) use operation::Operation;

/// The document of a server that people reach at this address and that serves these dialects.
pub fn document(address: &str, dialects: &[&Dialect]) -> Json {
    object! {
        "openapi": "3.1.1",
        "info": info(),
        "servers": dialects.iter().map(|dialect| server(address, dialect)).collect::<Vec<_>>(),
        "tags": Tag::ALL.map(|tag| object! { "name": tag.name(), "description": tag.says() }),
        "paths": paths(address),
        "components": components(address),
        "externalDocs": object! { "description": "Guides", "url": format!("{address}/developers") },
    }
}

/// An error code: as a dialect writes it, its status, and what it means.
pub fn error_codes(dialect: &Dialect) -> Vec<(String, u16, &'static str)> {
    let told = |code: Code| (dialect.code(code).into_owned(), code.status().as_u16(), errors::meaning(code));
    errors::CODES.map(told).into()
}

fn info() -> Json {
    object! {
        "title": "Leadkeep API",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Leads, conversations and workflow runs of a workspace.",
        "description": "The same resources under several prefixes, each a server below; they differ in \
                        which credentials they accept and in how errors are written. This document writes \
                        errors as the slokoto dialect does. Bodies are read strictly: what is unknown is \
                        refused. Answers may get more members. HEAD works wherever GET does.",
        "license": object! { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    }
}

fn server(address: &str, dialect: &Dialect) -> Json {
    object! {
        "url": format!("{address}{}", dialect.prefix),
        "description": format!("{}: {}", dialect.name, dialect.manners().join(" ")),
    }
}

fn paths(address: &str) -> Json {
    let mut paths: Vec<_> =
        routes::documented().map(|(path, operations)| (path.into(), path_item(operations))).collect();
    for endpoint in routes::Endpoint::ALL {
        let item = path_item([("POST", tokens::of_clients(endpoint))]);
        paths.push((endpoint.path().into(), item.with("servers", servers(address, endpoint.prefixes()))));
    }
    for (path, operation) in [
        ("/oauth/authorize", authorize::ask()),
        ("/.well-known/oauth-authorization-server", tokens::metadata()),
        ("/healthz", health::live()),
        ("/readyz", health::ready()),
    ] {
        paths.push((path.into(), path_item([("GET", operation)]).with("servers", servers(address, [""]))));
    }
    paths.into_iter().collect()
}

fn servers(address: &str, prefixes: impl IntoIterator<Item = &'static str>) -> Json {
    let server = |prefix| object! { "url": format!("{address}{prefix}") };
    prefixes.into_iter().map(server).collect::<Vec<_>>().into()
}

fn path_item(operations: impl IntoIterator<Item = (&'static str, Operation)>) -> Json {
    let member =
        |(method, operation): (&str, Operation)| (method.to_ascii_lowercase().into(), operation.into_json());
    operations.into_iter().map(member).collect()
}

fn components(address: &str) -> Json {
    object! {
        "schemas": schemas(),
        "responses": operation::shared_responses(),
        "parameters": parameters::components(),
        "headers": headers::components(),
        "securitySchemes": security_schemes(address),
    }
}

fn schemas() -> Json {
    let resources = [
        leads::schemas(),
        smart_update_shapes::schemas(),
        conversations::schemas(),
        runs::schemas(),
        me::schemas(),
        tokens::schemas(),
        vec![page_meta()],
    ];
    let named = resources.into_iter().flatten().map(|(name, schema)| (name.into(), schema.into_json()));
    named.chain(errors::schemas().into_iter().map(|(name, schema)| (name.into(), schema))).collect()
}

fn page_meta() -> Member {
    let cursor = schema::string().nullable().describe("Begins the next page; null on the last.");
    ("PageMeta", schema::shown([("next_cursor", cursor), ("has_more", schema::boolean())]))
}

fn security_schemes(address: &str) -> Json {
    let client_credentials = object! {
        "tokenUrl": format!("{address}{}/oauth/token", Dialect::SLOKOTO.prefix),
        "scopes": tokens::scopes(),
    };
    let token_url = format!("{address}{}/oauth/token", Dialect::SKODE.prefix);
    let authorization_code = object! {
        "authorizationUrl": format!("{address}/oauth/authorize"),
        "tokenUrl": token_url.clone(),
        "refreshUrl": token_url,
        "scopes": tokens::scopes(),
    };
    object! {
        "bearer": object! {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (`slk_at_…`), an API key (`sk_live_…`) or an API token \
                            (`slat_…`).",
        },
        "oauth2": object! {
            "type": "oauth2",
            "description": "An access token: of an API client by the client credentials grant, of an OAuth app by the \
                            authorization code grant with PKCE.",
            "flows": object! {
                "clientCredentials": client_credentials,
                "authorizationCode": authorization_code,
            },
        },
        "client": object! {
            "type": "http",
            "scheme": "basic",
            "description": "A client's id and secret, at the endpoints of OAuth only; they may be in the body \
                            instead.",
        },
    }
}

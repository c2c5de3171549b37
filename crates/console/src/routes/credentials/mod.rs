//! API clients, API keys and API tokens: the same pages for each.

mod create;
mod end;
mod found;
mod issue;
mod list;
mod rotate;

use actix_web::{HttpRequest, web};
use leadkeep_domain::CredentialId;

use super::{Route, get, id, post};
use crate::{account::Inside, layout::workspace_path, pages::credentials::Kind, trouble::Trouble};

pub(super) use end::{calls, last_used, made};
pub(super) use found::{NO_CALLS, count, secrets};

/// The kind that a page is of.
trait Of: 'static {
    const KIND: Kind;
}

struct Clients;
struct Keys;
struct Tokens;

impl Of for Clients {
    const KIND: Kind = Kind::Client;
}

impl Of for Keys {
    const KIND: Kind = Kind::Key;
}

impl Of for Tokens {
    const KIND: Kind = Kind::Token;
}

pub(super) const ROUTES: &[Route] = &[
    get("/console/w/{workspace}/integrations/rest-api", || web::to(list::list::<Clients>)),
    post("/console/w/{workspace}/integrations/rest-api", || web::to(create::create::<Clients>)),
    get("/console/w/{workspace}/integrations/rest-api/new", || web::to(create::new::<Clients>)),
    get("/console/w/{workspace}/integrations/rest-api/{client}/rotate", || web::to(rotate::ask::<Clients>)),
    post("/console/w/{workspace}/integrations/rest-api/{client}/rotate", || {
        web::to(rotate::rotate::<Clients>)
    }),
    get("/console/w/{workspace}/integrations/rest-api/{client}/revoke", || {
        web::to(end::ask_revoke::<Clients>)
    }),
    post("/console/w/{workspace}/integrations/rest-api/{client}/revoke", || web::to(end::revoke::<Clients>)),
    get("/console/w/{workspace}/settings/api-keys", || web::to(list::list::<Keys>)),
    post("/console/w/{workspace}/settings/api-keys", || web::to(create::create::<Keys>)),
    get("/console/w/{workspace}/settings/api-keys/new", || web::to(create::new::<Keys>)),
    get("/console/w/{workspace}/settings/api-keys/{key}/rotate", || web::to(rotate::ask::<Keys>)),
    post("/console/w/{workspace}/settings/api-keys/{key}/rotate", || web::to(rotate::rotate::<Keys>)),
    get("/console/w/{workspace}/settings/api-keys/{key}/disable", || web::to(end::ask_disable::<Keys>)),
    post("/console/w/{workspace}/settings/api-keys/{key}/disable", || web::to(end::disable::<Keys>)),
    post("/console/w/{workspace}/settings/api-keys/{key}/enable", || web::to(end::enable::<Keys>)),
    get("/console/w/{workspace}/settings/api-keys/{key}/revoke", || web::to(end::ask_revoke::<Keys>)),
    post("/console/w/{workspace}/settings/api-keys/{key}/revoke", || web::to(end::revoke::<Keys>)),
    get("/console/w/{workspace}/settings/api-tokens", || web::to(list::list::<Tokens>)),
    post("/console/w/{workspace}/settings/api-tokens", || web::to(create::create::<Tokens>)),
    get("/console/w/{workspace}/settings/api-tokens/{token}/rotate", || web::to(rotate::ask::<Tokens>)),
    post("/console/w/{workspace}/settings/api-tokens/{token}/rotate", || web::to(rotate::rotate::<Tokens>)),
    get("/console/w/{workspace}/settings/api-tokens/{token}/disable", || web::to(end::ask_disable::<Tokens>)),
    post("/console/w/{workspace}/settings/api-tokens/{token}/disable", || web::to(end::disable::<Tokens>)),
    post("/console/w/{workspace}/settings/api-tokens/{token}/enable", || web::to(end::enable::<Tokens>)),
    get("/console/w/{workspace}/settings/api-tokens/{token}/revoke", || web::to(end::ask_revoke::<Tokens>)),
    post("/console/w/{workspace}/settings/api-tokens/{token}/revoke", || web::to(end::revoke::<Tokens>)),
];

/// The page of all of a kind.
fn above(inside: &Inside, kind: Kind) -> String {
    workspace_path(inside.workspace(), kind.path())
}

/// The credential that a path names: a client's id is an id as the others are.
fn named(request: &HttpRequest, kind: Kind) -> Result<CredentialId, Trouble> {
    id(request, kind.short())
}

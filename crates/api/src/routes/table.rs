//! Every path behind the gate, with what answers each of its methods and what the OpenAPI document says of it: mounted by every
//! dialect, and read by the tests.

use actix_web::{HttpResponse, Resource, Route, http::Method, web};

use super::{conversations, leads, me, runs, smart_updates};
use crate::{
    openapi::{self, Operation},
    problem::Problem,
};

/// A path below a dialect's prefix.
pub(crate) struct Endpoint {
    path: &'static str,
    verbs: &'static [Verb],
}

/// A method, what answers it, and what is said of it.
struct Verb {
    method: &'static str,
    handler: fn() -> Route,
    operation: fn() -> Operation,
}

const fn get(handler: fn() -> Route, operation: fn() -> Operation) -> Verb {
    Verb { method: "GET", handler, operation }
}

const fn post(handler: fn() -> Route, operation: fn() -> Operation) -> Verb {
    Verb { method: "POST", handler, operation }
}

const fn patch(handler: fn() -> Route, operation: fn() -> Operation) -> Verb {
    Verb { method: "PATCH", handler, operation }
}

const fn delete(handler: fn() -> Route, operation: fn() -> Operation) -> Verb {
    Verb { method: "DELETE", handler, operation }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint { path: "/me", verbs: &[get(|| web::to(me::me), openapi::me::me)] },
    Endpoint { path: "/me/limits", verbs: &[get(|| web::to(me::limits), openapi::me::limits)] },
    Endpoint {
        path: "/leads",
        verbs: &[
            get(|| web::to(leads::list::list), openapi::leads::list),
            post(|| web::to(leads::create::create), openapi::leads::create),
        ],
    },
    Endpoint {
        path: "/leads/import",
        verbs: &[post(|| web::to(runs::import::import), openapi::runs::import)],
    },
    Endpoint {
        path: "/leads/export",
        verbs: &[post(|| web::to(runs::export::export), openapi::runs::export)],
    },
    Endpoint {
        path: "/leads/ai-update",
        verbs: &[post(|| web::to(smart_updates::bulk::update), openapi::smart_updates::bulk)],
    },
    Endpoint {
        path: "/leads/{id}",
        verbs: &[
            get(|| web::to(leads::get::get), openapi::leads::get),
            patch(|| web::to(leads::update::update), openapi::leads::update),
            delete(|| web::to(leads::archive::archive), openapi::leads::archive),
        ],
    },
    Endpoint {
        path: "/leads/{id}/restore",
        verbs: &[post(|| web::to(leads::restore::restore), openapi::leads::restore)],
    },
    Endpoint {
        path: "/leads/{id}/history",
        verbs: &[get(|| web::to(leads::history::history), openapi::leads::history)],
    },
    Endpoint {
        path: "/leads/{id}/ai-update",
        verbs: &[post(|| web::to(smart_updates::update::update), openapi::smart_updates::update)],
    },
    Endpoint {
        path: "/leads/{id}/ai-updates",
        verbs: &[get(|| web::to(smart_updates::list::list), openapi::smart_updates::list)],
    },
    Endpoint {
        path: "/leads/{id}/ai-updates/{update_id}/undo",
        verbs: &[post(|| web::to(smart_updates::undo::undo), openapi::smart_updates::undo)],
    },
    Endpoint {
        path: "/usage/ai",
        verbs: &[get(|| web::to(smart_updates::usage::usage), openapi::smart_updates::usage)],
    },
    Endpoint {
        path: "/conversations",
        verbs: &[
            get(|| web::to(conversations::list::list), openapi::conversations::list),
            post(|| web::to(conversations::create::create), openapi::conversations::create),
        ],
    },
    Endpoint {
        path: "/conversations/{id}",
        verbs: &[
            get(|| web::to(conversations::get::get), openapi::conversations::get),
            patch(|| web::to(conversations::update::update), openapi::conversations::update),
        ],
    },
    Endpoint {
        path: "/conversations/{id}/messages",
        verbs: &[
            get(|| web::to(conversations::messages::list), openapi::conversations::messages),
            post(|| web::to(conversations::messages::add), openapi::conversations::add_message),
        ],
    },
    Endpoint { path: "/workflow-runs", verbs: &[get(|| web::to(runs::list::list), openapi::runs::list)] },
    Endpoint { path: "/workflow-runs/{id}", verbs: &[get(|| web::to(runs::get::get), openapi::runs::get)] },
    Endpoint {
        path: "/workflow-runs/{id}/cancel",
        verbs: &[post(|| web::to(runs::cancel::cancel), openapi::runs::cancel)],
    },
    Endpoint {
        path: "/workflow-runs/{id}/result",
        verbs: &[get(|| web::to(runs::result::result), openapi::runs::result)],
    },
];

/// What a credential may do with itself whatever its budget is and wherever it is used.
pub(super) const LENIENT_ENDPOINTS: &[Endpoint] =
    &[Endpoint { path: "/me/credential", verbs: &[delete(|| web::to(me::revoke), openapi::me::revoke)] }];

/// What people and the command line do, and no key or token may: these paths with everything below them.
pub(super) const CLOSED: [&str; 5] = ["/api-keys", "/api-tokens", "/oauth-clients", "/members", "/workspace"];

/// Every method and path that a credential may be presented at, below each dialect's prefix; for the closed ones any method.
pub fn endpoints() -> impl Iterator<Item = (&'static str, &'static str)> {
    let open = ENDPOINTS.iter().chain(LENIENT_ENDPOINTS);
    let open = open.flat_map(|endpoint| endpoint.verbs.iter().map(|verb| (verb.method, endpoint.path)));
    open.chain(CLOSED.into_iter().map(|path| ("*", path)))
}

/// Every path with its methods and what the OpenAPI document says of them. What nobody may call is not in it.
pub(crate) fn documented()
-> impl Iterator<Item = (&'static str, impl Iterator<Item = (&'static str, Operation)>)> {
    let described = |verb: &'static Verb| (verb.method, (verb.operation)());
    let open = ENDPOINTS.iter().chain(LENIENT_ENDPOINTS);
    open.map(move |endpoint| (endpoint.path, endpoint.verbs.iter().map(described)))
}

impl Endpoint {
    /// The path as actix-web mounts it. HEAD is answered as GET, and any method that there is no handler for with 405 and a
    /// list of those that there are.
    pub(super) fn resource(&self, prefix: &str) -> Resource {
        let allow = self.allow();
        let refuse = move || {
            let allow = allow.clone();
            async move { Err::<HttpResponse, _>(Problem::method_not_allowed(allow)) }
        };
        let mut resource = web::resource(format!("{prefix}{}", self.path)).default_service(web::to(refuse));
        for verb in self.verbs {
            let route = |method: Method| (verb.handler)().method(method);
            if verb.method == "GET" {
                resource = resource.route(route(Method::GET)).route(route(Method::HEAD));
            } else if let Ok(method) = verb.method.parse() {
                resource = resource.route(route(method));
            }
        }
        resource
    }

    fn allow(&self) -> String {
        let methods = self.verbs.iter().flat_map(|verb| match verb.method {
            "GET" => ["GET", "HEAD"].as_slice(),
            _ => std::slice::from_ref(&verb.method),
        });
        methods.copied().collect::<Vec<_>>().join(", ")
    }
}

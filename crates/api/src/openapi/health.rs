//! Health.

use leadkeep_service::LimitsKept;

use super::{
    json::object,
    operation::{Operation, Success},
    schema,
    tag::Tag,
};
use crate::problem::Code;

/// GET /healthz
pub(crate) fn live() -> Operation {
    Operation::open("getHealth", Tag::Health, "Ask whether the server lives", ok())
        .about("200 while the process answers.")
}

/// GET /readyz
pub(crate) fn ready() -> Operation {
    Operation::open("getReadiness", Tag::Health, "Ask whether the server is ready", ready_to_serve())
        .about("200 while the database answers too. A shared store of limits that is away is no reason not to serve: `limits` tells of it.")
        .fault(Code::InternalError, "nobody foresaw it")
        .fault(Code::ServiceUnavailable, "the database is away or too busy")
}

fn ready_to_serve() -> Success {
    let limits = schema::word(LimitsKept::ALL.map(LimitsKept::as_str)).describe(
        "With whom calls are counted: by this node alone, as none is shared; with the other nodes; by this node alone while what is shared is away; or not at all, while that is away and calls are refused instead.",
    );
    let schema = schema::shown([("status", schema::exactly("ok")), ("limits", limits)]);
    Success::json(200, "All is well.", schema, object! { "status": "ok", "limits": "node" })
}

fn ok() -> Success {
    let schema = schema::shown([("status", schema::exactly("ok"))]);
    Success::json(200, "All is well.", schema, object! { "status": "ok" })
}

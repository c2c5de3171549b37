//! Health.

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
    Operation::open("getReadiness", Tag::Health, "Ask whether the server is ready", ok())
        .about("200 while the database answers too.")
        .fault(Code::InternalError, "nobody foresaw it")
        .fault(Code::ServiceUnavailable, "the database is away or too busy")
}

fn ok() -> Success {
    let schema = schema::shown([("status", schema::exactly("ok"))]);
    Success::json(200, "All is well.", schema, object! { "status": "ok" })
}

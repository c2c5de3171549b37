//! What callers send, read strictly: every fault is told, and nothing that is not understood is passed over.

mod json;
mod parameters;

pub(crate) use json::{JSON, JsonBody, media_type, read_body};
pub(crate) use leadkeep_service::input::{Fields, text, word};
pub(crate) use parameters::{NoParameters, Parameters, decode_pairs, page_limit};

use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::{Email, Invalid, LeadFilter, Tag};
use leadkeep_service::input::{Faults, Fields, filter, text};
use leadkeep_transfer::Format;
use serde_json::{Map, Value};

use super::started;
use crate::{
    caller::{LeadsRead, Permitted, RunsWrite},
    idempotency::Once,
    input::{JsonBody, decode_pairs, read_body},
    problem::Problem,
    state::ApiState,
};

/// POST /leads/export: 202 with the run that writes the leads to a file. What is wanted is said in a JSON body, in the query,
/// or partly in each.
pub(in crate::routes) async fn export(
    caller: Permitted<RunsWrite>,
    _: Permitted<LeadsRead>,
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = read_body(&request, &mut payload.into_inner()).await?;
    let asked = Asked::read(&request, &body)?;
    let once = Once { state: &state, caller: &caller, request: &request, body: &body, answer: started };
    once.make(async |receipt| {
        let Asked { filter, format } = asked;
        state.runs.start_export(caller.principal(), filter, format, caller.request_id(), receipt).await
    })
    .await
}

struct Asked {
    filter: LeadFilter,
    format: Format,
}

impl Asked {
    fn read(request: &HttpRequest, body: &[u8]) -> Result<Self, Problem> {
        let mut members = if body.is_empty() { Map::new() } else { JsonBody::members(request, body)? };
        let pairs = decode_pairs(request.query_string())
            .ok_or_else(|| Problem::invalid_request("The query is not UTF-8, percent-encoded"))?;
        for (name, value) in pairs {
            if members.insert(name.clone(), Value::String(value)).is_some() {
                return Err(Faults::one(leadkeep_service::input::shortened(&name), "is said twice").into());
            }
        }
        let mut fields = Fields::new(members);
        let format = fields.required("format", text(|name| format(&name)));
        let filter = LeadFilter {
            status: fields.optional("status", text(|name| filter::status(&name))).unwrap_or_default(),
            assigned_to: fields.optional("assigned_to", text(|id| id.parse())),
            tag: fields.optional("tag", text(Tag::parse)),
            email: fields.optional("email", text(Email::parse)),
            updated_after: fields.optional("updated_after", text(|time| filter::timestamp(&time))),
            ..LeadFilter::default()
        };
        fields.finish()?;
        // Without a format the fields did not finish well; the compiler can't know.
        let format = format.ok_or_else(|| Problem::invalid_request("format is required"))?;
        Ok(Self { filter, format })
    }
}

fn format(name: &str) -> Result<Format, Invalid> {
    name.parse().map_err(|_| Invalid::new("must be csv or ndjson"))
}

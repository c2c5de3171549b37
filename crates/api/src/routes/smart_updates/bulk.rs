use actix_web::{HttpRequest, HttpResponse, web};
use leadkeep_domain::{Id, Invalid};
use leadkeep_service::{
    input::{Fault, Faults, Fields, text, word},
    runs::AiItem,
    smart_updates::AiOptions,
};
use serde_json::Value;

use super::read::{self, Written};
use crate::{
    caller::{Caller, LeadsWrite, Permitted, RunsWrite},
    idempotency::Once,
    input::{JsonBody, NoParameters},
    problem::Problem,
    routes::runs::started,
    state::ApiState,
};

/// How many texts one run reads.
const MOST_ITEMS: usize = 1_000;

/// How large a body may be, in bytes: a thousand notes of a page each.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// POST /leads/ai-update: 202 with the run that updates many leads, each from its own text.
pub(in crate::routes) async fn update(
    caller: Permitted<RunsWrite>,
    _: Permitted<LeadsWrite>,
    _: NoParameters,
    state: web::Data<ApiState>,
    request: HttpRequest,
    body: JsonBody<MAX_BODY>,
) -> Result<HttpResponse, Problem> {
    let (items, options) = asked(body.fields, &caller)?;
    let once = Once { state: &state, caller: &caller, request: &request, body: &body.raw, answer: started };
    once.make(async |receipt| {
        state.runs.start_ai_update(caller.principal(), items, options, caller.request_id(), receipt).await
    })
    .await
}

fn asked(mut fields: Fields, caller: &Caller) -> Result<(Vec<AiItem>, AiOptions), Problem> {
    let updates = fields.required("updates", |value| match value {
        Value::Array(items) if items.is_empty() => Err(Invalid::new("must not be empty")),
        Value::Array(items) if items.len() > MOST_ITEMS => {
            Err(Invalid::new(format!("must have at most {MOST_ITEMS} items; start several runs")))
        }
        Value::Array(items) => Ok(items),
        _ => Err(Invalid::new("must be an array of objects with id and text")),
    });
    let options = read::options(&mut fields);
    fields.finish()?;
    let mut items = Vec::new();
    let mut faults = Vec::new();
    for (index, written) in updates.unwrap_or_default().into_iter().enumerate() {
        match item(written, &format!("updates[{index}].text"), caller)? {
            Ok(item) => items.push(item),
            Err(Faults(wrong)) => {
                let name = |field: &str| match field {
                    "" => format!("updates[{index}]"),
                    field => format!("updates[{index}].{field}"),
                };
                let named = |fault: Fault| Fault::new(name(&fault.field), fault.message);
                faults.extend(wrong.into_iter().map(named));
            }
        }
    }
    if faults.is_empty() { Ok((items, options)) } else { Err(Faults(faults).into()) }
}

/// One text; the faults that it has, or a problem of the whole request.
fn item(written: Value, name: &str, caller: &Caller) -> Result<Result<AiItem, Faults>, Problem> {
    let Value::Object(members) = written else { return Ok(Err(Faults::one("", "must be an object"))) };
    let mut fields = Fields::new(members);
    let lead = fields.required("id", text(word::<Id<_>>));
    let text = Written::read(&mut fields, name)?;
    let as_of = read::day(&mut fields);
    let faults = fields.finish().err().map(|Faults(faults)| faults).unwrap_or_default();
    let source = text.source(faults, caller)?;
    Ok(source.and_then(|source| {
        // Without an id there were faults; the compiler can't know.
        let lead = lead.ok_or_else(|| Faults::one("id", "is required"))?;
        Ok(AiItem { lead, source, as_of })
    }))
}

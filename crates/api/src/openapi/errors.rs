//! What can go wrong: the bodies of errors, and the responses that have them.

use std::collections::BTreeMap;

use super::{
    Json, headers,
    json::object,
    schema::{self, Schema},
};
use crate::problem::Code;

/// A way in which an operation can go wrong.
#[derive(Clone)]
pub(super) struct Fault {
    pub(super) code: Code,
    /// Completes "this is answered when …".
    pub(super) when: &'static str,
}

/// Every code, by status.
pub(super) const CODES: [Code; 29] = [
    Code::InvalidRequest,
    Code::UnsupportedGrantType,
    Code::InvalidScope,
    Code::InvalidGrant,
    Code::UnauthorizedClient,
    Code::Unauthorized,
    Code::AiCreditsExhausted,
    Code::Forbidden,
    Code::AiDisabled,
    Code::HttpsRequired,
    Code::NotFound,
    Code::LeadNotFound,
    Code::ConversationNotFound,
    Code::MethodNotAllowed,
    Code::RequestTimeout,
    Code::DuplicateLead,
    Code::LeadArchived,
    Code::IdempotencyKeyInUse,
    Code::RunFinished,
    Code::RunNotFinished,
    Code::PreconditionFailed,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
    Code::ValidationError,
    Code::RateLimited,
    Code::InternalError,
    Code::AiUnavailable,
    Code::ServiceUnavailable,
    Code::AiTimedOut,
];

/// What a code means, wherever it is met.
pub(super) const fn meaning(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest => {
            "The request is not what HTTP or JSON ask for: malformed JSON, a repeated member, nesting \
             deeper than 64 levels, a broken cursor, a malformed header."
        }
        Code::UnsupportedGrantType => {
            "The token endpoint knows the grants client_credentials, authorization_code and refresh_token."
        }
        Code::InvalidScope => "A scope that does not exist, or that the client does not have.",
        Code::InvalidGrant => {
            "The authorization code or refresh token is unknown, expired, used or revoked, or belongs to another client, \
             redirect URI or code verifier. The wording is the same for all."
        }
        Code::UnauthorizedClient => {
            "The grant is not for clients of this kind: an API client asks with client_credentials, an OAuth app with \
             authorization_code and refresh_token."
        }
        Code::Unauthorized => {
            "No credential, or one that is malformed, unknown, expired, revoked, disabled, rotated away, \
             or of a kind that is not accepted here. The wording is the same for all."
        }
        Code::AiCreditsExhausted => "The workspace has no smart update credits left this month.",
        Code::Forbidden => {
            "The credential is good, and may not do this: a scope is missing (details names it), a tenant \
             header names somebody else, the address is not allowed, or the endpoint is closed to \
             credentials."
        }
        Code::AiDisabled => "Smart update is off in this workspace.",
        Code::HttpsRequired => {
            "The server requires https, and a credential came over plain HTTP: good or not, it is exposed. Rotate it."
        }
        Code::NotFound => "There is nothing at this path; a run, an update or a file that is not there.",
        Code::LeadNotFound => "No lead of this workspace has this id.",
        Code::ConversationNotFound => "No conversation of this workspace has this id.",
        Code::MethodNotAllowed => "The path is there, the method is not. Allow lists those that are.",
        Code::RequestTimeout => "The body did not come within 30 seconds.",
        Code::DuplicateLead => {
            "Another active lead of the workspace has this email, ignoring case. details names it."
        }
        Code::LeadArchived => "The lead is archived, and the change does not restore it.",
        Code::IdempotencyKeyInUse => "The first request with this Idempotency-Key is still being done.",
        Code::RunFinished => "The run has succeeded or failed already; there is nothing to cancel.",
        Code::RunNotFinished => "The run goes on; its file is not there yet.",
        Code::PreconditionFailed => "If-Match names no version that the lead has: it has changed since.",
        Code::PayloadTooLarge => "The body, the file or the text is too large.",
        Code::UnsupportedMediaType => {
            "The Content-Type is not one that is read here, or the body is compressed or not UTF-8."
        }
        Code::ValidationError => {
            "Well formed, but a member, type, value or parameter is wrong or unknown. details lists every \
             fault, up to 100."
        }
        Code::RateLimited => "A rate limit is used up. Retry-After says how long to wait.",
        Code::InternalError => {
            "Something that nobody foresaw. The server's log has the cause under the request id."
        }
        Code::AiUnavailable => {
            "What reads texts does not answer, or makes no sense. Nothing was changed or charged."
        }
        Code::ServiceUnavailable => "The database is away or too busy. Retry-After says when to try again.",
        Code::AiTimedOut => "What reads texts did not answer in time. Nothing was changed or charged.",
    }
}

/// An example of what the server says with a code.
const fn message(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest => "The body is not valid JSON: expected value at line 1 column 2",
        Code::UnsupportedGrantType => {
            "grant_type must be client_credentials, authorization_code or refresh_token"
        }
        Code::InvalidGrant => "The code or refresh token is invalid, expired, used or revoked",
        Code::UnauthorizedClient => "An API client gets tokens for client_credentials only",
        Code::InvalidScope => "The client does not have this scope",
        Code::Unauthorized => "Invalid or expired credential",
        Code::AiCreditsExhausted => {
            "The workspace has no smart update credits left this month; the next month brings new ones"
        }
        Code::Forbidden => "The credential lacks the scope leads.write",
        Code::AiDisabled => "Smart update is off in this workspace; whoever runs the server can switch it on",
        Code::HttpsRequired => {
            "The credential was sent over plain HTTP and is exposed: use https, and replace the secret"
        }
        Code::NotFound => "Run not found",
        Code::LeadNotFound => "Lead not found",
        Code::ConversationNotFound => "Conversation not found",
        Code::MethodNotAllowed => "This path allows GET, HEAD, POST",
        Code::RequestTimeout => "The body did not come in time",
        Code::DuplicateLead => "Another active lead of this workspace has this email",
        Code::LeadArchived => "The lead is archived; restore it before changing it",
        Code::IdempotencyKeyInUse => "A request with this Idempotency-Key is still being done",
        Code::RunFinished => "The run is finished already",
        Code::RunNotFinished => "The run is not finished yet",
        Code::PreconditionFailed => "The lead has changed since; read it again",
        Code::PayloadTooLarge => "The body must be at most 262144 bytes",
        Code::UnsupportedMediaType => "Content-Type must be application/json, in UTF-8 and not compressed",
        Code::ValidationError => "email must be an e-mail address such as name@example.com",
        Code::RateLimited => "Too many requests",
        Code::InternalError => "Something went wrong on our side; the request id finds it",
        Code::AiUnavailable => "What reads texts does not answer right now; nothing was changed or charged",
        Code::ServiceUnavailable => "The database is not available right now; try again",
        Code::AiTimedOut => "What reads texts did not answer in time; nothing was changed or charged",
    }
}

/// What `details` looks like, with an example, and whether it is always there.
fn details(code: Code) -> Option<(Schema, Json, bool)> {
    match code {
        Code::ValidationError => {
            let fault = schema::shown([
                (
                    "field",
                    schema::string()
                        .describe("A member, a parameter, a column or a header; `body` for the whole."),
                ),
                ("message", schema::string().describe("What to change.")),
            ]);
            let example =
                object! { "field": "email", "message": "must be an e-mail address such as name@example.com" };
            Some((schema::array(fault).min_items(1).max_items(100), [example].into(), true))
        }
        Code::Forbidden => {
            let scope = schema::string().describe("The scope that is missing.");
            Some((
                schema::shown([("required_scope", scope)]),
                object! { "required_scope": "leads.write" },
                false,
            ))
        }
        Code::DuplicateLead => {
            let members = [
                ("email", schema::email()),
                ("lead_id", schema::id(super::examples::LEAD).describe("The lead that has it.")),
            ];
            let example = object! { "email": "john@acme.com", "lead_id": super::examples::LEAD };
            Some((schema::shown(members), example, true))
        }
        _ => None,
    }
}

/// The name of the schema of a code's body.
fn schema_name(code: Code) -> String {
    let words = code.as_str().split('_');
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    format!("{}Error", words.map(capital).collect::<String>())
}

/// The schemas of all errors' bodies.
pub(super) fn schemas() -> BTreeMap<String, Json> {
    let mut schemas = BTreeMap::new();
    for code in CODES {
        schemas.entry(schema_name(code)).or_insert_with(|| body_schema(code));
    }
    schemas
}

fn body_schema(code: Code) -> Json {
    let mut members = vec![
        ("code", schema::exactly(code.as_str())),
        ("message", schema::string().describe("For people. It may change; the code does not.")),
        ("request_id", schema::string().describe("Names the request in the server's log.")),
    ];
    let mut optional = None;
    match details(code) {
        Some((details, _, true)) => members.push(("details", details)),
        Some((details, _, false)) => optional = Some(details),
        None => {}
    }
    let mut error = schema::shown(members).into_json();
    if let Some(details) = optional {
        let properties = error.get("properties").cloned().unwrap_or(Json::Null);
        error = error.with("properties", properties.with("details", details.into_json()));
    }
    let body = object! { "type": "object", "required": ["error"], "properties": object! { "error": error } };
    body.with("description", meaning(code))
}

fn example(code: Code) -> Json {
    let error = object! { "code": code.as_str(), "message": message(code) };
    let error = match details(code) {
        Some((_, details, _)) => error.with("details", details),
        None => error,
    };
    object! { "error": error.with("request_id", "01a200d8-0ca0-7139-ae49-5c3977431d1f") }
}

/// Faults by status, as responses. Those behind the gate have the headers of the budget.
pub(super) fn responses(faults: &[Fault], behind_the_gate: bool) -> BTreeMap<u16, Json> {
    grouped(faults, behind_the_gate, None)
}

/// The same, where the answer may also be what RFC 6749 says.
pub(super) fn responses_or_the_rfcs(faults: &[Fault]) -> BTreeMap<u16, Json> {
    grouped(faults, false, Some("OAuthError"))
}

fn grouped(faults: &[Fault], behind_the_gate: bool, other: Option<&str>) -> BTreeMap<u16, Json> {
    let mut by_status: BTreeMap<u16, Vec<&Fault>> = BTreeMap::new();
    for fault in faults {
        by_status.entry(fault.code.status().as_u16()).or_default().push(fault);
    }
    by_status
        .into_iter()
        .map(|(status, faults)| (status, response(status, &faults, behind_the_gate, other)))
        .collect()
}

fn response(status: u16, faults: &[&Fault], behind_the_gate: bool, other: Option<&str>) -> Json {
    let mut by_code: Vec<(Code, Vec<&str>)> = Vec::new();
    for fault in faults {
        match by_code.iter_mut().find(|(code, _)| code.as_str() == fault.code.as_str()) {
            Some((_, whens)) => whens.push(fault.when),
            None => by_code.push((fault.code, vec![fault.when])),
        }
    }
    let told = by_code.iter().map(|(code, whens)| format!("`{}`: {}.", code.as_str(), whens.join("; ")));
    let names = by_code.iter().map(|(code, _)| schema_name(*code)).chain(other.map(str::to_owned));
    let schemas: Vec<Schema> = names.map(|name| schema::reference(&name)).collect();
    let examples: Json = by_code
        .iter()
        .map(|(code, whens)| {
            let example = object! { "summary": whens.join("; "), "value": example(*code) };
            (code.as_str().into(), example)
        })
        .collect();
    let body = match schemas.as_slice() {
        [only] => only.clone(),
        _ => schema::one_of(schemas),
    };
    let in_use = by_code.iter().any(|(code, _)| *code == Code::IdempotencyKeyInUse);
    object! {
        "description": told.collect::<Vec<_>>().join(" "),
        "headers": headers::of_error(status, behind_the_gate, in_use),
        "content": object! { "application/json": object! { "schema": body.into_json(), "examples": examples } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_schema_by_its_name() {
        let schemas = schemas();
        assert!(schemas.contains_key("DuplicateLeadError"));
        for code in CODES {
            assert!(schemas.contains_key(&schema_name(code)), "{code:?}");
        }
    }
}

//! An operation: a method of a path, and all there is to say of it.

use std::collections::BTreeMap;

use leadkeep_domain::Scope;

use super::{
    Json,
    errors::{self, Fault},
    headers::{self, Extra},
    json::object,
    parameters::{self, Parameter},
    schema::{self, Schema},
    tag::Tag,
};
use crate::problem::Code;

/// Who may use an operation.
#[derive(Clone, Copy)]
enum Access {
    /// Whoever has a credential with these scopes.
    Credential(&'static [Scope]),
    /// OAuth clients, by their id and secret.
    Client,
    Everyone,
}

/// A method of a path.
pub(crate) struct Operation {
    id: &'static str,
    tag: Tag,
    summary: &'static str,
    description: &'static str,
    access: Access,
    parameters: Vec<Parameter>,
    body: Option<Json>,
    replayable: bool,
    success: Success,
    /// Answers beside it that are no errors of the API's.
    others: Vec<Success>,
    faults: Vec<Fault>,
    /// Responses that are said once for all.
    shared: bool,
}

/// An answer with success.
pub(super) struct Success {
    status: u16,
    says: &'static str,
    content: Json,
    extra: Vec<Extra>,
}

impl Success {
    /// An answer in JSON.
    pub(super) fn json(status: u16, says: &'static str, schema: Schema, example: Json) -> Self {
        let content =
            object! { "application/json": object! { "schema": schema.into_json(), "example": example } };
        Self { status, says, content, extra: Vec::new() }
    }

    /// `{"data": …}` with a thing among the document's schemas.
    pub(super) fn data(status: u16, says: &'static str, name: &str, example: Json) -> Self {
        let schema = schema::shown([("data", schema::reference(name))]);
        Self::json(status, says, schema, object! { "data": example })
    }

    /// A page of things among the document's schemas.
    pub(super) fn page(says: &'static str, name: &str, example: Json) -> Self {
        let things = schema::array(schema::reference(name)).max_items(100);
        let schema = schema::shown([("data", things), ("meta", schema::reference("PageMeta"))]);
        let meta = object! { "next_cursor": super::examples::CURSOR, "has_more": true };
        Self::json(200, says, schema, object! { "data": [example], "meta": meta })
    }

    /// A page that a person sees.
    pub(super) fn page_for_people(status: u16, says: &'static str) -> Self {
        let content = object! { "text/html": object! { "schema": schema::string().into_json() } };
        Self { status, says, content, extra: vec![Extra::NoStore] }
    }

    /// A browser is sent on.
    pub(super) fn redirect(says: &'static str) -> Self {
        Self { status: 303, says, content: object! {}, extra: vec![Extra::Onward, Extra::NoStore] }
    }

    /// A file.
    pub(super) fn file(says: &'static str, content: Json) -> Self {
        Self { status: 200, says, content, extra: vec![Extra::Disposition] }
    }

    pub(super) fn with(mut self, extra: Extra) -> Self {
        self.extra.push(extra);
        self
    }

    fn response(self, behind_the_gate: bool, replayable: bool) -> (u16, Json) {
        let headers = headers::of_success(behind_the_gate, &self.extra, replayable);
        (self.status, object! { "description": self.says, "headers": headers, "content": self.content })
    }
}

impl Operation {
    fn new(id: &'static str, tag: Tag, summary: &'static str, access: Access, success: Success) -> Self {
        Self {
            id,
            tag,
            summary,
            description: "",
            access,
            parameters: Vec::new(),
            body: None,
            replayable: false,
            success,
            others: Vec::new(),
            faults: Vec::new(),
            shared: false,
        }
    }

    /// An operation behind the gate, for credentials that have all these scopes.
    pub(super) fn behind_the_gate(
        id: &'static str,
        tag: Tag,
        summary: &'static str,
        scopes: &'static [Scope],
        success: Success,
    ) -> Self {
        Self::from_any_address(id, tag, summary, scopes, success)
            .fault(Code::Forbidden, "the key may not be used from this address")
    }

    /// The same, and wherever the call comes from.
    pub(super) fn from_any_address(
        id: &'static str,
        tag: Tag,
        summary: &'static str,
        scopes: &'static [Scope],
        success: Success,
    ) -> Self {
        let operation = Self::new(id, tag, summary, Access::Credential(scopes), success);
        let operation = Self { shared: true, ..operation };
        let operation = if scopes.is_empty() {
            operation
        } else {
            operation.fault(Code::Forbidden, "the credential lacks a scope that this needs")
        };
        operation
            .fault(Code::Forbidden, "`X-Workspace-Id` or `X-Organization-Id` names another tenant")
            .fault(Code::HttpsRequired, "the server requires https, and the credential came over plain HTTP")
            .fault(Code::InvalidRequest, "the query is not UTF-8, percent-encoded")
            .fault(Code::ValidationError, "a query parameter is wrong, unknown or repeated")
    }

    /// The token endpoint.
    pub(super) fn for_clients(id: &'static str, summary: &'static str, success: Success) -> Self {
        Self::new(id, Tag::Tokens, summary, Access::Client, success)
    }

    /// An operation that needs no credential.
    pub(super) fn open(id: &'static str, tag: Tag, summary: &'static str, success: Success) -> Self {
        Self::new(id, tag, summary, Access::Everyone, success)
    }

    pub(super) fn about(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    pub(super) fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub(super) fn parameters(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Another answer.
    pub(super) fn also(mut self, answer: Success) -> Self {
        self.others.push(answer);
        self
    }

    pub(super) fn fault(mut self, code: Code, when: &'static str) -> Self {
        self.faults.push(Fault { code, when });
        self
    }

    /// Leads and what belongs to them: an id that is not there.
    pub(super) fn of_a_lead(self) -> Self {
        self.parameter(parameters::lead_id())
            .fault(Code::LeadNotFound, "no lead of the workspace has this id")
    }

    pub(super) fn of_a_conversation(self) -> Self {
        self.parameter(parameters::conversation_id())
            .fault(Code::ConversationNotFound, "no conversation of the workspace has this id")
    }

    pub(super) fn of_a_run(self) -> Self {
        self.parameter(parameters::run_id()).fault(Code::NotFound, "no run of the workspace has this id")
    }

    /// A list that is walked with cursors.
    pub(super) fn paged(self, default: i64) -> Self {
        self.parameters(parameters::page(default)).fault(
            Code::InvalidRequest,
            "the cursor is broken, or belongs to another list or to other filters",
        )
    }

    /// A change that `If-Match` guards.
    pub(super) fn guarded(self) -> Self {
        self.parameter(parameters::if_match())
            .fault(Code::InvalidRequest, "`If-Match` is malformed")
            .fault(Code::PreconditionFailed, "`If-Match` names no version that the lead has")
    }

    /// Something that a workspace may have only so many of at a time.
    pub(super) fn starts_a_run(self) -> Self {
        self.fault(
            Code::RateLimited,
            "a rate limit is used up, or too many attempts with unknown credentials have failed",
        )
        .fault(Code::RateLimited, "the workspace has 20 runs or uploads already that are not finished")
        .once()
    }

    /// Something that is done once for each `Idempotency-Key`.
    pub(super) fn once(self) -> Self {
        let operation = self
            .parameter(parameters::idempotency_key())
            .fault(Code::InvalidRequest, "`Idempotency-Key` is malformed")
            .fault(
                Code::IdempotencyKeyInUse,
                "the first request with this `Idempotency-Key` is still being done",
            )
            .fault(Code::ValidationError, "the `Idempotency-Key` was used for another request");
        Self { replayable: true, ..operation }
    }

    /// A body of these media types.
    pub(super) fn body(self, required: bool, content: Json) -> Self {
        let operation = self.fault(Code::RequestTimeout, "the body did not come within 30 seconds").fault(
            Code::UnsupportedMediaType,
            "the `Content-Type` is another, or the body is compressed or not UTF-8",
        );
        Self { body: Some(object! { "required": required, "content": content }), ..operation }
    }

    /// A body that is a JSON object.
    pub(super) fn json_body(self, schema: Schema, example: Json) -> Self {
        let content =
            object! { "application/json": object! { "schema": schema.into_json(), "example": example } };
        self.body(true, content)
            .fault(Code::InvalidRequest, "the body is not JSON, or repeats a member")
            .fault(Code::ValidationError, "a member is missing, wrong or unknown; every fault is told")
    }

    /// The limit of most bodies.
    pub(super) fn small(self) -> Self {
        self.fault(Code::PayloadTooLarge, "the body is larger than 262,144 bytes")
    }

    /// The object that the document has for it.
    pub(super) fn into_json(self) -> Json {
        let gate = matches!(self.access, Access::Credential(_));
        let mut responses = BTreeMap::from([self.success.response(gate, self.replayable)]);
        responses.extend(self.others.into_iter().map(|answer| answer.response(gate, false)));
        responses.extend(match self.access {
            Access::Client => errors::responses_or_the_rfcs(&self.faults),
            Access::Credential(_) | Access::Everyone => errors::responses(&self.faults, gate),
        });
        if self.shared {
            for (status, name, _) in SHARED {
                let response = object! { "$ref": format!("#/components/responses/{name}") };
                responses.entry(status).or_insert(response);
            }
        }
        let common = gate.then(parameters::of_every_call).into_iter().flatten();
        let parameters: Vec<Json> =
            self.parameters.into_iter().chain(common).map(Parameter::into_json).collect();
        let responses: Json =
            responses.into_iter().map(|(status, response)| (status.to_string().into(), response)).collect();
        let operation = object! {
            "operationId": self.id,
            "tags": [self.tag.name()],
            "summary": self.summary,
            "description": self.description,
            "security": security(self.access),
            "parameters": parameters,
        };
        let operation = match self.body {
            Some(body) => operation.with("requestBody", body),
            None => operation,
        };
        operation.with("responses", responses)
    }
}

/// Who may, as the document says it.
fn security(access: Access) -> Json {
    match access {
        Access::Credential(scopes) => {
            let scopes: Vec<&'static str> = scopes.iter().map(|scope| scope.as_str()).collect();
            [object! { "bearer": scopes.clone() }, object! { "oauth2": scopes }].into()
        }
        Access::Client => [object! { "client": Json::Array(Vec::new()) }, object! {}].into(),
        Access::Everyone => Json::Array(Vec::new()),
    }
}

/// What can go wrong with any call behind the gate, whatever it asks for.
const SHARED: [(u16, &str, Fault); 4] = [
    (
        401,
        "Unauthorized",
        Fault { code: Code::Unauthorized, when: "there is no credential, or it is not accepted" },
    ),
    (
        429,
        "TooManyRequests",
        Fault {
            code: Code::RateLimited,
            when: "a rate limit is used up, or too many attempts with unknown credentials have failed",
        },
    ),
    (500, "InternalError", Fault { code: Code::InternalError, when: "nobody foresaw it" }),
    (
        503,
        "ServiceUnavailable",
        Fault { code: Code::ServiceUnavailable, when: "the database is away or too busy" },
    ),
];

/// The responses that are said once for all.
pub(super) fn shared_responses() -> Json {
    let response = |(status, name, fault): (u16, &'static str, Fault)| {
        let response = errors::responses(&[fault], true).remove(&status).unwrap_or(Json::Null);
        (name.into(), response)
    };
    SHARED.into_iter().map(response).collect()
}

//! Parameters of paths, queries and headers.

use super::{
    Json, examples,
    json::object,
    schema::{self, Schema},
};

/// A parameter of an operation.
#[derive(Clone)]
pub(super) struct Parameter(Json);

impl Parameter {
    /// A parameter of the query.
    pub(super) fn query(name: &'static str, schema: Schema, says: &'static str) -> Self {
        Self(object! { "name": name, "in": "query", "description": says, "schema": schema.into_json() })
    }

    /// The parameter, which every call has.
    pub(super) fn required(self) -> Self {
        Self(self.0.with("required", true))
    }

    fn component(name: &'static str) -> Self {
        Self(object! { "$ref": format!("#/components/parameters/{name}") })
    }

    /// The query parameter, with a value that code examples send.
    pub(super) fn sent(self, value: impl Into<Json>) -> Self {
        Self(self.0.with("example", value))
    }

    pub(super) fn into_json(self) -> Json {
        self.0
    }
}

pub(super) fn lead_id() -> Parameter {
    Parameter::component("LeadId")
}

pub(super) fn conversation_id() -> Parameter {
    Parameter::component("ConversationId")
}

pub(super) fn run_id() -> Parameter {
    Parameter::component("RunId")
}

pub(super) fn update_id() -> Parameter {
    Parameter::component("UpdateId")
}

pub(super) fn if_match() -> Parameter {
    Parameter::component("IfMatch")
}

pub(super) fn idempotency_key() -> Parameter {
    Parameter::component("IdempotencyKey")
}

/// What every call may carry.
pub(super) fn of_every_call() -> [Parameter; 3] {
    ["WorkspaceId", "OrganizationId", "RequestId"].map(Parameter::component)
}

/// How long a page is, and where it begins.
pub(super) fn page(default: i64) -> [Parameter; 2] {
    [
        Parameter::query("limit", schema::page_limit(default), "How many items a page has."),
        Parameter::query(
            "cursor",
            schema::string(),
            "`meta.next_cursor` of the page before. Send the same filters with it: a cursor is bound to \
             them.",
        ),
    ]
}

pub(super) fn updated_after(says: &'static str) -> Parameter {
    Parameter::query("updated_after", schema::time(), says)
}

pub(super) fn components() -> Json {
    object! {
        "LeadId": path("id", id(examples::LEAD), "The lead."),
        "ConversationId": path("id", id(examples::CONVERSATION), "The conversation."),
        "RunId": path("id", run(), "The run."),
        "UpdateId": path("update_id", id(examples::UPDATE), "The smart update."),
        "IfMatch": header(
            "If-Match",
            schema::string().example("\"3\""),
            "Makes the change only if the lead still has this version: its `ETag`, or several, parted by \
             commas. `*` always matches.",
        ),
        "IdempotencyKey": header(
            "Idempotency-Key",
            schema::string_up_to(255).pattern("^[ -~]+$").example("9f6c0a52-7d0b-4b7e-a1f3-1c5d6c8f2e10"),
            "A key of your own for this request, such as a UUID. Sent again within 24 hours, the request \
             is answered, not done again.",
        ),
        "WorkspaceId": header("X-Workspace-Id", id(examples::WORKSPACE), "If it is sent, it must be the credential's workspace."),
        "OrganizationId": header(
            "X-Organization-Id",
            id(examples::ORGANIZATION),
            "If it is sent, it must be the credential's organization.",
        ),
        "RequestId": header(
            "X-Request-Id",
            schema::string(),
            "A name of your own for the request: 1 to 128 letters, digits and `-_.:`. Anything else is \
             replaced.",
        ),
    }
}

/// Any text may stand in a path: what is no id is not found.
fn id(example: &'static str) -> Schema {
    schema::string().example(example)
}

fn run() -> Schema {
    schema::string().example(examples::RUN)
}

fn path(name: &'static str, schema: Schema, says: &'static str) -> Json {
    let parameter = object! { "name": name, "in": "path", "required": true, "description": says };
    parameter.with("schema", schema.into_json())
}

fn header(name: &'static str, schema: Schema, says: &'static str) -> Json {
    object! { "name": name, "in": "header", "description": says, "schema": schema.into_json() }
}

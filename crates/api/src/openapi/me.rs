//! Who calls.

use leadkeep_domain::{Plan, Scope};

use super::{
    Json, examples,
    json::object,
    operation::{Operation, Success},
    schema::{self, Member, Schema},
    tag::Tag,
};

/// GET /me
pub(crate) fn me() -> Operation {
    let success = Success::data(200, "Who calls.", "Me", example());
    Operation::behind_the_gate("getMe", Tag::Me, "Read who calls", &[], success).about(
        "The credential with its workspace, its scopes as they are now, and what is left of its \
                limits. Needs no scope.",
    )
}

/// GET /me/limits
pub(crate) fn limits() -> Operation {
    let buckets = schema::array(schema::reference("Bucket"));
    let schema = schema::shown([("data", buckets)]);
    let success = Success::json(
        200,
        "Every bucket that this call was taken from.",
        schema,
        object! { "data": [bucket()] },
    );
    Operation::behind_the_gate("getLimits", Tag::Me, "Read what is left", &[], success)
        .about("Every bucket that this call was taken from, as it is after it. Needs no scope.")
}

/// DELETE /me/credential
pub(crate) fn revoke() -> Operation {
    let success = Success::data(200, "What was revoked.", "RevokedCredential", revoked());
    Operation::from_any_address("revokeCredential", Tag::Me, "Revoke what is presented", &[], success).about(
        "Ends the credential of this call for good, with all its secrets; of a client the presented access \
         token alone. What it has running is cancelled. It needs no scope, and works with an empty budget \
         and from any address, so that whoever finds a leak can end it.",
    )
}

fn bucket() -> Json {
    object! { "bucket": "credential", "limit": 100, "remaining": 98, "reset": 1_795_322_650, "window_seconds": 60 }
}

fn example() -> Json {
    object! {
        "credential": object! {
            "type": "api_token",
            "id": examples::CREDENTIAL,
            "name": "nightly export",
            "expires_at": "2027-02-20T04:42:32.742638Z",
        },
        "workspace": object! { "id": examples::WORKSPACE, "name": "Acme", "currency": "USD" },
        "organization": object! { "id": examples::ORGANIZATION },
        "plan": "free",
        "scopes": ["leads.read", "leads.write"],
        "limits": [bucket()],
    }
}

fn revoked() -> Json {
    object! { "type": "api_key", "id": examples::CREDENTIAL, "name": "office", "revoked_at": examples::LATER }
}

pub(super) fn schemas() -> Vec<Member> {
    vec![("Me", shown_me()), ("Bucket", shown_bucket()), ("RevokedCredential", shown_revoked())]
}

fn kind() -> Member {
    ("type", schema::word(["client", "api_key", "api_token"]))
}

fn identity() -> [Member; 3] {
    [kind(), ("id", schema::id(examples::CREDENTIAL)), ("name", schema::string())]
}

fn shown_me() -> Schema {
    let expires = schema::time().nullable().describe("When what is presented ends; null for never.");
    let credential = schema::shown(identity().into_iter().chain([("expires_at", expires)]));
    let workspace = schema::shown([
        ("id", schema::id(examples::WORKSPACE)),
        ("name", schema::string()),
        ("currency", schema::currency()),
    ]);
    schema::shown([
        ("credential", credential),
        ("workspace", workspace),
        ("organization", schema::shown([("id", schema::id(examples::ORGANIZATION))])),
        ("plan", schema::word(Plan::ALL.map(Plan::as_str))),
        ("scopes", schema::array(schema::word(Scope::ALL.map(Scope::as_str)))),
        ("limits", schema::array(schema::reference("Bucket"))),
    ])
}

fn shown_bucket() -> Schema {
    let reset = schema::count().describe("When the window ends, as X-RateLimit-Reset counts.");
    schema::shown([
        ("bucket", schema::word(["credential", "site", "site_share"])),
        ("limit", schema::count()),
        ("remaining", schema::count()),
        ("reset", reset),
        ("window_seconds", schema::count()),
    ])
}

fn shown_revoked() -> Schema {
    schema::shown(identity().into_iter().chain([("revoked_at", schema::time())]))
}

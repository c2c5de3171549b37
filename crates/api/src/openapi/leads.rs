//! Leads.

use leadkeep_domain::Scope;

use super::{
    Json,
    examples::{self, actor, lead, new_lead},
    headers::Extra,
    json::object,
    operation::{Operation, Success},
    parameters::{self, Parameter},
    schema::{self, Member, Schema},
    tag::Tag,
};
use crate::problem::Code;

/// GET /leads
pub(crate) fn list() -> Operation {
    let success = Success::page("A page of leads.", "Lead", lead());
    Operation::behind_the_gate("listLeads", Tag::Leads, "List leads", &[Scope::LeadsRead], success)
        .about(
            "A page of leads, newest first; with `updated_after` the least recently updated first. All \
             conditions must hold. To follow changes, walk with `updated_after` and begin the next walk at \
             the largest `updated_at` you saw; `status=all` tells you of archiving.",
        )
        .parameters(filters())
        .paged(20)
}

/// The conditions of a list, which an export has too.
fn filters() -> Vec<Parameter> {
    vec![
        Parameter::query("status", status_filter(), "Which leads.").sent("active"),
        Parameter::query(
            "assigned_to",
            schema::id(examples::MEMBER),
            "Leads that this member of the workspace has.",
        ),
        Parameter::query("tag", schema::line(64), "Leads with this tag, exactly as it is written."),
        Parameter::query("email", schema::email(), "The lead with this address, ignoring case."),
        parameters::updated_after("Leads that changed later than this. Write a `+` as `%2B`."),
    ]
}

pub(super) fn status_filter() -> Schema {
    schema::word(["active", "archived", "all"]).default("active")
}

/// POST /leads
pub(crate) fn create() -> Operation {
    let success = Success::data(201, "The new lead.", "Lead", lead()).with(Extra::EntityTag);
    Operation::behind_the_gate("createLead", Tag::Leads, "Create a lead", &[Scope::LeadsWrite], success)
        .about(
            "Only `email` is required. Amounts are in the minor unit of their currency: $50,000 is 5000000. \
             Sent again without an `Idempotency-Key`, the same lead is a 409 that names the first one.",
        )
        .json_body(schema::reference("NewLead"), new_lead())
        .small()
        .once()
        .fault(Code::DuplicateLead, "another active lead has this email")
}

/// GET /leads/{id}
pub(crate) fn get() -> Operation {
    let success = Success::data(200, "The lead.", "Lead", lead()).with(Extra::EntityTag);
    Operation::behind_the_gate("getLead", Tag::Leads, "Read a lead", &[Scope::LeadsRead], success)
        .about("The lead, archived or not.")
        .of_a_lead()
}

/// PATCH /leads/{id}
pub(crate) fn update() -> Operation {
    let changed = lead()
        .with("deal_value", 7_500_000)
        .with("deal_stage", "negotiation")
        .with("updated_at", examples::LATER)
        .with("version", 2);
    let success = Success::data(200, "The lead as it is now.", "Lead", changed).with(Extra::EntityTag);
    Operation::behind_the_gate("updateLead", Tag::Leads, "Update a lead", &[Scope::LeadsWrite], success)
        .about(
            "Only what is sent changes. null empties a member: `deal_currency` goes back to the \
             workspace's, `tags` to `[]`, `custom_fields` to `{}`. `tags` and `custom_fields` are replaced \
             as a whole. `status` archives or restores. A PATCH that changes nothing is 200 and leaves no \
             trace.",
        )
        .of_a_lead()
        .json_body(
            schema::reference("LeadPatch"),
            object! { "deal_value": 7_500_000, "deal_stage": "negotiation" },
        )
        .small()
        .guarded()
        .fault(Code::DuplicateLead, "another active lead has this email")
        .fault(Code::LeadArchived, "the lead is archived, and the change does not restore it")
}

/// DELETE /leads/{id}
pub(crate) fn archive() -> Operation {
    let archived = lead()
        .with("status", "archived")
        .with("updated_at", examples::LATER)
        .with("archived_at", examples::LATER)
        .with("version", 2);
    let success = Success::data(200, "The archived lead.", "Lead", archived).with(Extra::EntityTag);
    Operation::behind_the_gate("archiveLead", Tag::Leads, "Archive a lead", &[Scope::LeadsWrite], success)
        .about(
            "Puts the lead away; it can be restored. Its email is free for another lead. A second time \
             changes nothing and is 200 too.",
        )
        .of_a_lead()
        .guarded()
}

/// POST /leads/{id}/restore
pub(crate) fn restore() -> Operation {
    let restored = lead().with("updated_at", examples::LATER).with("version", 3);
    let success = Success::data(200, "The active lead.", "Lead", restored).with(Extra::EntityTag);
    Operation::behind_the_gate("restoreLead", Tag::Leads, "Restore a lead", &[Scope::LeadsWrite], success)
        .about("Makes an archived lead active again. A second time changes nothing and is 200 too.")
        .of_a_lead()
        .guarded()
        .fault(Code::DuplicateLead, "another active lead has its email by now")
}

/// GET /leads/{id}/history
pub(crate) fn history() -> Operation {
    let success = Success::page("A page of changes.", "HistoryEntry", entry());
    Operation::behind_the_gate(
        "listLeadHistory",
        Tag::Leads,
        "List a lead's changes",
        &[Scope::LeadsRead],
        success,
    )
    .about(
        "One entry for each field that changed, newest first. The oldest is `status` from null: the \
             lead's creation. Changes of one request share `request_id` and `at`.",
    )
    .of_a_lead()
    .paged(20)
}

fn entry() -> Json {
    object! {
        "id": "01a200db-6523-745a-bb59-9574decca51b",
        "field": "deal_stage",
        "from": Json::Null,
        "to": "negotiation",
        "actor": actor(),
        "request_id": examples::REQUEST,
        "update_id": Json::Null,
        "provider": Json::Null,
        "at": examples::LATER,
    }
}

pub(super) fn schemas() -> Vec<Member> {
    vec![
        ("Lead", shown_lead()),
        (
            "NewLead",
            schema::written(["email"], written_members(true)).describe("Absent and null are the same."),
        ),
        ("LeadPatch", schema::written([], written_members(false)).describe("What is absent stays as it is.")),
        ("HistoryEntry", history_entry()),
        ("Actor", shown_actor()),
    ]
}

pub(super) fn stage() -> Schema {
    schema::word(["new", "contacted", "qualified", "proposal", "negotiation", "won", "lost"])
}

fn status() -> Schema {
    schema::word(["active", "archived"])
}

fn close_date() -> Schema {
    schema::day().describe("A day from 1900-01-01 to 2199-12-31.")
}

/// What text members of leads have, and how many characters.
fn texts() -> [Member; 6] {
    let text = |max, says| schema::line(max).nullable().describe(says);
    [
        ("name", text(200, "What the lead is called.")),
        ("title", text(200, "Their job.")),
        ("company", text(200, "Where they work.")),
        ("phone", text(50, "Kept as written; no form is demanded.")),
        ("website", text(2_000, "Kept as written; no scheme is demanded.")),
        ("source", text(100, "Where the lead came from.")),
    ]
}

fn shown_lead() -> Schema {
    let mut members = vec![
        ("id", schema::id(examples::LEAD).describe("Sorts as leads were made.")),
        ("email", schema::email().describe("Unique among the workspace's active leads, ignoring case.")),
    ];
    members.extend(texts());
    members.extend([
        ("status", status()),
        (
            "deal_value",
            schema::amount().nullable().describe("In the minor unit of its currency: $50,000 is 5000000."),
        ),
        ("deal_currency", schema::currency().describe("ISO 4217; the workspace's when nobody sets it.")),
        ("deal_stage", stage().nullable()),
        ("deal_close_date", close_date().nullable()),
        ("tags", schema::tags().describe("A set, shown in order.")),
        ("assigned_to", schema::id(examples::MEMBER).nullable().describe("A member of the workspace.")),
        ("custom_fields", schema::custom_fields().describe("Whatever else you keep about leads.")),
        ("created_at", schema::time()),
        ("updated_at", schema::time().describe("Moves forward with every change.")),
        ("archived_at", schema::time().nullable().describe("null while the lead is active.")),
        (
            "version",
            schema::integer(1, i64::from(u32::MAX))
                .describe("Counts changes from 1; in quotes it is the ETag."),
        ),
    ]);
    schema::shown(members)
}

/// What callers write of a lead: for a new one null is as good as absent, in a patch two members can't be emptied.
fn written_members(new: bool) -> Vec<Member> {
    let status = if new { status().nullable().default("active") } else { status() };
    let email = schema::email().describe(
        "A bare address with a dotted domain, at most 254 bytes, unique among active leads, ignoring case.",
    );
    let mut members = vec![("email", email)];
    members.extend(texts());
    let tags = schema::array(schema::line(64)).max_items(100).nullable();
    let custom_fields = schema::custom_fields().nullable();
    members.extend([
        ("status", status.describe("Archived leads may have an email that an active one has.")),
        (
            "deal_value",
            schema::amount()
                .nullable()
                .describe("In the minor unit of its currency, without a fraction: $50,000 is 5000000."),
        ),
        ("deal_currency", schema::currency().nullable().describe("A code of ISO 4217 in capitals.")),
        ("deal_stage", stage().nullable()),
        ("deal_close_date", close_date().nullable()),
        (
            "tags",
            tags.describe("A set of at most 50 different tags; case matters. Repeated ones count once."),
        ),
        (
            "assigned_to",
            schema::id(examples::MEMBER).nullable().describe("The id of a member of the workspace."),
        ),
        ("custom_fields", custom_fields.describe("Any JSON, at most 16,384 bytes as compact JSON.")),
    ]);
    members
}

fn history_entry() -> Schema {
    schema::shown([
        ("id", schema::id("01a200db-6523-745a-bb59-9574decca51b")),
        ("field", field()),
        ("from", schema::anything().describe("The value before, as the lead shows it.")),
        ("to", schema::anything().describe("The value after.")),
        ("actor", schema::reference("Actor")),
        ("request_id", schema::string().nullable().describe("The X-Request-Id of the request.")),
        (
            "update_id",
            schema::id(examples::UPDATE)
                .nullable()
                .describe("The smart update that made the change, if one did."),
        ),
        (
            "provider",
            schema::word(["off", "rules", "openai"])
                .nullable()
                .describe("What read the text of that update."),
        ),
        ("at", schema::time()),
    ])
}

/// A member of a lead that changes.
pub(super) fn field() -> Schema {
    schema::word(leadkeep_domain::Field::ALL.map(leadkeep_domain::Field::as_str))
}

fn shown_actor() -> Schema {
    let kinds = leadkeep_domain::ActorKind::ALL.map(leadkeep_domain::ActorKind::as_str);
    schema::shown([
        ("type", schema::word(kinds)),
        (
            "id",
            schema::string().nullable().describe("The id of the client, the key, the token or the member."),
        ),
        ("name", schema::string().describe("What it was called at that time.")),
    ])
}

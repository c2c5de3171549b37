//! What smart updates look like.

use super::{
    examples,
    leads::field,
    schema::{self, Member, Schema},
};

pub(super) fn schemas() -> Vec<Member> {
    vec![
        (
            "SmartUpdate",
            schema::written_either(["text", "conversation_id"], source().into_iter().chain(options())),
        ),
        ("SmartUpdates", several()),
        ("SmartUpdateItem", item()),
        ("SmartUpdateDone", shown_done()),
        ("SmartUpdateEntry", shown_entry()),
        ("SmartUpdateUndone", shown_undone()),
        ("SmartUpdateUsage", shown_usage()),
        ("Change", schema::shown(plain_change())),
        ("ChangeWithEvidence", schema::shown(plain_change().into_iter().chain(support()))),
        ("Refusal", refusal()),
    ]
}

/// Where the text comes from.
fn source() -> [Member; 2] {
    let text =
        schema::string_up_to(65_536).describe("What somebody wrote or said: at most 65,536 bytes of UTF-8.");
    let conversation =
        schema::id(examples::CONVERSATION).describe("A conversation with the lead, in place of a text.");
    [("text", text), ("conversation_id", conversation)]
}

fn as_of() -> Member {
    (
        "as_of",
        schema::day().nullable().describe(
            "The day on which the text was written: \"next week\" \
                                                 counts from it. Today, or the conversation's last day.",
        ),
    )
}

fn options() -> [Member; 4] {
    let confidence = schema::fraction().nullable().default(0.6);
    [
        as_of(),
        (
            "dry_run",
            schema::boolean()
                .nullable()
                .default(false)
                .describe("Says what would change, and writes nothing."),
        ),
        ("min_confidence", confidence.describe("How sure a change must be, from 0 to 1.")),
        (
            "overwrite",
            schema::boolean()
                .nullable()
                .default(true)
                .describe("Whether a field that has a value may get another."),
        ),
    ]
}

fn several() -> Schema {
    let items = schema::array(schema::reference("SmartUpdateItem")).min_items(1).max_items(1_000);
    schema::written(["updates"], [("updates", items)].into_iter().chain(options()))
}

fn item() -> Schema {
    let lead = ("id", schema::id(examples::LEAD).describe("The lead."));
    let members = [lead].into_iter().chain(source()).chain([as_of()]);
    schema::written_either(["text", "conversation_id"], members).requiring("id")
}

fn plain_change() -> [Member; 3] {
    [
        ("field", field()),
        ("from", schema::anything().describe("The value before, as the lead shows it.")),
        ("to", schema::anything().describe("The value after.")),
    ]
}

/// What a change rests on.
fn support() -> [Member; 2] {
    let quote = schema::shown([
        ("start", schema::count().describe("The first byte of the quote in the text.")),
        ("end", schema::count().describe("The byte behind it.")),
        ("quote", schema::string()),
    ]);
    [
        ("confidence", schema::fraction()),
        ("evidence", schema::array(quote).describe("The words of the text that say so.")),
    ]
}

fn refusal() -> Schema {
    let reasons = [
        "field_not_allowed",
        "evidence_not_in_text",
        "instruction",
        "differs_from_evidence",
        "invalid_value",
        "below_min_confidence",
        "not_empty",
        "changed_meanwhile",
        "duplicate_lead",
    ];
    schema::shown([
        ("field", field()),
        ("to", schema::anything().describe("The value that it does not get.")),
        ("reason", schema::word(reasons)),
        ("message", schema::string().describe("The reason in words.")),
    ])
}

fn changes() -> Member {
    ("changes", schema::array(schema::reference("ChangeWithEvidence")))
}

fn refused() -> Member {
    ("refused", schema::array(schema::reference("Refusal")))
}

fn provider() -> Member {
    ("provider", schema::word(["off", "rules", "openai"]).describe("What read the text."))
}

fn confidence() -> Member {
    (
        "confidence",
        schema::fraction().nullable().describe("That of the least sure change; null where there is none."),
    )
}

fn model() -> Member {
    ("model", schema::string().nullable())
}

fn shown_done() -> Schema {
    let update_id =
        schema::id(examples::UPDATE).nullable().describe("Takes the update back; null of a dry run.");
    let members = [
        ("lead", schema::reference("Lead")),
        changes(),
        refused(),
        confidence(),
        provider(),
        model(),
        ("credits", schema::shown([("charged", schema::count()), ("remaining", schema::count())])),
        ("update_id", update_id),
        ("dry_run", schema::boolean()),
    ];
    schema::shown(members).also(
        "text",
        schema::string()
            .describe("Only of a conversation: the text that was read, whose bytes the evidence counts."),
    )
}

fn shown_entry() -> Schema {
    let undone = schema::shown(end_of_an_update());
    schema::shown([
        ("update_id", schema::id(examples::UPDATE)),
        ("lead_id", schema::id(examples::LEAD)),
        changes(),
        refused(),
        confidence(),
        provider(),
        model(),
        ("prompt_version", schema::string().nullable()),
        ("tokens", schema::shown([("input", schema::count()), ("output", schema::count())])),
        ("credits", schema::count()),
        ("actor", schema::reference("Actor")),
        ("request_id", schema::string().nullable()),
        ("created_at", schema::time()),
        ("undone", undone.nullable().describe("null while it stands.")),
    ])
}

fn end_of_an_update() -> [Member; 3] {
    let kept = schema::shown([
        ("field", field()),
        ("reason", schema::word(["changed_since", "duplicate_lead"])),
        ("message", schema::string()),
    ]);
    [
        ("restored", schema::array(schema::reference("Change"))),
        ("kept", schema::array(kept).describe("Fields that were left alone.")),
        ("undone_at", schema::time()),
    ]
}

fn shown_undone() -> Schema {
    let members = [("lead", schema::reference("Lead")), ("update_id", schema::id(examples::UPDATE))];
    schema::shown(members.into_iter().chain(end_of_an_update()))
}

fn shown_usage() -> Schema {
    let by = |name, schema| {
        let counts = ["updates", "failures", "credits", "input_tokens", "output_tokens"];
        schema::array(schema::shown(
            [(name, schema)].into_iter().chain(counts.map(|name| (name, schema::count()))),
        ))
    };
    let credits = schema::shown([
        ("allowance", schema::count()),
        ("charged", schema::count()),
        ("remaining", schema::count()),
        ("resets_on", schema::day()),
    ]);
    let word = schema::word(["off", "rules", "openai"]);
    schema::shown([
        provider(),
        ("from", schema::day()),
        ("to", schema::day()),
        ("credits", credits.describe("This month's.")),
        ("by_day", by("day", schema::day()).describe("Days without use are left out.")),
        ("by_credential", by("credential", schema::reference("Actor"))),
        ("by_provider", by("provider", word)),
    ])
}

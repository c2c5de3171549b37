//! Smart updates: leads from texts.

use leadkeep_domain::Scope;

use super::{
    Json,
    examples::{self, actor, lead},
    headers::Extra,
    json::object,
    operation::{Operation, Success},
    parameters::{self, Parameter},
    runs::queued,
    schema,
    tag::Tag,
};
use crate::problem::Code;

const NOTE: &str = "Just spoke with John, he's now VP of Sales at Acme Corp. Budget is around $50k, \
                    looking to close by end of Q2.";

/// POST /leads/{id}/ai-update
pub(crate) fn update() -> Operation {
    let success = Success::data(
        200,
        "The lead as the text makes it, what changed and what was refused.",
        "SmartUpdateDone",
        done(),
    );
    Operation::behind_the_gate(
        "smartUpdateLead",
        Tag::SmartUpdates,
        "Update a lead from a text",
        WRITE,
        success,
    )
    .about(
        "Send a text, or name a conversation with the lead in its place; that also needs \
             `conversations.read`. What the text states is applied, each change with a confidence and the \
             words that it rests on. Values that the text does not state, instructions to whoever reads it, \
             and changes that are less sure than `min_confidence` are refused and listed. Nothing is made \
             up.",
    )
    .of_a_lead()
    .json_body(schema::reference("SmartUpdate"), object! { "text": NOTE })
    .once()
    .reads_texts()
    .fault(Code::LeadArchived, "the lead is archived")
}

/// POST /leads/ai-update
pub(crate) fn bulk() -> Operation {
    let success = Success::data(202, "The run that was started.", "Run", queued("leads.ai_update", Some(1)))
        .with(Extra::Location);
    let item = object! { "id": examples::LEAD, "text": "Moved to Globex. Budget is $20k now." };
    let body = object! { "updates": [item], "min_confidence": 0.7 };
    Operation::behind_the_gate(
        "smartUpdateLeads",
        Tag::SmartUpdates,
        "Update many leads from texts",
        BULK,
        success,
    )
    .about(
        "Starts a run of up to 1,000 texts. Its file, one JSON object a line, says of each what a \
             single smart update would have answered, or why it failed.",
    )
    .json_body(schema::reference("SmartUpdates"), body)
    .fault(Code::PayloadTooLarge, "the body is larger than 8 MiB, or a text than 65,536 bytes")
    .fault(Code::Forbidden, "a conversation is named, and the credential lacks `conversations.read`")
    .starts_a_run()
}

/// GET /leads/{id}/ai-updates
pub(crate) fn list() -> Operation {
    let success = Success::page("A page of smart updates.", "SmartUpdateEntry", kept());
    Operation::behind_the_gate(
        "listSmartUpdates",
        Tag::SmartUpdates,
        "List a lead's smart updates",
        READ,
        success,
    )
    .about(
        "Newest first, each with what it changed, what it refused, who asked, and whether it was taken back.",
    )
    .of_a_lead()
    .paged(20)
}

/// POST /leads/{id}/ai-updates/{update_id}/undo
pub(crate) fn undo() -> Operation {
    let success = Success::data(
        200,
        "The lead, what was restored, and what was left alone.",
        "SmartUpdateUndone",
        undone(),
    );
    Operation::behind_the_gate(
        "undoSmartUpdate",
        Tag::SmartUpdates,
        "Take a smart update back",
        WRITE,
        success,
    )
    .about(
        "Gives the fields that the update changed their earlier values. What somebody has changed \
             since stays, and is listed in `kept`. Asked again, it says the same and does nothing.",
    )
    .of_a_lead()
    .parameter(parameters::update_id())
    .fault(Code::NotFound, "the lead has no smart update of this id")
    .fault(Code::LeadArchived, "the lead is archived")
}

/// GET /usage/ai
pub(crate) fn usage() -> Operation {
    let success = Success::data(200, "What was used.", "SmartUpdateUsage", used());
    let days = "From 1900-01-01 to 2199-12-31.";
    Operation::behind_the_gate(
        "getSmartUpdateUsage",
        Tag::SmartUpdates,
        "Read what smart updates used",
        READ,
        success,
    )
    .about(
        "Updates, credits and tokens by day, by credential and by provider; this month unless you \
                say other days, at most 366.",
    )
    .parameter(Parameter::query("from", schema::day().describe(days), "The first day, in UTC."))
    .parameter(Parameter::query(
        "to",
        schema::day().describe(days),
        "The last day, in UTC; not before the first.",
    ))
}

const READ: &[Scope] = &[Scope::LeadsRead];
const WRITE: &[Scope] = &[Scope::LeadsWrite];
const BULK: &[Scope] = &[Scope::RunsWrite, Scope::LeadsWrite];

impl Operation {
    /// What can go wrong where a text is read at once.
    fn reads_texts(self) -> Self {
        self.fault(Code::PayloadTooLarge, "the body is larger than 512 KiB, or the text than 65,536 bytes")
            .fault(Code::AiCreditsExhausted, "the workspace has no credits left this month")
            .fault(Code::AiDisabled, "smart update is off in this workspace")
            .fault(Code::Forbidden, "a conversation is named, and the credential lacks `conversations.read`")
            .fault(
                Code::ValidationError,
                "`conversation_id` names no conversation with this lead, or one without messages",
            )
            .fault(Code::AiUnavailable, "what reads texts does not answer, or makes no sense")
            .fault(Code::AiTimedOut, "what reads texts did not answer in time")
    }
}

fn change() -> Json {
    let quote = object! { "start": 37, "end": 48, "quote": "VP of Sales" };
    object! { "field": "title", "from": Json::Null, "to": "VP of Sales", "confidence": 0.9, "evidence": [quote] }
}

fn updated_lead() -> Json {
    lead().with("title", "VP of Sales").with("updated_at", examples::LATER).with("version", 2)
}

fn done() -> Json {
    object! {
        "lead": updated_lead(),
        "changes": [change()],
        "refused": Json::Array(Vec::new()),
        "confidence": 0.9,
        "provider": "rules",
        "model": Json::Null,
        "credits": object! { "charged": 0, "remaining": 100 },
        "update_id": examples::UPDATE,
        "dry_run": false,
    }
}

fn kept() -> Json {
    object! {
        "update_id": examples::UPDATE,
        "lead_id": examples::LEAD,
        "changes": [change()],
        "refused": Json::Array(Vec::new()),
        "confidence": 0.9,
        "provider": "rules",
        "model": Json::Null,
        "prompt_version": Json::Null,
        "tokens": object! { "input": 0, "output": 0 },
        "credits": 0,
        "actor": actor(),
        "request_id": examples::REQUEST,
        "created_at": examples::LATER,
        "undone": Json::Null,
    }
}

fn undone() -> Json {
    let back = object! { "field": "title", "from": "VP of Sales", "to": Json::Null };
    object! {
        "lead": lead().with("updated_at", examples::LATER).with("version", 3),
        "update_id": examples::UPDATE,
        "restored": [back],
        "kept": Json::Array(Vec::new()),
        "undone_at": examples::LATER,
    }
}

fn used() -> Json {
    let used = object! { "updates": 3, "failures": 0, "credits": 0, "input_tokens": 0, "output_tokens": 0 };
    let with = |name, value: Json| {
        let members = used.members().iter().cloned();
        [(std::borrow::Cow::Borrowed(name), value)].into_iter().chain(members).collect::<Json>()
    };
    object! {
        "provider": "rules",
        "from": "2026-11-01",
        "to": "2026-11-22",
        "credits": object! { "allowance": 100, "charged": 0, "remaining": 100, "resets_on": "2026-12-01" },
        "by_day": [with("day", "2026-11-22".into())],
        "by_credential": [with("credential", actor())],
        "by_provider": [with("provider", "rules".into())],
    }
}

use leadkeep_domain::{AiChange, AiRefusal, AiUpdate, Change, KeptReason, Lead, RefusalReason};
use leadkeep_service::smart_updates::DoneAiUpdate;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{ActorBody, LeadBody, timestamp};

/// A smart update as its own answer shows it, with the lead.
#[derive(Serialize)]
pub(crate) struct DoneAiUpdateBody<'a> {
    lead: LeadBody<'a>,
    changes: Vec<ChangeBody<'a>>,
    refused: Vec<RefusalBody<'a>>,
    confidence: Option<f64>,
    provider: &'static str,
    model: Option<&'a str>,
    credits: CreditsBody,
    /// None of a dry run: there is nothing to take back.
    update_id: Option<String>,
    dry_run: bool,
    /// The text that the evidence speaks of, where the caller has not sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct CreditsBody {
    charged: u32,
    remaining: u64,
}

/// A smart update as lists show it: every member always present, null when empty.
#[derive(Serialize)]
pub(crate) struct AiUpdateBody<'a> {
    update_id: String,
    lead_id: String,
    changes: Vec<ChangeBody<'a>>,
    refused: Vec<RefusalBody<'a>>,
    confidence: Option<f64>,
    provider: &'static str,
    model: Option<&'a str>,
    prompt_version: Option<&'a str>,
    tokens: TokensBody,
    credits: u32,
    actor: ActorBody<'a>,
    request_id: Option<&'a str>,
    created_at: String,
    undone: Option<UndoneBody<'a>>,
}

#[derive(Serialize)]
struct TokensBody {
    input: u32,
    output: u32,
}

/// A smart update that was taken back, as the answer to that shows it.
#[derive(Serialize)]
pub(crate) struct UndoneAiUpdateBody<'a> {
    lead: LeadBody<'a>,
    update_id: String,
    #[serde(flatten)]
    undone: Option<UndoneBody<'a>>,
}

#[derive(Serialize)]
struct UndoneBody<'a> {
    restored: Vec<PlainChangeBody<'a>>,
    kept: Vec<KeptBody>,
    undone_at: String,
}

#[derive(Serialize)]
struct KeptBody {
    field: &'static str,
    reason: &'static str,
    message: &'static str,
}

#[derive(Serialize)]
struct PlainChangeBody<'a> {
    field: &'static str,
    from: &'a Value,
    to: &'a Value,
}

#[derive(Serialize)]
struct ChangeBody<'a> {
    #[serde(flatten)]
    change: PlainChangeBody<'a>,
    confidence: f64,
    evidence: Vec<QuoteBody<'a>>,
}

#[derive(Serialize)]
struct QuoteBody<'a> {
    start: usize,
    end: usize,
    quote: &'a str,
}

#[derive(Serialize)]
struct RefusalBody<'a> {
    field: &'static str,
    to: &'a Value,
    reason: &'static str,
    message: &'a str,
}

impl<'a> From<&'a DoneAiUpdate> for DoneAiUpdateBody<'a> {
    fn from(done: &'a DoneAiUpdate) -> Self {
        let update = &done.applied.update;
        Self {
            lead: LeadBody::from(&done.applied.lead),
            changes: update.changes.iter().map(ChangeBody::from).collect(),
            refused: update.refused.iter().map(RefusalBody::from).collect(),
            confidence: update.confidence(),
            provider: update.reader.provider.as_str(),
            model: update.reader.model.as_deref(),
            credits: CreditsBody { charged: update.credits, remaining: done.remaining },
            update_id: (!done.applied.dry_run).then(|| update.id.to_string()),
            dry_run: done.applied.dry_run,
            text: done.text.as_deref(),
        }
    }
}

impl<'a> From<&'a AiUpdate> for AiUpdateBody<'a> {
    fn from(update: &'a AiUpdate) -> Self {
        let reader = &update.reader;
        Self {
            update_id: update.id.to_string(),
            lead_id: update.lead.to_string(),
            changes: update.changes.iter().map(ChangeBody::from).collect(),
            refused: update.refused.iter().map(RefusalBody::from).collect(),
            confidence: update.confidence(),
            provider: reader.provider.as_str(),
            model: reader.model.as_deref(),
            prompt_version: reader.prompt_version.as_deref(),
            tokens: TokensBody { input: reader.tokens.input, output: reader.tokens.output },
            credits: update.credits,
            actor: ActorBody::from(&update.actor),
            request_id: update.request_id.as_deref(),
            created_at: timestamp(update.created_at),
            undone: UndoneBody::of(update),
        }
    }
}

impl<'a> UndoneAiUpdateBody<'a> {
    pub(crate) fn new(lead: &'a Lead, update: &'a AiUpdate) -> Self {
        Self { lead: LeadBody::from(lead), update_id: update.id.to_string(), undone: UndoneBody::of(update) }
    }
}

impl<'a> UndoneBody<'a> {
    fn of(update: &'a AiUpdate) -> Option<Self> {
        let undone = update.undone.as_ref()?;
        let kept = undone.kept.iter().map(|(field, reason)| KeptBody {
            field: field.as_str(),
            reason: reason.as_str(),
            message: match reason {
                KeptReason::ChangedSince => "somebody has changed it since",
                KeptReason::DuplicateLead => "another active lead has the earlier email now",
            },
        });
        Some(Self {
            restored: undone.restored.iter().map(PlainChangeBody::from).collect(),
            kept: kept.collect(),
            undone_at: timestamp(undone.at),
        })
    }
}

impl<'a> From<&'a Change> for PlainChangeBody<'a> {
    fn from(change: &'a Change) -> Self {
        Self { field: change.field.as_str(), from: &change.from, to: &change.to }
    }
}

impl<'a> From<&'a AiChange> for ChangeBody<'a> {
    fn from(change: &'a AiChange) -> Self {
        let quotes = change.evidence.iter();
        Self {
            change: PlainChangeBody::from(&change.change),
            confidence: change.confidence,
            evidence: quotes.map(|q| QuoteBody { start: q.start, end: q.end, quote: &q.quote }).collect(),
        }
    }
}

impl<'a> From<&'a AiRefusal> for RefusalBody<'a> {
    fn from(refusal: &'a AiRefusal) -> Self {
        Self {
            field: refusal.field.as_str(),
            to: &refusal.to,
            reason: refusal.reason.as_str(),
            message: refusal.message.as_deref().unwrap_or_else(|| in_words(refusal.reason)),
        }
    }
}

/// What a reason says to people.
const fn in_words(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::FieldNotAllowed => "may not be set from text in this workspace",
        RefusalReason::EvidenceNotInText => "is not stated in the text",
        RefusalReason::Instruction => "is stated only in an instruction, in markup or in data",
        RefusalReason::DiffersFromEvidence => "is not what the quoted words say",
        RefusalReason::InvalidValue => "is no valid value",
        RefusalReason::BelowMinConfidence => "is less sure than min_confidence asks for",
        RefusalReason::NotEmpty => "has a value already, and overwrite is false",
        RefusalReason::ChangedMeanwhile => "was changed by somebody else while the text was read",
        RefusalReason::DuplicateLead => "is another active lead's",
    }
}

/// An update's members as lists show them, for what writes updates to files.
pub fn update_members(update: &AiUpdate) -> Map<String, Value> {
    // An object is what the body is; the compiler can't know.
    match serde_json::to_value(AiUpdateBody::from(update)) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    }
}

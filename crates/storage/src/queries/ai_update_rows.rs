//! Smart updates as rows, and back.

use diesel::{Insertable, QueryResult, Queryable, Selectable};
use leadkeep_domain::{
    Actor, AiChange, AiReader, AiRefusal, AiTokens, AiUndo, AiUpdate, Change, Edit, Email, Field, KeptReason,
    LeadPatch, MinorUnits, Quote, Tags, Text, Version, WorkspaceId,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    decode::{broken, word},
    lead_history::stored_version,
    schema::ai_updates,
};
use crate::columns::{Json, Stamp, Uid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ai_updates, treat_none_as_default_value = false)]
pub(super) struct UpdateRow {
    workspace_id: Uid,
    lead_id: Uid,
    id: Uid,
    provider: String,
    model: Option<String>,
    prompt_version: Option<String>,
    changes: Json,
    refused: Json,
    credits: i32,
    input_tokens: i64,
    output_tokens: i64,
    pub(super) version: Option<i32>,
    actor_kind: String,
    actor_id: Option<Uid>,
    actor_name: String,
    request_id: Option<String>,
    created_at: Stamp,
    undo: Option<Json>,
}

impl UpdateRow {
    pub(super) fn new(
        workspace: WorkspaceId,
        update: &AiUpdate,
        version: Option<Version>,
    ) -> QueryResult<Self> {
        let AiReader { provider, model, prompt_version, tokens } = update.reader.clone();
        Ok(Self {
            workspace_id: workspace.into(),
            lead_id: update.lead.into(),
            id: update.id.into(),
            provider: provider.to_string(),
            model: model.as_deref().map(storable),
            prompt_version,
            changes: Json(update.changes.iter().map(change_to_json).collect()),
            refused: Json(update.refused.iter().map(refusal_to_json).collect()),
            credits: i32::try_from(update.credits).map_err(broken)?,
            input_tokens: tokens.input.into(),
            output_tokens: tokens.output.into(),
            version: version.map(stored_version).transpose()?,
            actor_kind: update.actor.kind.to_string(),
            actor_id: update.actor.id.map(Uid),
            actor_name: update.actor.name.clone(),
            request_id: update.request_id.clone(),
            created_at: Stamp(update.created_at),
            undo: None,
        })
    }
}

impl TryFrom<UpdateRow> for AiUpdate {
    type Error = diesel::result::Error;

    fn try_from(row: UpdateRow) -> QueryResult<Self> {
        let tokens = |number: i64| u32::try_from(number).map_err(broken);
        Ok(Self {
            id: row.id.id(),
            lead: row.lead_id.id(),
            changes: list(&row.changes.0, change_from_json)?,
            refused: list(&row.refused.0, refusal_from_json)?,
            reader: AiReader {
                provider: word(&row.provider)?,
                model: row.model,
                prompt_version: row.prompt_version,
                tokens: AiTokens { input: tokens(row.input_tokens)?, output: tokens(row.output_tokens)? },
            },
            credits: u32::try_from(row.credits).map_err(broken)?,
            actor: Actor {
                kind: word(&row.actor_kind)?,
                id: row.actor_id.map(|id| id.0),
                name: row.actor_name,
            },
            request_id: row.request_id,
            created_at: row.created_at.0,
            undone: row.undo.map(|undo| undo_from_json(&undo.0)).transpose()?,
        })
    }
}

/// What was taken back, and what was not.
pub(super) fn undo_to_json(undo: &AiUndo) -> QueryResult<Value> {
    let restored: Vec<Value> = undo.restored.iter().map(plain_change_to_json).collect();
    let kept: Vec<Value> = undo
        .kept
        .iter()
        .map(|(field, reason)| json!({"field": field.as_str(), "reason": reason.as_str()}))
        .collect();
    let at = i64::try_from(undo.at.unix_timestamp_nanos() / 1000).map_err(broken)?;
    Ok(json!({"restored": restored, "kept": kept, "at": at}))
}

/// The patch that gives a lead the values that it had before an update. They were accepted once: they are not asked again.
pub(super) fn earlier(update: &AiUpdate) -> QueryResult<LeadPatch> {
    let mut patch = LeadPatch::default();
    for AiChange { change, .. } in &update.changes {
        restore(&mut patch, change.field, &change.from)?;
    }
    Ok(patch)
}

fn restore(patch: &mut LeadPatch, field: Field, value: &Value) -> QueryResult<()> {
    let wrong = || broken(format!("an earlier value of {field}"));
    let text = || value.as_str().map(str::to_owned);
    match field {
        Field::Email => patch.email = Some(Email::from_stored(text().ok_or_else(wrong)?)),
        Field::Name => patch.name = edit(text().map(Text::from_stored)),
        Field::Title => patch.title = edit(text().map(Text::from_stored)),
        Field::Company => patch.company = edit(text().map(Text::from_stored)),
        Field::Phone => patch.phone = edit(text().map(Text::from_stored)),
        Field::Website => patch.website = edit(text().map(Text::from_stored)),
        Field::Source => patch.source = edit(text().map(Text::from_stored)),
        Field::DealValue => {
            patch.deal_value = edit(value.as_i64().map(MinorUnits::parse).transpose().map_err(broken)?);
        }
        Field::DealCurrency => patch.deal_currency = Some(word(&text().ok_or_else(wrong)?)?),
        Field::DealStage => patch.deal_stage = edit(text().as_deref().map(word).transpose()?),
        Field::DealCloseDate => patch.deal_close_date = edit(text().as_deref().map(word).transpose()?),
        Field::Tags => {
            let tags = value.as_array().ok_or_else(wrong)?.iter().filter_map(Value::as_str);
            patch.tags = Some(Tags::from_stored(tags.map(str::to_owned)));
        }
        // Text never sets these.
        Field::Status | Field::AssignedTo | Field::CustomFields => {}
    }
    Ok(())
}

fn edit<T>(value: Option<T>) -> Edit<T> {
    value.map_or(Edit::Clear, Edit::Set)
}

fn undo_from_json(kept: &Value) -> QueryResult<AiUndo> {
    let micros = kept["at"].as_i64().ok_or_else(|| broken("an undo without a time"))?;
    let at = OffsetDateTime::UNIX_EPOCH.checked_add(time::Duration::microseconds(micros));
    Ok(AiUndo {
        restored: list(&kept["restored"], plain_change_from_json)?,
        kept: list(&kept["kept"], |kept| {
            Ok((text(kept, "field")?.parse().map_err(broken)?, word::<KeptReason>(text(kept, "reason")?)?))
        })?,
        at: at.ok_or_else(|| broken("a time out of range"))?,
    })
}

fn change_to_json(change: &AiChange) -> Value {
    let mut json = plain_change_to_json(&change.change);
    let evidence: Vec<Value> = change
        .evidence
        .iter()
        .map(|quote| json!({"start": quote.start, "end": quote.end, "quote": storable(&quote.quote)}))
        .collect();
    if let Some(members) = json.as_object_mut() {
        members.insert("confidence".to_owned(), change.confidence.into());
        members.insert("evidence".to_owned(), evidence.into());
    }
    json
}

fn change_from_json(kept: &Value) -> QueryResult<AiChange> {
    let confidence = kept["confidence"].as_f64().ok_or_else(|| broken("a change without a confidence"))?;
    let evidence = list(&kept["evidence"], |quote| {
        Ok(Quote {
            start: position(quote, "start")?,
            end: position(quote, "end")?,
            quote: text(quote, "quote")?.to_owned(),
        })
    })?;
    Ok(AiChange { change: plain_change_from_json(kept)?, confidence, evidence })
}

fn plain_change_to_json(change: &Change) -> Value {
    json!({"field": change.field.as_str(), "from": change.from, "to": change.to})
}

fn plain_change_from_json(kept: &Value) -> QueryResult<Change> {
    Ok(Change { field: field(kept)?, from: kept["from"].clone(), to: kept["to"].clone() })
}

fn refusal_to_json(refusal: &AiRefusal) -> Value {
    json!({
        "field": refusal.field.as_str(),
        "to": storable_value(&refusal.to),
        "reason": refusal.reason.as_str(),
        "message": refusal.message,
    })
}

fn refusal_from_json(kept: &Value) -> QueryResult<AiRefusal> {
    Ok(AiRefusal {
        field: field(kept)?,
        to: kept["to"].clone(),
        reason: word(text(kept, "reason")?)?,
        message: kept["message"].as_str().map(str::to_owned),
    })
}

fn list<T>(kept: &Value, read: impl Fn(&Value) -> QueryResult<T>) -> QueryResult<Vec<T>> {
    kept.as_array().ok_or_else(|| broken("not a list"))?.iter().map(read).collect()
}

fn field(kept: &Value) -> QueryResult<Field> {
    word(text(kept, "field")?)
}

fn text<'k>(kept: &'k Value, member: &str) -> QueryResult<&'k str> {
    kept[member].as_str().ok_or_else(|| broken(format!("no {member}")))
}

fn position(kept: &Value, member: &str) -> QueryResult<usize> {
    kept[member].as_u64().and_then(|at| at.try_into().ok()).ok_or_else(|| broken(format!("no {member}")))
}

/// Texts are anybody's, and PostgreSQL stores no U+0000.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

fn storable_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(items) => items.iter().map(storable_value).collect(),
        other => other.clone(),
    }
}

use leadkeep_domain::{Actor, HistoryEntry, Lead, Text};
use serde::Serialize;
use serde_json::{Map, Value};

use super::timestamp;

/// A lead as answers show it: every member always present, null when empty.
#[derive(Serialize)]
pub(crate) struct LeadBody<'a> {
    id: String,
    email: &'a str,
    name: Option<&'a str>,
    title: Option<&'a str>,
    company: Option<&'a str>,
    phone: Option<&'a str>,
    website: Option<&'a str>,
    source: Option<&'a str>,
    status: &'static str,
    deal_value: Option<i64>,
    deal_currency: &'static str,
    deal_stage: Option<&'static str>,
    deal_close_date: Option<String>,
    tags: Vec<&'a str>,
    assigned_to: Option<String>,
    custom_fields: &'a Map<String, Value>,
    created_at: String,
    updated_at: String,
    archived_at: Option<String>,
    version: u32,
}

impl<'a> From<&'a Lead> for LeadBody<'a> {
    fn from(lead: &'a Lead) -> Self {
        let fields = &lead.fields;
        Self {
            id: lead.id.to_string(),
            email: fields.email.as_str(),
            name: fields.name.as_ref().map(Text::as_str),
            title: fields.title.as_ref().map(Text::as_str),
            company: fields.company.as_ref().map(Text::as_str),
            phone: fields.phone.as_ref().map(Text::as_str),
            website: fields.website.as_ref().map(Text::as_str),
            source: fields.source.as_ref().map(Text::as_str),
            status: lead.status().as_str(),
            deal_value: fields.deal_value.map(leadkeep_domain::MinorUnits::get),
            deal_currency: fields.deal_currency.code(),
            deal_stage: fields.deal_stage.map(leadkeep_domain::DealStage::as_str),
            deal_close_date: fields.deal_close_date.map(|day| day.to_string()),
            tags: fields.tags.iter().map(Text::as_str).collect(),
            assigned_to: fields.assigned_to.map(|member| member.to_string()),
            custom_fields: fields.custom_fields.as_map(),
            created_at: timestamp(lead.created_at),
            updated_at: timestamp(lead.updated_at),
            archived_at: lead.archived_at.map(timestamp),
            version: lead.version.get(),
        }
    }
}

/// A lead's members as answers show them, for what writes leads to files.
pub fn lead_members(lead: &Lead) -> Map<String, Value> {
    // An object is what the body is; the compiler can't know.
    match serde_json::to_value(LeadBody::from(lead)) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// A change in a lead's history.
#[derive(Serialize)]
pub(crate) struct HistoryBody<'a> {
    id: String,
    field: &'static str,
    from: &'a Value,
    to: &'a Value,
    actor: ActorBody<'a>,
    request_id: Option<&'a str>,
    update_id: Option<String>,
    provider: Option<&'static str>,
    at: String,
}

/// Who did something.
#[derive(Serialize)]
pub(crate) struct ActorBody<'a> {
    r#type: &'static str,
    id: Option<String>,
    name: &'a str,
}

impl<'a> From<&'a Actor> for ActorBody<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { r#type: actor.kind.as_str(), id: actor.id.map(|id| id.to_string()), name: &actor.name }
    }
}

impl<'a> From<&'a HistoryEntry> for HistoryBody<'a> {
    fn from(entry: &'a HistoryEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            field: entry.change.field.as_str(),
            from: &entry.change.from,
            to: &entry.change.to,
            actor: ActorBody::from(&entry.actor),
            request_id: entry.request_id.as_deref(),
            update_id: entry.smart_update.map(|origin| origin.update.to_string()),
            provider: entry.smart_update.map(|origin| origin.provider.as_str()),
            at: timestamp(entry.at),
        }
    }
}

use leadkeep_domain::{Actor, HistoryEntry, Lead, Tags, Text};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Timestamp, timestamp};

/// A lead as answers show it: every member always present, null when empty.
#[derive(Serialize)]
pub(crate) struct LeadBody<'a> {
    id: Uuid,
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
    #[serde(serialize_with = "tags")]
    tags: &'a Tags,
    assigned_to: Option<Uuid>,
    custom_fields: &'a Map<String, Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
    archived_at: Option<Timestamp>,
    version: u32,
}

fn tags<S: Serializer>(tags: &Tags, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(tags.iter().map(Text::as_str))
}

impl<'a> From<&'a Lead> for LeadBody<'a> {
    fn from(lead: &'a Lead) -> Self {
        let fields = &lead.fields;
        Self {
            id: lead.id.as_uuid(),
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
            tags: &fields.tags,
            assigned_to: fields.assigned_to.map(|member| member.as_uuid()),
            custom_fields: fields.custom_fields.as_map(),
            created_at: lead.created_at.into(),
            updated_at: lead.updated_at.into(),
            archived_at: lead.archived_at.map(Timestamp::from),
            version: lead.version.get(),
        }
    }
}

/// A page of leads.
pub(crate) struct LeadBodies<'a>(pub(crate) &'a [Lead]);

impl Serialize for LeadBodies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(LeadBody::from))
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

//! Leads as rows, and back.

use diesel::{AsChangeset, Insertable, QueryResult, Queryable, Selectable};
use leadkeep_domain::{CloseDate, CustomFields, Email, Lead, LeadFields, MinorUnits, Tags, Text, Version};
use serde_json::Value;

use super::{
    decode::{broken, word},
    schema::leads,
};
use crate::columns::{Day, Json, Stamp, Texts, Uid};

/// All columns but the key's first: it is known to whoever asks.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = leads, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in super::super) struct LeadRow {
    pub(super) id: Uid,
    status: String,
    email: String,
    email_key: String,
    name: Option<String>,
    title: Option<String>,
    company: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    source: Option<String>,
    deal_value: Option<i64>,
    deal_currency: String,
    deal_stage: Option<String>,
    deal_close_date: Option<Day>,
    tags: Texts,
    assigned_to: Option<Uid>,
    custom_fields: Json,
    created_at: Stamp,
    updated_at: Stamp,
    archived_at: Option<Stamp>,
    version: i32,
}

impl From<&Lead> for LeadRow {
    fn from(lead: &Lead) -> Self {
        let fields = &lead.fields;
        Self {
            id: lead.id.into(),
            status: lead.status().to_string(),
            email: fields.email.to_string(),
            email_key: fields.email.key(),
            name: written(fields.name.as_ref()),
            title: written(fields.title.as_ref()),
            company: written(fields.company.as_ref()),
            phone: written(fields.phone.as_ref()),
            website: written(fields.website.as_ref()),
            source: written(fields.source.as_ref()),
            deal_value: fields.deal_value.map(MinorUnits::get),
            deal_currency: fields.deal_currency.to_string(),
            deal_stage: written(fields.deal_stage.as_ref()),
            deal_close_date: fields.deal_close_date.map(|day| Day(day.date())),
            tags: Texts(fields.tags.iter().map(ToString::to_string).collect()),
            assigned_to: fields.assigned_to.map(Uid::from),
            custom_fields: Json(Value::Object(fields.custom_fields.as_map().clone())),
            created_at: Stamp(lead.created_at),
            updated_at: Stamp(lead.updated_at),
            archived_at: lead.archived_at.map(Stamp),
            version: stored_version(lead),
        }
    }
}

/// The version as the row has it.
pub(in super::super) fn stored_version(lead: &Lead) -> i32 {
    i32::try_from(lead.version.get()).unwrap_or(i32::MAX)
}

fn written(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

impl TryFrom<LeadRow> for Lead {
    type Error = diesel::result::Error;

    fn try_from(row: LeadRow) -> QueryResult<Self> {
        let version = u32::try_from(row.version).ok().and_then(Version::from_number);
        Ok(Self {
            id: row.id.id(),
            archived_at: row.archived_at.map(|at| at.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: version.ok_or_else(|| broken("a version below 1"))?,
            fields: LeadFields {
                email: Email::from_stored(row.email),
                name: row.name.map(Text::from_stored),
                title: row.title.map(Text::from_stored),
                company: row.company.map(Text::from_stored),
                phone: row.phone.map(Text::from_stored),
                website: row.website.map(Text::from_stored),
                source: row.source.map(Text::from_stored),
                deal_value: row.deal_value.map(MinorUnits::from_stored),
                deal_currency: word(&row.deal_currency)?,
                deal_stage: row.deal_stage.as_deref().map(word).transpose()?,
                deal_close_date: row.deal_close_date.map(|day| CloseDate::from_stored(day.0)),
                tags: Tags::from_stored(row.tags.0),
                assigned_to: row.assigned_to.map(Uid::id),
                custom_fields: custom_fields(row.custom_fields.0)?,
            },
        })
    }
}

fn custom_fields(stored: Value) -> QueryResult<CustomFields> {
    match stored {
        Value::Object(fields) => Ok(CustomFields::from_stored(fields)),
        _ => Err(broken("custom fields that are no object")),
    }
}

//! Leads as rows, and back.

use diesel::{AsChangeset, ExpressionMethods, Insertable, QueryResult, Queryable, Selectable, dsl::Eq};
use leadkeep_domain::{
    CloseDate, Currency, CustomFields, DealStage, Email, Lead, LeadFields, MinorUnits, Tags, Text, Version,
};
use serde_json::Value;

use super::{decode::broken, schema::leads};
use crate::columns::{Day, Json, Stamp, Texts, Uid, Word};

/// All columns but the key's first, which is known to whoever asks, and what other columns say: the status, and the key that the e-mail is compared by.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = leads, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in super::super) struct LeadRow {
    pub(super) id: Uid,
    email: String,
    name: Option<String>,
    title: Option<String>,
    company: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    source: Option<String>,
    deal_value: Option<i64>,
    deal_currency: Word<Currency>,
    deal_stage: Option<Word<DealStage>>,
    deal_close_date: Option<Day>,
    tags: Texts,
    assigned_to: Option<Uid>,
    custom_fields: Json,
    created_at: Stamp,
    updated_at: Stamp,
    archived_at: Option<Stamp>,
    version: i32,
}

/// A row as it is written.
pub(in super::super) type WholeRow = (Eq<leads::status, &'static str>, Eq<leads::email_key, String>, LeadRow);

/// What is written of a lead.
pub(in super::super) fn whole_row(lead: &Lead) -> WholeRow {
    let status = leads::status.eq(lead.status().as_str());
    (status, leads::email_key.eq(lead.fields.email.key()), LeadRow::from(lead))
}

impl From<&Lead> for LeadRow {
    fn from(lead: &Lead) -> Self {
        let fields = &lead.fields;
        Self {
            id: lead.id.into(),
            email: fields.email.to_string(),
            name: written(fields.name.as_ref()),
            title: written(fields.title.as_ref()),
            company: written(fields.company.as_ref()),
            phone: written(fields.phone.as_ref()),
            website: written(fields.website.as_ref()),
            source: written(fields.source.as_ref()),
            deal_value: fields.deal_value.map(MinorUnits::get),
            deal_currency: Word(fields.deal_currency),
            deal_stage: fields.deal_stage.map(Word),
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
                deal_currency: row.deal_currency.0,
                deal_stage: row.deal_stage.map(|stage| stage.0),
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

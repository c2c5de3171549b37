//! What exactly a run does, as it is kept in the database.

use leadkeep_domain::{
    CloseDate, Currency, Email, LeadFilter, LeadId, LeadPosition, LeadStatus, Search, StatusFilter, Text,
};
use leadkeep_transfer::{Checkpoint, Format, Header};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    input::filter,
    smart_updates::{AiOptions, as_of},
};

/// What is kept is not what this version keeps, or not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("What is kept of the run can't be read")]
pub(super) struct Unreadable;

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportOptions {
    pub(super) format: Format,
    pub(super) dry_run: bool,
    pub(super) currency: Currency,
    /// The columns of a CSV file.
    pub(super) header: Option<Header>,
    /// How many parts the file is in.
    pub(super) parts: u32,
}

impl ImportOptions {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "format": self.format.as_str(),
            "dry_run": self.dry_run,
            "currency": self.currency.code(),
            "header": self.header.as_ref().map(Header::names),
            "parts": self.parts,
        })
    }

    pub(super) fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let names = |names: &Vec<Value>| {
            let names = names.iter().map(|name| name.as_str().map(str::to_owned));
            names.collect::<Option<Vec<_>>>().map(Header::from_stored)
        };
        Ok(Self {
            format: word(kept, "format")?,
            dry_run: kept["dry_run"].as_bool().ok_or(Unreadable)?,
            currency: word(kept, "currency")?,
            header: kept["header"].as_array().and_then(names),
            parts: kept["parts"].as_u64().and_then(|parts| parts.try_into().ok()).ok_or(Unreadable)?,
        })
    }
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ExportOptions {
    pub(super) format: Format,
    pub(super) filter: LeadFilter,
}

impl ExportOptions {
    pub(super) fn to_json(&self) -> Value {
        let filter = &self.filter;
        json!({
            "format": self.format.as_str(),
            "status": match filter.status {
                StatusFilter::Only(status) => status.as_str(),
                StatusFilter::All => "all",
            },
            "assigned_to": filter.assigned_to.map(|member| member.to_string()),
            "tag": filter.tag.as_ref().map(Text::as_str),
            "email": filter.email.as_ref().map(Email::as_str),
            "updated_after": filter.updated_after.map(micros),
            "search": filter.search.as_ref().map(Search::text),
        })
    }

    pub(super) fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let text = |name: &str| kept[name].as_str();
        let filter = LeadFilter {
            status: filter::status(text("status").unwrap_or(LeadStatus::Active.as_str()))
                .map_err(|_| Unreadable)?,
            assigned_to: text("assigned_to").map(str::parse).transpose().map_err(|_| Unreadable)?,
            tag: text("tag").map(|tag| leadkeep_domain::Tag::from_stored(tag.to_owned())),
            email: text("email").map(|email| Email::from_stored(email.to_owned())),
            updated_after: kept["updated_after"].as_i64().map(time).transpose()?,
            search: text("search").map(Search::parse).transpose().map_err(|_| Unreadable)?.flatten(),
            order: None,
        };
        Ok(Self { format: word(kept, "format")?, filter })
    }
}

/// Updates of leads from texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AiUpdateOptions {
    pub(super) options: AiOptions,
    /// Whose use it is.
    pub(super) credential: Uuid,
    /// How many parts the texts are in.
    pub(super) parts: u32,
}

impl AiUpdateOptions {
    pub(super) fn to_json(&self) -> Value {
        let AiOptions { as_of, dry_run, min_confidence, overwrite } = self.options;
        json!({
            "as_of": as_of.map(|day| CloseDate::from_stored(day).to_string()),
            "dry_run": dry_run,
            "min_confidence": min_confidence,
            "overwrite": overwrite,
            "credential": self.credential.to_string(),
            "parts": self.parts,
        })
    }

    pub(super) fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let flag = |name: &str| kept[name].as_bool().ok_or(Unreadable);
        Ok(Self {
            options: AiOptions {
                as_of: kept["as_of"].as_str().map(as_of).transpose().map_err(|_| Unreadable)?,
                dry_run: flag("dry_run")?,
                min_confidence: kept["min_confidence"].as_f64().ok_or(Unreadable)?,
                overwrite: flag("overwrite")?,
            },
            credential: word(kept, "credential")?,
            parts: kept["parts"].as_u64().and_then(|parts| parts.try_into().ok()).ok_or(Unreadable)?,
        })
    }
}

/// Where a checkpoint of a file that is read is kept.
pub(super) fn checkpoint_to_json(checkpoint: Checkpoint) -> Value {
    json!({"offset": checkpoint.offset, "row": checkpoint.row})
}

pub(super) fn checkpoint_from_json(kept: &Value) -> Result<Checkpoint, Unreadable> {
    let number = |name: &str| kept[name].as_u64().ok_or(Unreadable);
    Ok(Checkpoint { offset: number("offset")?, row: number("row")? })
}

/// Where a list that is walked stands.
pub(super) fn position_to_json(position: Option<LeadPosition>) -> Value {
    match position {
        None => Value::Null,
        Some(LeadPosition::Id(id)) => json!({"id": id.to_string()}),
        Some(LeadPosition::Updated(at, id)) => json!({"id": id.to_string(), "updated_at": micros(at)}),
    }
}

pub(super) fn position_from_json(kept: &Value) -> Result<Option<LeadPosition>, Unreadable> {
    if kept.is_null() {
        return Ok(None);
    }
    let id: LeadId = word(kept, "id")?;
    match kept["updated_at"].as_i64() {
        None => Ok(Some(LeadPosition::Id(id))),
        Some(micros) => Ok(Some(LeadPosition::Updated(time(micros)?, id))),
    }
}

fn word<T: std::str::FromStr>(kept: &Value, name: &str) -> Result<T, Unreadable> {
    kept[name].as_str().and_then(|word| word.parse().ok()).ok_or(Unreadable)
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

fn time(micros: i64) -> Result<OffsetDateTime, Unreadable> {
    OffsetDateTime::UNIX_EPOCH.checked_add(time::Duration::microseconds(micros)).ok_or(Unreadable)
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::Id;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let import = ImportOptions {
            format: Format::Csv,
            dry_run: true,
            currency: "EUR".parse().unwrap(),
            header: Some(Header::from_stored(vec!["email".to_owned()])),
            parts: 3,
        };
        assert_eq!(ImportOptions::from_json(&import.to_json()), Ok(import));
        let time = datetime!(2026-01-01 00:00:00.123456 UTC);
        let filter = LeadFilter {
            status: StatusFilter::All,
            assigned_to: Some(Id::generate()),
            tag: Some("hot".parse().unwrap()),
            email: Some(Email::parse("a@b.cc").unwrap()),
            updated_after: Some(time),
            search: Search::parse("john acme.com").unwrap(),
            order: None,
        };
        for filter in [filter, LeadFilter::default()] {
            let export = ExportOptions { format: Format::Ndjson, filter };
            assert_eq!(ExportOptions::from_json(&export.to_json()), Ok(export));
        }
        let id = LeadId::generate();
        for position in [None, Some(LeadPosition::Id(id)), Some(LeadPosition::Updated(time, id))] {
            assert_eq!(position_from_json(&position_to_json(position)), Ok(position));
        }
        assert_eq!(ExportOptions::from_json(&json!({})), Err(Unreadable));
    }
}

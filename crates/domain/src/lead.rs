use std::{fmt, num::NonZeroU32, str::FromStr};

use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    Change, CloseDate, Currency, CustomFields, DealStage, Email, Field, Invalid, LeadId, MemberId,
    MinorUnits, Tags, Text,
};

/// A person or company that may become a customer of the workspace's owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Which.
    pub id: LeadId,
    /// What people may change.
    pub fields: LeadFields,
    /// Since when it is archived; none while it is active.
    pub archived_at: Option<OffsetDateTime>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it changed last.
    pub updated_at: OffsetDateTime,
    /// Counts its changes.
    pub version: Version,
}

impl Lead {
    /// A new, active lead.
    pub fn create(fields: LeadFields, now: OffsetDateTime) -> Self {
        Self {
            id: LeadId::generate(),
            fields,
            archived_at: None,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// Whether it is active or archived.
    pub const fn status(&self) -> LeadStatus {
        match self.archived_at {
            None => LeadStatus::Active,
            Some(_) => LeadStatus::Archived,
        }
    }

    /// The change that its history begins with.
    pub fn beginning(&self) -> Change {
        Change { field: Field::Status, from: Value::Null, to: self.status().as_str().into() }
    }
}

/// What people may change of a lead.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it, and the types say the limits")]
pub struct LeadFields {
    /// Unique among the workspace's active leads, ignoring case.
    pub email: Email,
    pub name: Option<Text<200>>,
    /// Job title.
    pub title: Option<Text<200>>,
    pub company: Option<Text<200>>,
    /// Kept as written.
    pub phone: Option<Text<50>>,
    /// Kept as written.
    pub website: Option<Text<2000>>,
    pub source: Option<Text<100>>,
    pub deal_value: Option<MinorUnits>,
    pub deal_currency: Currency,
    pub deal_stage: Option<DealStage>,
    pub deal_close_date: Option<CloseDate>,
    pub tags: Tags,
    pub assigned_to: Option<MemberId>,
    pub custom_fields: CustomFields,
}

impl LeadFields {
    /// Nothing but what every lead has.
    pub fn new(email: Email, deal_currency: Currency) -> Self {
        Self {
            email,
            name: None,
            title: None,
            company: None,
            phone: None,
            website: None,
            source: None,
            deal_value: None,
            deal_currency,
            deal_stage: None,
            deal_close_date: None,
            tags: Tags::default(),
            assigned_to: None,
            custom_fields: CustomFields::default(),
        }
    }
}

/// Whether a lead is worked on or put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum LeadStatus {
    Active,
    Archived,
}

impl LeadStatus {
    /// The status's name in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }
}

impl FromStr for LeadStatus {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "active" => Ok(Self::Active),
            "archived" => Ok(Self::Archived),
            _ => Err(Invalid::new("must be one of active, archived")),
        }
    }
}

impl fmt::Display for LeadStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Counts a lead's changes from 1. What `ETag` and `If-Match` speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(NonZeroU32);

impl Version {
    /// The version of a new lead.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The version of this number, if it is one.
    pub const fn from_number(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

use std::{fmt, str::FromStr};

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, AiProvider, AiUpdateId, Invalid};

/// One field's change. A lead begins with a change of `status` from nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which field.
    pub field: Field,
    /// What it was, as it is written in answers.
    pub from: Value,
    /// What it became.
    pub to: Value,
}

/// A [`Change`] that was made: who, when, in which request.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Entries sort by it, oldest first.
    pub id: Uuid,
    /// What changed.
    pub change: Change,
    /// Who did it.
    pub actor: Actor,
    /// The request that did it; none from the command line.
    pub request_id: Option<String>,
    /// The smart update that did it, or whose taking back did; none where somebody wrote the value.
    pub smart_update: Option<AiOrigin>,
    /// When.
    pub at: OffsetDateTime,
}

/// The smart update that a change comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiOrigin {
    /// Which.
    pub update: AiUpdateId,
    /// Who read the text.
    pub provider: AiProvider,
}

/// The fields of a lead that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Field {
    Email,
    Name,
    Title,
    Company,
    Phone,
    Website,
    Source,
    Status,
    DealValue,
    DealCurrency,
    DealStage,
    DealCloseDate,
    Tags,
    AssignedTo,
    CustomFields,
}

impl Field {
    /// All fields that change.
    pub const ALL: [Self; 15] = [
        Self::Email,
        Self::Name,
        Self::Title,
        Self::Company,
        Self::Phone,
        Self::Website,
        Self::Source,
        Self::Status,
        Self::DealValue,
        Self::DealCurrency,
        Self::DealStage,
        Self::DealCloseDate,
        Self::Tags,
        Self::AssignedTo,
        Self::CustomFields,
    ];

    /// An amount and its currency: one means nothing without the other.
    pub const MONEY: [Self; 2] = [Self::DealValue, Self::DealCurrency];

    /// The field's name in requests, answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Title => "title",
            Self::Company => "company",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Source => "source",
            Self::Status => "status",
            Self::DealValue => "deal_value",
            Self::DealCurrency => "deal_currency",
            Self::DealStage => "deal_stage",
            Self::DealCloseDate => "deal_close_date",
            Self::Tags => "tags",
            Self::AssignedTo => "assigned_to",
            Self::CustomFields => "custom_fields",
        }
    }
}

impl FromStr for Field {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == name)
            .ok_or_else(|| Invalid::new("must be a field of a lead that changes"))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

use std::{fmt, str::FromStr};

use serde_json::Value;
use time::OffsetDateTime;

use crate::{Actor, AiProvider, AiUpdateId, Change, Field, Invalid, LeadId};

/// What a smart update made of a text: changes of a lead, and what was proposed and refused.
#[derive(Clone, Debug, PartialEq)]
pub struct AiUpdate {
    /// Which.
    pub id: AiUpdateId,
    /// Of which lead.
    pub lead: LeadId,
    /// The changes that were made, at most one a field.
    pub changes: Vec<AiChange>,
    /// What was proposed and not done.
    pub refused: Vec<AiRefusal>,
    /// What read the text.
    pub reader: AiReader,
    /// What it cost.
    pub credits: u32,
    /// Who wanted it.
    pub actor: Actor,
    /// In which request; none from a run that no request started.
    pub request_id: Option<String>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// What became of taking it back, if it was.
    pub undone: Option<AiUndo>,
}

impl AiUpdate {
    /// How sure the whole update is: as sure as its least sure change. None where nothing changed.
    pub fn confidence(&self) -> Option<f64> {
        self.changes.iter().map(|change| change.confidence).min_by(f64::total_cmp)
    }
}

/// What read a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiReader {
    /// Which provider.
    pub provider: AiProvider,
    /// What the provider calls it.
    pub model: Option<String>,
    /// The version of the words that a model was asked with.
    pub prompt_version: Option<String>,
    /// Tokens that it read and wrote.
    pub tokens: AiTokens,
}

/// Tokens, as a provider counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AiTokens {
    /// Read.
    pub input: u32,
    /// Written.
    pub output: u32,
}

/// A change that a text asks for, with the words that do.
#[derive(Clone, Debug, PartialEq)]
pub struct AiChange {
    /// The field, before and after.
    pub change: Change,
    /// From 0, a guess, to 1, beyond doubt.
    pub confidence: f64,
    /// Where the text says so.
    pub evidence: Vec<Quote>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Its first byte in the text's UTF-8.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
    /// What is there.
    pub quote: String,
}

/// A change that was proposed and not made.
#[derive(Clone, Debug, PartialEq)]
pub struct AiRefusal {
    /// Of which field.
    pub field: Field,
    /// What it should have become.
    pub to: Value,
    /// Why not.
    pub reason: RefusalReason,
    /// More about it, where there is more to say.
    pub message: Option<String>,
}

impl AiRefusal {
    /// Refused for this reason.
    pub const fn new(field: Field, to: Value, reason: RefusalReason) -> Self {
        Self { field, to, reason, message: None }
    }
}

/// What became of taking an update back.
#[derive(Clone, Debug, PartialEq)]
pub struct AiUndo {
    /// The fields that have their earlier values again, from what the update had made of them.
    pub restored: Vec<Change>,
    /// The fields that were left alone, and why.
    pub kept: Vec<(Field, KeptReason)>,
    /// When it was taken back.
    pub at: OffsetDateTime,
}

/// Makes an enum of words that are written as they are stored.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word in answers and in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(word: &str) -> Result<Self, Invalid> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Invalid::new(concat!("must be one of", $(" ", $word),+))),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Why a proposed change was not made.
    RefusalReason {
        /// The field may not be set from text here.
        FieldNotAllowed = "field_not_allowed",
        /// The words that should state it are not in the text.
        EvidenceNotInText = "evidence_not_in_text",
        /// The words that state it are an instruction to the machine, or markup or data, and no statement of anybody.
        Instruction = "instruction",
        /// The words that state it, read again by the rules, say something else.
        DiffersFromEvidence = "differs_from_evidence",
        /// A PATCH with this value would be refused.
        InvalidValue = "invalid_value",
        /// The provider is less sure than was asked for.
        BelowMinConfidence = "below_min_confidence",
        /// The field has a value, and only empty ones were to be filled.
        NotEmpty = "not_empty",
        /// Somebody changed the field while the text was read.
        ChangedMeanwhile = "changed_meanwhile",
        /// Another active lead of the workspace has the e-mail.
        DuplicateLead = "duplicate_lead",
    }
}

words! {
    /// Why taking an update back left a field as it is.
    KeptReason {
        /// Somebody has changed it since.
        ChangedSince = "changed_since",
        /// Another active lead of the workspace has the earlier e-mail now.
        DuplicateLead = "duplicate_lead",
    }
}

/// These fields, and an amount's currency or a currency's amount with it.
pub fn with_money_together(mut fields: Vec<Field>) -> Vec<Field> {
    if fields.iter().any(|field| Field::MONEY.contains(field)) {
        let missing: Vec<_> = Field::MONEY.into_iter().filter(|field| !fields.contains(field)).collect();
        fields.extend(missing);
    }
    fields
}

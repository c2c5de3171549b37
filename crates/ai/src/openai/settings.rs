use std::{str::FromStr, time::Duration};

use super::{ApiKey, BaseUrl};

/// Which server is asked, for what, and how long. [`Settings::new`] has the defaults; each field may be set after it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API begins; [`BaseUrl::OPENAI`] by default.
    pub base_url: BaseUrl,
    /// What the server knows the caller by. None by default; a server of one's own may need none.
    pub api_key: Option<ApiKey>,
    /// Which of the server's models is asked.
    pub model: String,
    /// How the server is told what answers look like.
    pub schema_mode: SchemaMode,
    /// How freely the model picks its words: 0 by default, always the likeliest. None leaves it to the server, for models that
    /// refuse to be told.
    pub temperature: Option<f32>,
    /// How long one request may take, 20 seconds by default.
    pub attempt_timeout: Duration,
    /// How long all of it may take, with waiting and asking again: 45 seconds by default, less than
    /// [`LONGEST_DEADLINE`](Self::LONGEST_DEADLINE).
    pub deadline: Duration,
}

impl Settings {
    /// Whoever repeats a call with an idempotency key waits 60 seconds for the first: it must be over well before.
    pub const LONGEST_DEADLINE: Duration = Duration::from_secs(50);

    /// The defaults, with this model.
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            base_url: BaseUrl::default(),
            api_key: None,
            model: model.into(),
            schema_mode: SchemaMode::default(),
            temperature: Some(0.0),
            attempt_timeout: Duration::from_secs(20),
            deadline: Duration::from_secs(45),
        }
    }

    /// Sees that a request can be made of them.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        if self.base_url.is_openai() && self.api_key.is_none() {
            return Err(SettingsError::NoApiKey);
        }
        if !is_model_name(&self.model) {
            return Err(SettingsError::Model);
        }
        if self.attempt_timeout.is_zero() {
            return Err(SettingsError::AttemptTimeout);
        }
        if self.deadline.is_zero() || self.deadline >= Self::LONGEST_DEADLINE {
            return Err(SettingsError::Deadline);
        }
        match self.temperature {
            Some(temperature) if !(0.0..=2.0).contains(&temperature) => Err(SettingsError::Temperature),
            _ => Ok(()),
        }
    }
}

/// Whether a text may be the name of a model: a short line.
pub(super) fn is_model_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 200 && !name.chars().any(char::is_control)
}

/// How a server is told what answers look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaMode {
    /// By a strict JSON schema: `OpenAI` and most servers that are compatible with it.
    #[default]
    JsonSchema,
    /// By asking for a JSON object, with the schema beside it and in words: llama-cpp-python, and servers that only know JSON.
    JsonObject,
}

impl FromStr for SchemaMode {
    type Err = SettingsError;

    fn from_str(name: &str) -> Result<Self, SettingsError> {
        match name {
            "json_schema" => Ok(Self::JsonSchema),
            "json_object" => Ok(Self::JsonObject),
            _ => Err(SettingsError::SchemaMode),
        }
    }
}

/// Why settings are refused. Never repeats what was set.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The base URL.
    #[error("the base URL {0}")]
    BaseUrl(&'static str),
    /// The API key can't be sent.
    #[error("the API key must be visible ASCII characters without spaces")]
    ApiKey,
    /// `OpenAI`'s own API answers nobody without a key.
    #[error(
        "{} needs an API key: set the API key, or the base URL of a server that needs none",
        BaseUrl::OPENAI
    )]
    NoApiKey,
    /// The model's name.
    #[error("the model must be a name of 1 to 200 characters")]
    Model,
    /// The schema mode.
    #[error("the schema mode must be one of json_schema, json_object")]
    SchemaMode,
    /// The temperature.
    #[error("the temperature must be from 0 to 2")]
    Temperature,
    /// The time for one request.
    #[error("the attempt timeout must be more than 0")]
    AttemptTimeout,
    /// The time for all of it.
    #[error("the deadline must be more than 0 and less than {} seconds", Settings::LONGEST_DEADLINE.as_secs())]
    Deadline,
    /// Nobody could be trusted.
    #[error("the machine's CA certificates can't be read: install ca-certificates")]
    Certificates(#[source] std::io::Error),
    /// The library for TLS refused to be set up.
    #[error("TLS can't be set up")]
    Tls(#[source] rustls::Error),
}

use std::time::Duration;

use http::StatusCode;

use crate::{SmartUpdateError, Usage};

/// Why a request has no answer. Says nothing of what was sent: neither key nor text, nor what the server writes of them.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("no answer came over the connection")]
    Connection(#[source] hyper_util::client::legacy::Error),
    #[error("the connection broke in the middle of the answer")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the answer took too long")]
    Slow,
    #[error("the server refused the API key ({0})")]
    KeyRefused(StatusCode),
    #[error("the server answered {status}{}", code.map(|code| format!(": {code}")).unwrap_or_default())]
    Status { status: StatusCode, code: Option<&'static str>, retry_after: Option<Duration> },
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the answer is no chat completion (line {line}, column {column})")]
    NotACompletion { line: usize, column: usize },
    #[error("the request can't be written")]
    Request(#[source] serde_json::Error),
}

impl Trouble {
    /// Whether the same request may succeed a little later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Connection(_) | Self::Body(_) | Self::Slow => true,
            Self::Status { status, .. } => {
                *status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
            }
            Self::KeyRefused(_) | Self::TooLarge(_) | Self::NotACompletion { .. } | Self::Request(_) => false,
        }
    }

    /// How long the server wants to be left alone.
    pub(super) fn retry_after(&self) -> Duration {
        match self {
            Self::Status { retry_after: Some(wait), .. } => *wait,
            _ => Duration::ZERO,
        }
    }

    /// What a caller is told, who paid this much before.
    pub(super) fn into_error(self, usage: Usage) -> SmartUpdateError {
        match self {
            Self::Slow => SmartUpdateError::TimedOut { usage },
            Self::TooLarge(_) | Self::NotACompletion { .. } => {
                SmartUpdateError::Unusable { cause: Box::new(self), usage }
            }
            _ => SmartUpdateError::Unavailable { cause: Box::new(self), usage },
        }
    }
}

//! Which secrets are live: what the installation's database says of them.

use anyhow::Result;
use leadkeep_credentials::Secret;
use leadkeep_service::{KnownSecret, Management, SecretStanding, gate::Refusal};
use leadkeep_storage::OpenError;

use super::report::complain;
use crate::{
    installation::Installation,
    settings::{KeySource, Settings},
};

/// What is known of a secret.
pub(super) enum State {
    /// There is no installation to ask.
    NotChecked,
    /// It is none of the installation's.
    Unknown,
    Known(KnownSecret),
}

impl State {
    /// The state's word.
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::NotChecked => "not checked",
            Self::Unknown => "unknown",
            Self::Known(KnownSecret { refusal: None, .. }) => "live",
            Self::Known(KnownSecret { refusal: Some(refusal), .. }) => match refusal {
                Refusal::Expired => "expired",
                Refusal::Revoked => "revoked",
                Refusal::Disabled => "disabled",
                Refusal::Rotated => "rotated",
                _ => "refused",
            },
        }
    }

    pub(super) const fn known(&self) -> Option<&KnownSecret> {
        match self {
            Self::Known(known) => Some(known),
            Self::NotChecked | Self::Unknown => None,
        }
    }
}

/// Asks the installation, if there is one.
pub(super) struct Checker(Option<Management>);

impl Checker {
    /// Without a database, or with a server's but no key, nothing is checked: a repository is scanned where nobody serves. An
    /// installation that is there and can't be opened is an error.
    pub(super) async fn open(settings: &Settings) -> Result<Self> {
        if matches!(settings.key, KeySource::Nowhere) {
            return Ok(Self::nobody("no secret key is set"));
        }
        match Installation::open(settings).await {
            Ok(installation) => Ok(Self(Some(installation.management()?))),
            Err(error) if matches!(error.downcast_ref(), Some(OpenError::Missing(_))) => {
                Ok(Self::nobody(&format!("there is no database at {}", settings.database)))
            }
            Err(error) => Err(error),
        }
    }

    fn nobody(reason: &str) -> Self {
        complain(&format!("which secrets are live is not checked: {reason}"));
        Self(None)
    }

    pub(super) async fn state(&self, secret: &Secret) -> Result<State> {
        let Some(management) = &self.0 else { return Ok(State::NotChecked) };
        Ok(match management.standing(secret).await? {
            SecretStanding::Unknown => State::Unknown,
            SecretStanding::Known(known) => State::Known(known),
        })
    }
}

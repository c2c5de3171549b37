use std::{sync::Arc, time::Instant};

use leadkeep_ai::{Note, Proposal, Rules, SmartUpdate, SmartUpdateError};
use leadkeep_domain::{AiAllowances, AiProvider, AiSettings};
use tracing::{Instrument, info_span};

use super::evidence::Doubt;
use crate::measure;

/// What reads texts on this server. Clones share it.
#[derive(Clone)]
pub struct Providers {
    allowed: AiProvider,
    rules: Arc<Rules>,
    model: Option<Arc<dyn SmartUpdate>>,
    /// How many credits a workspace has a month.
    pub allowances: AiAllowances,
}

/// Texts longer than this, in bytes, are read beside what answers requests: they may take milliseconds.
const LONG: usize = 2_048;

impl Providers {
    /// Nothing reads texts.
    pub fn off() -> Self {
        Self { allowed: AiProvider::Off, ..Self::rules() }
    }

    /// Rules read them.
    pub fn rules() -> Self {
        Self {
            allowed: AiProvider::Rules,
            rules: Arc::new(Rules::new()),
            model: None,
            allowances: AiAllowances::default(),
        }
    }

    /// A model does, where a workspace does not prefer rules.
    pub fn with_model(model: Arc<dyn SmartUpdate>) -> Self {
        Self { allowed: AiProvider::OpenAi, model: Some(model), ..Self::rules() }
    }

    /// These allowances, in place of the usual ones.
    #[must_use]
    pub fn with_allowances(self, allowances: AiAllowances) -> Self {
        Self { allowances, ..self }
    }

    /// What reads the texts of a workspace with these settings.
    pub fn of(&self, settings: &AiSettings) -> AiProvider {
        settings.provider_within(self.allowed)
    }

    /// What is known of a note beside what is proposed, where a model reads it.
    pub async fn doubt(&self, provider: AiProvider, note: &Note) -> Result<Option<Doubt>, SmartUpdateError> {
        if provider != AiProvider::OpenAi {
            return Ok(None);
        }
        let known = |rules: &Rules, note: &Note| (rules.instructions(note), rules.readings(note));
        let (instructions, readings) = self.by_rules(note, known).await?;
        Ok(Some(Doubt { rules: self.rules.clone(), instructions, readings }))
    }

    /// What the rules find in a note.
    async fn by_rules<T: Send + 'static>(
        &self,
        note: &Note,
        read: fn(&Rules, &Note) -> T,
    ) -> Result<T, SmartUpdateError> {
        if note.text.len() <= LONG {
            return Ok(read(&self.rules, note));
        }
        let (rules, note) = (self.rules.clone(), note.clone());
        let found = tokio::task::spawn_blocking(move || read(&rules, &note)).await;
        found.map_err(SmartUpdateError::unavailable)
    }

    /// What a provider makes of a note.
    pub async fn propose(&self, provider: AiProvider, note: Note) -> Result<Proposal, SmartUpdateError> {
        let began = Instant::now();
        let proposal = match (provider, &self.model) {
            (AiProvider::OpenAi, Some(model)) => {
                model.propose(note).instrument(info_span!(target: "otlp", "model")).await
            }
            (AiProvider::Rules, _) => self.by_rules(&note, Rules::read).await,
            (AiProvider::OpenAi | AiProvider::Off, _) => {
                Err(SmartUpdateError::unavailable("nothing reads texts here"))
            }
        };
        measure::text_read(provider, began, &proposal);
        proposal
    }
}

//! What reads texts, as the settings say.

use std::sync::Arc;

use anyhow::{Context, Result};
use leadkeep_ai::OpenAi;
use leadkeep_domain::AiProvider;
use leadkeep_service::smart_updates::Providers;

use crate::settings::AiSettings;

/// The provider of the settings, with all that it allows.
pub(crate) fn providers(settings: &AiSettings, provider: AiProvider) -> Result<Providers> {
    let providers = match provider {
        AiProvider::Off => Providers::off(),
        AiProvider::Rules => Providers::rules(),
        AiProvider::OpenAi => {
            let model = OpenAi::new(settings.openai.clone()).context(
                "smart updates by openai (OPENAI_API_KEY, LEADKEEP_OPENAI_BASE_URL, LEADKEEP_OPENAI_MODEL)",
            )?;
            Providers::with_model(Arc::new(model))
        }
    };
    Ok(providers.with_allowances(settings.allowances))
}

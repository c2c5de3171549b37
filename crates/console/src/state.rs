use std::sync::{Arc, OnceLock};

use leadkeep_api::{Dialect, Shared as ApiShared};
use leadkeep_credentials::{Hasher, PasswordHasher};
use leadkeep_domain::Clock;
use leadkeep_service::{
    Activity, Conversations, ExposureLog, Leads, Management, RefusalLog,
    oauth::Consents,
    people::{People, SignInLimit},
    runs::Runs,
    smart_updates::SmartUpdates,
};
use leadkeep_storage::Repositories;

use crate::Assets;

/// What a thread that serves the console needs. Made once for each, from the parts that all share.
#[derive(Clone)]
pub struct ConsoleState {
    pub(crate) people: People,
    pub(crate) consents: Consents,
    pub(crate) management: Management,
    pub(crate) leads: Leads,
    pub(crate) conversations: Conversations,
    pub(crate) runs: Runs,
    /// What tells uploads apart.
    pub(crate) fingerprints: Hasher,
    pub(crate) smart_updates: SmartUpdates,
    /// Seals what a form brings back as it was given.
    pub(crate) seals: Hasher,
    pub(crate) activity: Activity,
    pub(crate) assets: Arc<Assets>,
    pub(crate) address: Arc<OnceLock<String>>,
    pub(crate) dialects: Arc<[&'static Dialect]>,
    pub(crate) require_https: bool,
    pub(crate) exposures: Arc<ExposureLog>,
    pub(crate) refusals: Arc<RefusalLog>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What all threads share.
#[derive(Clone)]
pub struct Shared {
    /// What the API shares: an upload, a run or a credit is one, wherever it is asked for.
    pub api: ApiShared,
    /// Hashes passwords.
    pub passwords: PasswordHasher,
    /// Seals forms.
    pub forms: Hasher,
    /// How often passwords may be tried.
    pub sign_in_limit: Arc<SignInLimit>,
}

impl ConsoleState {
    /// The state of a thread with these repositories.
    pub fn new(repositories: &Repositories, shared: &Shared) -> Self {
        let Shared { api, passwords, forms, sign_in_limit } = shared.clone();
        let ApiShared { secrets, clock, uploads, bell, providers, fingerprints, .. } = api;
        Self {
            seals: forms.clone(),
            people: People::new(
                repositories,
                sign_in_limit,
                secrets.clone(),
                passwords,
                forms,
                clock.clone(),
            ),
            consents: Consents::new(repositories, secrets.clone(), clock.clone()),
            management: Management::new(repositories.clone(), secrets, clock.clone()),
            leads: Leads::new(repositories.leads.clone()),
            conversations: Conversations::new(repositories.conversations.clone()),
            runs: Runs::new(repositories.runs.clone(), uploads, bell),
            fingerprints,
            smart_updates: SmartUpdates::new(repositories, providers, clock.clone()),
            activity: Activity::new(repositories, clock.clone()),
            assets: Arc::new(Assets::new()),
            address: api.address,
            dialects: api.dialects,
            require_https: api.require_https,
            exposures: api.exposures,
            refusals: api.refusals,
            clock,
        }
    }

    /// The address that people use.
    pub(crate) fn issuer(&self) -> &str {
        self.address.get().map_or("", String::as_str)
    }
}

use std::sync::{Arc, OnceLock};

use leadkeep_credentials::{Hasher, PasswordHasher};
use leadkeep_domain::Clock;
use leadkeep_service::{
    ExposureLog, Management, RefusalLog,
    oauth::Consents,
    people::{People, SignInLimit},
};
use leadkeep_storage::Repositories;

use crate::Assets;

/// What a thread that serves the console needs. Made once for each, from the parts that all share.
#[derive(Clone)]
pub struct ConsoleState {
    pub(crate) people: People,
    pub(crate) consents: Consents,
    pub(crate) management: Management,
    pub(crate) assets: Arc<Assets>,
    pub(crate) address: Arc<OnceLock<String>>,
    pub(crate) require_https: bool,
    pub(crate) exposures: Arc<ExposureLog>,
    pub(crate) refusals: Arc<RefusalLog>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What all threads share.
#[derive(Clone)]
pub struct Shared {
    /// Hashes secrets.
    pub secrets: Hasher,
    /// Hashes passwords.
    pub passwords: PasswordHasher,
    /// Seals forms.
    pub forms: Hasher,
    /// How often passwords may be tried.
    pub sign_in_limit: Arc<SignInLimit>,
    /// The address that people use, without a slash at its end; known once the server listens.
    pub address: Arc<OnceLock<String>>,
    /// Whether pages are refused that are asked for over plain HTTP.
    pub require_https: bool,
    /// Secrets that came so.
    pub exposures: Arc<ExposureLog>,
    /// What was refused.
    pub refusals: Arc<RefusalLog>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl ConsoleState {
    /// The state of a thread with these repositories.
    pub fn new(repositories: &Repositories, shared: &Shared) -> Self {
        let Shared {
            secrets,
            passwords,
            forms,
            sign_in_limit,
            address,
            require_https,
            exposures,
            refusals,
            clock,
        } = shared.clone();
        Self {
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
            assets: Arc::new(Assets::new()),
            address,
            require_https,
            exposures,
            refusals,
            clock,
        }
    }

    /// The address that people use.
    pub(crate) fn issuer(&self) -> &str {
        self.address.get().map_or("", String::as_str)
    }
}

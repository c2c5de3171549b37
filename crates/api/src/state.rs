use std::sync::{Arc, OnceLock};

use leadkeep_credentials::{Hasher, MasterKey, Purpose};
use leadkeep_domain::{AddressRanges, Clock};
use leadkeep_service::{
    Conversations, Credentials, ExposureLog, FailureLimit, Gatekeeper, Leads, Limits, RefusalLog, Tokens,
    UsageMeter,
    runs::{Runs, Uploads},
    smart_updates::{Providers, SmartUpdates},
};
use leadkeep_storage::{Installation, Repositories};
use tokio::sync::Notify;

use crate::{Dialect, idempotency::Keys};

/// What a thread that serves needs. Made once for each, from the parts that all share.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) gatekeeper: Gatekeeper,
    pub(crate) credentials: Credentials,
    pub(crate) leads: Leads,
    pub(crate) conversations: Conversations,
    pub(crate) tokens: Tokens,
    pub(crate) installation: Arc<dyn Installation>,
    pub(crate) cursors: Hasher,
    pub(crate) fingerprints: Hasher,
    pub(crate) idempotency_keys: Keys,
    pub(crate) runs: Runs,
    pub(crate) smart_updates: SmartUpdates,
    pub(crate) dialects: Arc<[&'static Dialect]>,
    pub(crate) trusted_proxies: Arc<AddressRanges>,
    pub(crate) require_https: bool,
    pub(crate) exposures: Arc<ExposureLog>,
    pub(crate) address: Arc<OnceLock<String>>,
    pub(crate) limits: Limits,
    pub(crate) is_measured: bool,
}

/// What all threads share: a budget is one budget, whichever thread takes from it.
#[derive(Clone)]
pub struct Shared {
    /// Hashes secrets.
    pub secrets: Hasher,
    /// Seals cursors.
    pub cursors: Hasher,
    /// Tells requests apart that have the same idempotency key.
    pub fingerprints: Hasher,
    /// The uploads that are going on.
    pub uploads: Uploads,
    /// What reads texts.
    pub providers: Providers,
    /// Rung when a run is queued.
    pub bell: Arc<Notify>,
    /// The budgets.
    pub limits: Limits,
    /// Failed attempts.
    pub failures: Arc<FailureLimit>,
    /// What credentials are used for.
    pub meter: Arc<UsageMeter>,
    /// Credentials that were refused.
    pub refusals: Arc<RefusalLog>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The dialects that are served.
    pub dialects: Arc<[&'static Dialect]>,
    /// The proxies that are believed when they say where a request comes from, and over what.
    pub trusted_proxies: Arc<AddressRanges>,
    /// Whether a credential that comes over plain HTTP is refused.
    pub require_https: bool,
    /// Secrets that came so.
    pub exposures: Arc<ExposureLog>,
    /// The address that people use, without a slash at its end; known once the server listens.
    pub address: Arc<OnceLock<String>>,
    /// Whether each request is measured for metrics.
    pub is_measured: bool,
}

impl Shared {
    /// Shared parts for this key, these budgets and this clock: all dialects, no proxy, plain HTTP
    /// allowed, and texts read by rules.
    pub fn new(key: &MasterKey, limits: Limits, failures: Arc<FailureLimit>, clock: Arc<dyn Clock>) -> Self {
        Self {
            secrets: key.hasher(Purpose::Secrets),
            cursors: key.hasher(Purpose::Cursors),
            fingerprints: key.hasher(Purpose::Fingerprints),
            uploads: Uploads::default(),
            providers: Providers::rules(),
            bell: Arc::default(),
            limits,
            failures,
            meter: Arc::default(),
            refusals: Arc::default(),
            clock,
            dialects: Arc::new(Dialect::ALL),
            trusted_proxies: Arc::default(),
            require_https: false,
            exposures: Arc::default(),
            address: Arc::default(),
            is_measured: false,
        }
    }
}

impl ApiState {
    /// The state of a thread with these repositories.
    pub fn new(repositories: Repositories, shared: &Shared) -> Self {
        let Shared {
            secrets,
            cursors,
            limits,
            failures,
            meter,
            refusals,
            clock,
            dialects,
            trusted_proxies,
            require_https,
            exposures,
            ..
        } = shared.clone();
        Self {
            gatekeeper: Gatekeeper::new(
                &repositories,
                limits.clone(),
                failures.clone(),
                meter.clone(),
                refusals.clone(),
                secrets.clone(),
                clock.clone(),
            ),
            credentials: Credentials::new(&repositories),
            smart_updates: SmartUpdates::new(&repositories, shared.providers.clone(), clock.clone()),
            tokens: Tokens::new(&repositories, failures, meter, refusals, secrets, clock),
            leads: Leads::new(repositories.leads),
            conversations: Conversations::new(repositories.conversations),
            installation: repositories.installation,
            idempotency_keys: repositories.idempotency_keys,
            runs: Runs::new(repositories.runs, shared.uploads.clone(), shared.bell.clone()),
            cursors,
            fingerprints: shared.fingerprints.clone(),
            dialects,
            trusted_proxies,
            require_https,
            exposures,
            address: shared.address.clone(),
            limits,
            is_measured: shared.is_measured,
        }
    }
}

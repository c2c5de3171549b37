use std::sync::Arc;

use leadkeep_credentials::{Hasher, MasterKey, Purpose};
use leadkeep_domain::Clock;
use leadkeep_ratelimit::Store;
use leadkeep_service::{Conversations, FailureLimit, Gatekeeper, Leads, Tokens};
use leadkeep_storage::{Installation, Repositories};

/// What a thread that serves needs. Made once for each, from the parts that all share.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) gatekeeper: Gatekeeper,
    pub(crate) leads: Leads,
    pub(crate) conversations: Conversations,
    pub(crate) tokens: Tokens,
    pub(crate) installation: Arc<dyn Installation>,
    pub(crate) cursors: Hasher,
}

/// What all threads share: a budget is one budget, whichever thread takes from it.
#[derive(Clone)]
pub struct Shared {
    secrets: Hasher,
    cursors: Hasher,
    limits: Arc<dyn Store>,
    failures: Arc<FailureLimit>,
    clock: Arc<dyn Clock>,
}

impl Shared {
    /// Shared parts for this key, these budgets and this clock.
    pub fn new(
        key: &MasterKey,
        limits: Arc<dyn Store>,
        failures: Arc<FailureLimit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (secrets, cursors) = (key.hasher(Purpose::Secrets), key.hasher(Purpose::Cursors));
        Self { secrets, cursors, limits, failures, clock }
    }
}

impl ApiState {
    /// The state of a thread with these repositories.
    pub fn new(repositories: Repositories, shared: &Shared) -> Self {
        let Shared { secrets, cursors, limits, failures, clock } = shared.clone();
        let access_tokens = repositories.access_tokens;
        Self {
            gatekeeper: Gatekeeper::new(
                access_tokens.clone(),
                limits,
                failures.clone(),
                secrets.clone(),
                clock.clone(),
            ),
            leads: Leads::new(repositories.leads),
            conversations: Conversations::new(repositories.conversations),
            tokens: Tokens::new(repositories.clients, access_tokens, failures, secrets, clock),
            installation: repositories.installation,
            cursors,
        }
    }
}

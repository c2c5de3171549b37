//! Budgets that are elsewhere are asked while the credential's row is read, and not behind it: who comes with a secret is most likely who came
//! with it last time. The row has the last word: it is read on every call, and what was taken ahead counts only as far as it
//! says the same.

use dashmap::DashMap;
use leadkeep_credentials::SecretHash;
use leadkeep_ratelimit::{Bucket, Decision, Group, StoreError};

use crate::{
    gate::{self, Principal, check_address, check_tenant},
    gatekeeper::Call,
};

/// How many are remembered, by all threads together. When there are more, all are forgotten: each costs its next call one wait.
const REMEMBERED: usize = 16_384;

/// What was taken before it was known whether the credential stands.
#[derive(Debug)]
pub(crate) struct Ahead {
    pub(crate) group: Group,
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) answer: Result<Decision, StoreError>,
}

impl Ahead {
    /// The answer over these buckets, if it was one over the same windows; none where they are to be asked. Where it was not, nothing is given
    /// back: a credential that was moved to other windows has no use for the old ones. A store that did not answer is not asked twice.
    pub(crate) fn over(self, group: Group, buckets: &[Bucket]) -> Option<Result<Decision, StoreError>> {
        match self.answer {
            Ok(decision) if self.group == group => decision.carried_over(&self.buckets, buckets).map(Ok),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// Who came with a secret last. It lets nobody in, and holds no secret but as a hash.
#[derive(Debug, Default)]
pub(crate) struct Acquaintances {
    last: DashMap<SecretHash, Principal>,
}

impl Acquaintances {
    /// What a call with this secret is most likely taken from; nothing where it would most likely be refused before that, as what is
    /// refused must not use up anybody's budget.
    pub(crate) fn buckets(&self, secret: SecretHash, call: &Call<'_>) -> Option<(Group, Vec<Bucket>)> {
        let last = self.last.get(&secret)?;
        let would_pass = call.accepts.contains(&last.kind)
            && check_address(&last, call.address).is_ok()
            && check_tenant(&last, call.claims).is_ok();
        would_pass.then(|| (gate::group(&last), gate::buckets(&last, call.rule)))
    }

    /// Remembers who came.
    pub(crate) fn meet(&self, secret: SecretHash, principal: &Principal) {
        if self.last.get(&secret).is_some_and(|last| *last == *principal) {
            return;
        }
        if self.last.len() >= REMEMBERED {
            self.last.clear();
        }
        self.last.insert(secret, principal.clone());
    }

    /// Forgets who is refused.
    pub(crate) fn forget(&self, secret: SecretHash) {
        self.last.remove(&secret);
    }
}

use std::num::NonZeroU32;

use leadkeep_domain::CredentialKind;
use leadkeep_ratelimit::{Bucket, BucketKey, Group, Quota};
use leadkeep_storage::CredentialRecord;

use super::Principal;

/// Calls a minute of an OAuth client that has no number of its own (Slokoto's document, "Rate limits").
pub const CLIENT_CALLS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");

/// Calls a minute of all keys of a site together, unless it has a number of its own (Spelo's document, "Rate limits").
pub const SITE_CALLS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");

/// Tells a key's share of its site's budget from its own bucket: ids are UUIDs of version 7, and this makes them of none.
const SHARE: u128 = 0xf << 76;

/// What a credential's calls may be taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Its own bucket.
    pub credential: Quota,
    /// What it shares with all keys of its site.
    pub site: Quota,
    /// How much of that it may take alone; none for all.
    pub site_share: Option<Quota>,
}

impl Budgets {
    /// The budgets of a credential, as it and its workspace are now.
    pub fn of(record: &CredentialRecord) -> Self {
        let site_limits = record.tenant.site_limits;
        Self {
            credential: Quota::per_minute(record.limit_per_minute.unwrap_or_else(|| default_limit(record))),
            site: Quota::per_minute(site_limits.budget.unwrap_or(SITE_CALLS_PER_MINUTE)),
            site_share: site_limits.key_share.map(Quota::per_minute),
        }
    }
}

fn default_limit(record: &CredentialRecord) -> NonZeroU32 {
    match record.kind {
        CredentialKind::ClientToken => CLIENT_CALLS_PER_MINUTE,
        CredentialKind::UserToken
        | CredentialKind::ApiKey
        | CredentialKind::ApiToken
        | CredentialKind::Session => {
            NonZeroU32::new(record.tenant.plan.calls_per_minute()).unwrap_or(NonZeroU32::MIN)
        }
    }
}

/// Which buckets a call is taken from: what a dialect decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetRule {
    /// The credential's own.
    Credential,
    /// The credential's own, the site's, and the credential's share of it.
    SiteAndCredential,
}

/// The names of the buckets that a call is taken from, in the order of [`buckets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketName {
    /// One for each client, key and token.
    Credential,
    /// One for each site, in the Spelo dialect.
    Site,
    /// One for each key of a site whose keys have a share.
    SiteShare,
}

impl BucketName {
    /// All names, in order.
    pub const ALL: [Self; 3] = [Self::Credential, Self::Site, Self::SiteShare];

    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Site => "site",
            Self::SiteShare => "site_share",
        }
    }
}

/// What all buckets of a workspace belong to.
pub fn group(principal: &Principal) -> Group {
    Group(principal.workspace.as_u128())
}

/// The buckets that this principal's calls are taken from, all or none.
pub fn buckets(principal: &Principal, rule: BudgetRule) -> Vec<Bucket> {
    let credential = principal.credential.as_u128();
    let bucket = |key, quota| Bucket { key: BucketKey::Credential(key), quota };
    let budgets = principal.budgets;
    let own = bucket(credential, budgets.credential);
    match rule {
        BudgetRule::Credential => vec![own],
        BudgetRule::SiteAndCredential => {
            let share = budgets.site_share.map(|quota| bucket(credential | SHARE, quota));
            let site = bucket(principal.workspace.as_u128(), budgets.site);
            [own, site].into_iter().chain(share).collect()
        }
    }
}

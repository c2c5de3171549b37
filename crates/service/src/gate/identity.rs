use leadkeep_credentials::Standing;
use leadkeep_domain::{Actor, Currency, OrganizationId, Plan, ScopeSet, WorkspaceId};
use leadkeep_ratelimit::{Bucket, Quota};
use leadkeep_storage::CredentialRecord;
use time::OffsetDateTime;

use super::bucket;

/// What a request presented.
#[derive(Clone, Copy, Debug)]
pub enum Presented<'a> {
    /// No credential.
    Nothing,
    /// Something that is no credential of ours: its format or its check is wrong. Never looked up.
    Malformed,
    /// A well-formed credential that does not exist.
    Unknown,
    /// A credential that exists.
    Known(&'a CredentialRecord),
}

/// Who acts, as of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Who.
    pub actor: Actor,
    /// In which workspace: the tenant of every look-up of this request.
    pub workspace: WorkspaceId,
    /// What people call the workspace.
    pub workspace_name: String,
    /// The workspace's organization.
    pub organization: OrganizationId,
    /// What the workspace pays for.
    pub plan: Plan,
    /// The currency of deals that name none.
    pub currency: Currency,
    /// What the credential may do.
    pub scopes: ScopeSet,
    /// Until when it is accepted.
    pub expires_at: Option<OffsetDateTime>,
    /// The bucket that its calls are taken from.
    pub bucket: Bucket,
}

impl Principal {
    /// The budget of its calls.
    pub const fn quota(&self) -> Quota {
        self.bucket.quota
    }
}

/// Why a credential is not accepted. One answer outside, 401; the reason is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Refusal {
    Missing,
    Malformed,
    Unknown,
    Revoked,
    ClientRevoked,
    Expired,
    Disabled,
    WorkspaceSuspended,
}

impl Refusal {
    /// Whether it may be a guess: these are counted by address.
    pub const fn may_be_a_guess(self) -> bool {
        matches!(self, Self::Malformed | Self::Unknown)
    }

    /// The reason, for the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::ClientRevoked => "client revoked",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
            Self::WorkspaceSuspended => "workspace suspended",
        }
    }
}

/// Who acts, if the credential stands. What can't be undone is told first.
pub fn identify(presented: Presented<'_>, now: OffsetDateTime) -> Result<Principal, Refusal> {
    let record = match presented {
        Presented::Nothing => return Err(Refusal::Missing),
        Presented::Malformed => return Err(Refusal::Malformed),
        Presented::Unknown => return Err(Refusal::Unknown),
        Presented::Known(record) => record,
    };
    if record.client_revoked_at.is_some() {
        return Err(Refusal::ClientRevoked);
    }
    match record.lifetime.standing(now) {
        Standing::Live => {}
        Standing::Revoked => return Err(Refusal::Revoked),
        Standing::Expired => return Err(Refusal::Expired),
        Standing::Disabled => return Err(Refusal::Disabled),
    }
    if record.suspended_at.is_some() {
        return Err(Refusal::WorkspaceSuspended);
    }
    Ok(Principal {
        actor: record.actor.clone(),
        workspace: record.workspace,
        workspace_name: record.workspace_name.clone(),
        organization: record.organization,
        plan: record.plan,
        currency: record.currency,
        scopes: record.scopes,
        expires_at: record.lifetime.expires_at,
        bucket: bucket(record),
    })
}

use leadkeep_credentials::Standing;
use leadkeep_domain::{
    Actor, AddressRanges, CredentialKind, Currency, OrganizationId, Plan, ScopeSet, WorkspaceId,
};
use leadkeep_storage::{ActsAs, ClientLogin, CredentialRecord, PresentedSecret};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Budgets;

/// What a request presented.
#[derive(Clone, Copy, Debug)]
pub enum Presented<'a> {
    /// No credential.
    Nothing,
    /// Something that is no credential of ours: its format or its check is wrong. Never looked up.
    Malformed,
    /// A credential that exists, of a kind that is not accepted here.
    WrongKind,
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
    /// What was presented.
    pub kind: CredentialKind,
    /// The very secret.
    pub secret: PresentedSecret,
    /// Which client, key or token.
    pub credential: Uuid,
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
    /// What the credential may do now.
    pub scopes: ScopeSet,
    /// Where it may be used from.
    pub allowed_addresses: AddressRanges,
    /// Until when it is accepted.
    pub expires_at: Option<OffsetDateTime>,
    /// What its calls may be taken from.
    pub budgets: Budgets,
}

/// Why a credential is not accepted. One answer outside, 401; the reason is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Refusal {
    Missing,
    Malformed,
    WrongKind,
    Unknown,
    Revoked,
    ClientRevoked,
    CreatorRemoved,
    Expired,
    Rotated,
    Disabled,
    WorkspaceSuspended,
    WrongOrganization,
    /// In the console.
    WrongPassword,
    /// In the console: a password that was not looked at, as too many came before.
    TooManyAttempts,
    /// In the console: a form that was not made for the browser that sent it.
    ForeignForm,
}

impl Refusal {
    /// All reasons.
    pub const ALL: [Self; 15] = [
        Self::Missing,
        Self::Malformed,
        Self::WrongKind,
        Self::Unknown,
        Self::Revoked,
        Self::ClientRevoked,
        Self::CreatorRemoved,
        Self::Expired,
        Self::Rotated,
        Self::Disabled,
        Self::WorkspaceSuspended,
        Self::WrongOrganization,
        Self::WrongPassword,
        Self::TooManyAttempts,
        Self::ForeignForm,
    ];

    /// Whether it may be a guess: these are counted by address.
    pub const fn may_be_a_guess(self) -> bool {
        matches!(self, Self::Malformed | Self::Unknown)
    }

    /// Whether what was refused may be accepted again as it is, since the reason can be undone.
    pub const fn may_be_undone(self) -> bool {
        matches!(self, Self::Disabled | Self::WorkspaceSuspended)
    }

    /// The reason, for the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::WrongKind => "wrong kind",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::ClientRevoked => "client revoked",
            Self::CreatorRemoved => "creator removed",
            Self::Expired => "expired",
            Self::Rotated => "rotated",
            Self::Disabled => "disabled",
            Self::WorkspaceSuspended => "workspace suspended",
            Self::WrongOrganization => "wrong organization",
            Self::WrongPassword => "wrong password",
            Self::TooManyAttempts => "too many attempts",
            Self::ForeignForm => "foreign form",
        }
    }
}

/// Who acts, if the credential stands. What can't be undone is told first.
pub fn identify(presented: Presented<'_>, now: OffsetDateTime) -> Result<Principal, Refusal> {
    let record = match presented {
        Presented::Nothing => return Err(Refusal::Missing),
        Presented::Malformed => return Err(Refusal::Malformed),
        Presented::WrongKind => return Err(Refusal::WrongKind),
        Presented::Unknown => return Err(Refusal::Unknown),
        Presented::Known(record) => record,
    };
    if record.client_revoked_at.is_some() {
        return Err(Refusal::ClientRevoked);
    }
    if record.acts_as == Some(ActsAs::Removed) && record.lifetime.revoked_at.is_none() {
        return Err(Refusal::CreatorRemoved);
    }
    match record.lifetime.standing(now) {
        Standing::Live => {}
        Standing::Revoked => return Err(Refusal::Revoked),
        Standing::Expired => return Err(Refusal::Expired),
        Standing::Disabled => return Err(Refusal::Disabled),
    }
    if record.secret_ends_at.is_some_and(|end| end <= now) {
        return Err(Refusal::Rotated);
    }
    if record.tenant.suspended_at.is_some() {
        return Err(Refusal::WorkspaceSuspended);
    }
    Ok(Principal {
        actor: record.actor.clone(),
        kind: record.kind,
        secret: record.secret,
        credential: record.credential,
        workspace: record.tenant.workspace,
        workspace_name: record.tenant.name.clone(),
        organization: record.tenant.organization,
        plan: record.tenant.plan,
        currency: record.tenant.currency,
        scopes: scopes(record),
        allowed_addresses: record.allowed_addresses.clone(),
        expires_at: [record.lifetime.expires_at, record.secret_ends_at].into_iter().flatten().min(),
        budgets: Budgets::of(record),
    })
}

/// Refuses a client that is revoked or whose workspace is suspended, and a secret that has been replaced. What can't be undone
/// is told first.
pub fn check_login(login: &ClientLogin, now: OffsetDateTime) -> Result<(), Refusal> {
    if login.client.revoked_at.is_some() {
        return Err(Refusal::Revoked);
    }
    match login.lifetime.standing(now) {
        Standing::Live => {}
        // A client's secret ends only where another has taken its place.
        Standing::Expired => return Err(Refusal::Rotated),
        Standing::Revoked => return Err(Refusal::Revoked),
        Standing::Disabled => return Err(Refusal::Disabled),
    }
    if login.suspended_at.is_some() { Err(Refusal::WorkspaceSuspended) } else { Ok(()) }
}

/// What the credential may do: no more than the one whose role it acts with.
fn scopes(record: &CredentialRecord) -> ScopeSet {
    match record.acts_as {
        None => record.scopes,
        Some(ActsAs::Member(role)) => record.scopes.intersection(role.scopes()),
        Some(ActsAs::Removed) => ScopeSet::EMPTY,
    }
}

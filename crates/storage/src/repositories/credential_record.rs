use std::num::NonZeroU32;

use leadkeep_credentials::{Lifetime, SecretHash};
use leadkeep_domain::{
    Actor, AddressRanges, ClientKey, CredentialKind, Currency, Id, OrganizationId, Plan, Role, ScopeSet,
    SiteLimits, WorkspaceId,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A presented credential's row, with all that its acceptance depends on: what the gate judges. Read on every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRecord {
    /// What it is.
    pub kind: CredentialKind,
    /// The secret that was presented.
    pub secret: PresentedSecret,
    /// Who acts.
    pub actor: Actor,
    /// Which credential: the client, key, token or grant whose bucket its calls are taken from.
    pub credential: Uuid,
    /// The client that an access token was issued to; none for what nobody issues to clients.
    pub client: Option<Id<ClientKey>>,
    /// What it may do, as it was made.
    pub scopes: ScopeSet,
    /// The role that it acts with, as its creator has it now; none where it acts with nobody's.
    pub acts_as: Option<ActsAs>,
    /// Where it may be used from.
    pub allowed_addresses: AddressRanges,
    /// Its own budget, in place of the default.
    pub limit_per_minute: Option<NonZeroU32>,
    /// The credential's lifetime.
    pub lifetime: Lifetime,
    /// When the secret that was presented ends, as it has been replaced by another.
    pub secret_ends_at: Option<OffsetDateTime>,
    /// Since when the client that it was issued to is refused.
    pub client_revoked_at: Option<OffsetDateTime>,
    /// The workspace that it is for.
    pub tenant: Tenant,
}

/// A credential's workspace, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Which.
    pub workspace: WorkspaceId,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub organization: OrganizationId,
    /// What it pays for.
    pub plan: Plan,
    /// The currency of deals that name none.
    pub currency: Currency,
    /// What its keys may call together in the Spelo dialect.
    pub site_limits: SiteLimits,
    /// Since when it is suspended.
    pub suspended_at: Option<OffsetDateTime>,
}

/// The member whose role a credential acts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActsAs {
    /// A member, with this role now.
    Member(Role),
    /// Someone who was a member.
    Removed,
}

/// Where the secret that was presented is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PresentedSecret {
    /// Among the access tokens.
    AccessToken(SecretHash),
    /// Among the secrets of API keys and API tokens.
    ApiSecret(SecretHash),
    /// Among the sessions of people.
    Session(SecretHash),
}

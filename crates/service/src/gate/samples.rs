//! A credential that stands, for tests to spoil.

use leadkeep_credentials::{Lifetime, SecretHash};
use leadkeep_domain::{
    Actor, ActorKind, AddressRanges, CredentialKind, Currency, Id, Plan, ScopeSet, SiteLimits,
};
use leadkeep_storage::{CredentialRecord, PresentedSecret, Tenant};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// When it does.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

/// The client that it was issued to.
pub(crate) const CLIENT: Uuid = Uuid::from_u128(7);

/// An access token of a client, an hour before its end.
pub(crate) fn live() -> CredentialRecord {
    CredentialRecord {
        actor: Actor { kind: ActorKind::Client, id: Some(CLIENT), name: "CRM Sync".to_owned() },
        kind: CredentialKind::ClientToken,
        secret: PresentedSecret::AccessToken(SecretHash::from_bytes([0; 32])),
        credential: CLIENT,
        client: Some(Id::from_uuid(CLIENT)),
        acts_as: None,
        allowed_addresses: AddressRanges::default(),
        secret_ends_at: None,
        tenant: Tenant {
            workspace: Id::from_uuid(Uuid::from_u128(1)),
            name: "Demo".to_owned(),
            organization: Id::from_uuid(Uuid::from_u128(2)),
            plan: Plan::Free,
            currency: Currency::USD,
            site_limits: SiteLimits::default(),
            suspended_at: None,
        },
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
        lifetime: Lifetime { expires_at: Some(NOW + Duration::HOUR), ..Lifetime::default() },
        client_revoked_at: None,
    }
}

use std::num::NonZeroU32;

use leadkeep_credentials::Lifetime;
use leadkeep_domain::{Actor, ActorKind, Currency, Id, OrganizationId, Plan, Scope, ScopeSet, WorkspaceId};
use leadkeep_storage::CredentialRecord;
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const CLIENT: Uuid = Uuid::from_u128(7);

fn live() -> CredentialRecord {
    CredentialRecord {
        actor: Actor { kind: ActorKind::Client, id: Some(CLIENT), name: "CRM Sync".to_owned() },
        bucket: CLIENT,
        workspace: Id::from_uuid(Uuid::from_u128(1)),
        workspace_name: "Demo".to_owned(),
        organization: Id::from_uuid(Uuid::from_u128(2)),
        plan: Plan::Free,
        currency: Currency::USD,
        scopes: ScopeSet::LEADS,
        limit_per_minute: None,
        lifetime: Lifetime { expires_at: Some(NOW + Duration::HOUR), ..Lifetime::default() },
        client_revoked_at: None,
        suspended_at: None,
    }
}

fn with(change: impl FnOnce(&mut CredentialRecord)) -> CredentialRecord {
    let mut record = live();
    change(&mut record);
    record
}

fn principal() -> Principal {
    identify(Presented::Known(&live()), NOW).unwrap()
}

#[test]
fn a_credential_stands_or_is_refused_for_its_weightiest_reason() {
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "reads better in a table")]
    fn check(record: CredentialRecord, expect: Result<(), Refusal>) {
        assert_eq!(identify(Presented::Known(&record), NOW).map(drop), expect);
    }
    let (past, future) = (Some(NOW - Duration::MINUTE), Some(NOW + Duration::MINUTE));
    check(live(), Ok(()));
    check(with(|r| r.lifetime.expires_at = None), Ok(()));
    check(with(|r| r.lifetime.expires_at = Some(NOW)), Err(Refusal::Expired));
    check(with(|r| r.lifetime.expires_at = Some(NOW + Duration::MICROSECOND)), Ok(()));
    check(with(|r| r.lifetime.expires_at = past), Err(Refusal::Expired));
    check(with(|r| r.lifetime.disabled_at = past), Err(Refusal::Disabled));
    check(with(|r| r.lifetime.revoked_at = past), Err(Refusal::Revoked));
    // Another node's clock may be ahead: a revocation counts from when it is known.
    check(with(|r| r.lifetime.revoked_at = future), Err(Refusal::Revoked));
    check(with(|r| r.client_revoked_at = past), Err(Refusal::ClientRevoked));
    check(with(|r| r.client_revoked_at = future), Err(Refusal::ClientRevoked));
    check(with(|r| r.suspended_at = past), Err(Refusal::WorkspaceSuspended));
    let everything = with(|r| {
        r.suspended_at = past;
        r.lifetime = Lifetime { expires_at: past, revoked_at: past, disabled_at: past };
    });
    check(everything, Err(Refusal::Revoked));
}

#[test]
fn what_is_not_known_is_refused_and_only_guesses_are_counted() {
    #[track_caller]
    fn check(presented: Presented<'_>, expect: Refusal, guess: bool) {
        assert_eq!(identify(presented, NOW), Err(expect));
        assert_eq!(expect.may_be_a_guess(), guess);
    }
    check(Presented::Nothing, Refusal::Missing, false);
    check(Presented::Malformed, Refusal::Malformed, true);
    check(Presented::Unknown, Refusal::Unknown, true);
    let expired = with(|r| r.lifetime.expires_at = Some(NOW));
    check(Presented::Known(&expired), Refusal::Expired, false);
    let revoked = with(|r| r.client_revoked_at = Some(NOW));
    check(Presented::Known(&revoked), Refusal::ClientRevoked, false);
}

#[test]
fn a_client_has_one_bucket_of_sixty_unless_it_has_its_own_number() {
    let sixty = bucket(&live());
    assert_eq!(sixty.quota.limit().get(), 60);
    assert_eq!(sixty.quota.window(), std::time::Duration::from_mins(1));
    assert_eq!(sixty.key, leadkeep_ratelimit::BucketKey::Credential(CLIENT.as_u128()));
    let own = bucket(&with(|r| r.limit_per_minute = NonZeroU32::new(1_000_000_000)));
    assert_eq!((own.quota.limit().get(), own.key), (1_000_000_000, sixty.key));
}

#[test]
fn a_scope_allows_what_it_names_and_nothing_else() {
    let reader = Principal { scopes: ScopeSet::of(&[Scope::LeadsRead]), ..principal() };
    assert_eq!(permit(&reader, Scope::LeadsRead), Ok(()));
    assert_eq!(permit(&reader, Scope::LeadsWrite), Err(Forbidden::MissingScope(Scope::LeadsWrite)));
    let nothing = Principal { scopes: ScopeSet::EMPTY, ..principal() };
    for scope in Scope::ALL {
        assert_eq!(permit(&nothing, scope), Err(Forbidden::MissingScope(scope)));
    }
}

#[test]
fn a_request_meant_for_another_tenant_is_refused() {
    #[track_caller]
    fn check(workspace: Option<&str>, organization: Option<&str>, expect: Result<(), Forbidden>) {
        assert_eq!(check_tenant(&principal(), TenantClaims { workspace, organization }), expect);
    }
    let ours: WorkspaceId = Id::from_uuid(Uuid::from_u128(1));
    let our_organization: OrganizationId = Id::from_uuid(Uuid::from_u128(2));
    let (ours, our_organization) = (ours.to_string(), our_organization.to_string());
    let other = Uuid::from_u128(3).to_string();
    check(None, None, Ok(()));
    check(Some(&ours), Some(&our_organization), Ok(()));
    check(Some(&other), None, Err(Forbidden::WrongWorkspace));
    check(Some("demo"), None, Err(Forbidden::WrongWorkspace));
    check(Some(""), None, Err(Forbidden::WrongWorkspace));
    check(None, Some(&other), Err(Forbidden::WrongOrganization));
    check(Some(&ours), Some(&ours), Err(Forbidden::WrongOrganization));
}

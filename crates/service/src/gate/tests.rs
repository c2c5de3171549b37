use std::num::NonZeroU32;

use leadkeep_credentials::{ClientId, Lifetime};
use leadkeep_domain::{
    AddressRanges, CredentialKind, Id, OrganizationId, Plan, Role, Scope, ScopeSet, SiteLimits, WorkspaceId,
};
use leadkeep_ratelimit::Bucket;
use leadkeep_storage::{ActsAs, Client, ClientLogin, CredentialRecord};
use time::Duration;
use uuid::Uuid;

use super::{
    samples::{CLIENT, NOW, live},
    *,
};

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
    check(with(|r| r.tenant.suspended_at = past), Err(Refusal::WorkspaceSuspended));
    check(with(|r| r.secret_ends_at = Some(NOW)), Err(Refusal::Rotated));
    check(with(|r| r.secret_ends_at = future), Ok(()));
    check(with(|r| r.acts_as = Some(ActsAs::Member(Role::Viewer))), Ok(()));
    check(with(|r| r.acts_as = Some(ActsAs::Removed)), Err(Refusal::CreatorRemoved));
    let everything = with(|r| {
        r.tenant.suspended_at = past;
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
    check(Presented::WrongKind, Refusal::WrongKind, false);
    check(Presented::Unknown, Refusal::Unknown, true);
    let expired = with(|r| r.lifetime.expires_at = Some(NOW));
    check(Presented::Known(&expired), Refusal::Expired, false);
    let revoked = with(|r| r.client_revoked_at = Some(NOW));
    check(Presented::Known(&revoked), Refusal::ClientRevoked, false);
}

#[test]
fn a_client_logs_in_or_is_refused_for_its_weightiest_reason() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut ClientLogin), expect: Result<(), Refusal>) {
        let client = Client {
            id: Id::from_uuid(CLIENT),
            workspace: Id::from_uuid(Uuid::from_u128(1)),
            kind: leadkeep_domain::ClientKind::ApiClient,
            client_id: ClientId::generate().unwrap(),
            name: "CRM Sync".parse().unwrap(),
            scopes: ScopeSet::LEADS,
            limit_per_minute: None,
            created_at: NOW,
            revoked_at: None,
        };
        let mut login = ClientLogin { client, suspended_at: None, lifetime: Lifetime::default() };
        change(&mut login);
        assert_eq!(check_login(&login, NOW), expect);
    }
    let (past, future) = (Some(NOW - Duration::MINUTE), Some(NOW + Duration::MINUTE));
    check(|_| {}, Ok(()));
    check(|l| l.lifetime.expires_at = future, Ok(()));
    check(|l| l.lifetime.expires_at = Some(NOW), Err(Refusal::Rotated));
    check(|l| l.suspended_at = past, Err(Refusal::WorkspaceSuspended));
    check(|l| l.client.revoked_at = future, Err(Refusal::Revoked));
    check(|l| (l.lifetime.expires_at, l.suspended_at) = (past, past), Err(Refusal::Rotated));
    check(|l| (l.lifetime.expires_at, l.client.revoked_at) = (past, past), Err(Refusal::Revoked));
}

#[test]
fn only_what_somebody_switched_off_can_be_switched_on_again() {
    let undone: Vec<_> = Refusal::ALL.into_iter().filter(|refusal| refusal.may_be_undone()).collect();
    assert_eq!(undone, [Refusal::Disabled, Refusal::WorkspaceSuspended]);
}

/// The buckets of a record's calls.
fn buckets_of(record: &CredentialRecord, rule: BudgetRule) -> Vec<Bucket> {
    buckets(&identify(Presented::Known(record), NOW).unwrap(), rule)
}

fn limits_of(record: &CredentialRecord, rule: BudgetRule) -> Vec<u32> {
    buckets_of(record, rule).iter().map(|bucket| bucket.quota.limit().get()).collect()
}

#[test]
fn budgets_are_by_kind_and_plan_unless_a_credential_has_its_own() {
    #[track_caller]
    fn check(kind: CredentialKind, plan: Plan, own: Option<u32>, expect: u32) {
        let record = with(|r| {
            (r.kind, r.tenant.plan) = (kind, plan);
            r.limit_per_minute = own.and_then(NonZeroU32::new);
        });
        assert_eq!(limits_of(&record, BudgetRule::Credential), [expect]);
    }
    use CredentialKind::{ApiKey, ApiToken, ClientToken, UserToken};
    check(ClientToken, Plan::Free, None, 60);
    check(ClientToken, Plan::Enterprise, None, 60);
    for kind in [UserToken, ApiKey, ApiToken] {
        check(kind, Plan::Free, None, 100);
        check(kind, Plan::Pro, None, 1_000);
        check(kind, Plan::Enterprise, None, 10_000);
        check(kind, Plan::Free, Some(7), 7);
    }
    check(ClientToken, Plan::Free, Some(1_000_000_000), 1_000_000_000);
}

#[test]
fn a_sites_keys_share_its_budget_and_each_may_have_a_share() {
    let key = |site: Option<u32>, share: Option<u32>| {
        with(|r| {
            r.kind = CredentialKind::ApiKey;
            let (budget, key_share) = (site.and_then(NonZeroU32::new), share.and_then(NonZeroU32::new));
            r.tenant.site_limits = SiteLimits { budget, key_share };
        })
    };
    let rule = BudgetRule::SiteAndCredential;
    assert_eq!(limits_of(&key(None, None), rule), [100, 60]);
    assert_eq!(limits_of(&key(Some(500), Some(20)), rule), [100, 500, 20]);
    assert_eq!(limits_of(&key(Some(500), Some(20)), BudgetRule::Credential), [100]);
    let mut keys: Vec<_> = buckets_of(&key(None, Some(1)), rule).iter().map(|bucket| bucket.key).collect();
    assert_eq!(keys[0], buckets_of(&live(), BudgetRule::Credential)[0].key, "one bucket for all prefixes");
    let mut other = key(None, Some(1));
    other.credential = Uuid::from_u128(8);
    let others = buckets_of(&other, rule);
    assert_eq!(others[1].key, keys[1], "the site's is shared");
    keys.extend([others[0].key, others[2].key]);
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), 5);
}

#[test]
fn a_token_may_what_its_creators_role_may_now() {
    let scopes = |role| {
        let record = with(|r| (r.scopes, r.acts_as) = (ScopeSet::ALL, Some(ActsAs::Member(role))));
        identify(Presented::Known(&record), NOW).unwrap().scopes
    };
    assert_eq!(scopes(Role::Admin), ScopeSet::ALL);
    assert_eq!(scopes(Role::Viewer), ScopeSet::READ);
}

#[test]
fn a_credential_with_addresses_is_refused_from_others() {
    let record = with(|r| r.allowed_addresses = AddressRanges::parse("10.0.0.0/8").unwrap());
    let principal = identify(Presented::Known(&record), NOW).unwrap();
    let from = |address: &str| check_address(&principal, address.parse().unwrap());
    assert_eq!(from("10.1.2.3"), Ok(()));
    assert_eq!(from("192.0.2.1"), Err(Forbidden::WrongAddress("192.0.2.1".parse().unwrap())));
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

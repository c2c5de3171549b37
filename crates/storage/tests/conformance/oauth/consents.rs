//! A consent, and the exchange of its code.

use leadkeep_credentials::{ACCESS_TOKEN_LIFETIME, CODE_LIFETIME, CodeRefusal};
use leadkeep_domain::{ActorKind, Clock, CredentialKind, Role, Scope, ScopeSet};
use leadkeep_storage::{
    ActsAs, ChangedBy, ConsentOutcome, ExchangeOutcome, ExchangeProof, NewConsent, RefreshOutcome,
    RefreshStanding,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::{URI, VERIFIER, a_hash, proof};
use crate::{Fixture, audit, nobody};

on_both_databases![
    a_member_of_a_workspace_that_runs_consents_to_an_app_that_stands,
    a_code_is_exchanged_for_a_pair_that_acts_as_its_member,
    a_code_that_is_refused_is_good_still,
    a_code_that_comes_twice_ends_what_it_led_to,
    a_member_and_an_app_have_fifty_authorizations_at_most,
    a_code_is_worth_nothing_to_whom_may_not_act_any_more,
    what_an_app_of_a_suspended_workspace_has_is_refused_everywhere,
];

async fn a_member_of_a_workspace_that_runs_consents_to_an_app_that_stands(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, gone) = (fixture.app().await, fixture.app().await);
    let (ann, removed) = (fixture.someone(Role::Viewer).await, fixture.someone(Role::Owner).await);
    fixture.revoke_app(&gone).await;
    fixture.remove_member(&removed).await;
    let suspended = fixture.new_workspace().await;
    let there = fixture.joined(ann.user.id, suspended, Role::Member).await;
    fixture.suspend(suspended, true).await;
    let base = || fixture.new_consent(&app, &ann);
    for (new, expect) in [
        (fixture.new_consent(&gone, &ann), ConsentOutcome::AppRevoked),
        (NewConsent { client: nobody(), ..base() }, ConsentOutcome::AppRevoked),
        (fixture.new_consent(&app, &removed), ConsentOutcome::NotAMember),
        (NewConsent { user: nobody(), ..base() }, ConsentOutcome::NotAMember),
        (NewConsent { workspace: nobody(), ..base() }, ConsentOutcome::NotAMember),
        (NewConsent { workspace: fixture.new_workspace().await, ..base() }, ConsentOutcome::NotAMember),
        (fixture.new_consent(&app, &there), ConsentOutcome::Suspended),
    ] {
        let code = new.code;
        assert_eq!(fixture.consent(new).await, expect);
        let outcome = fixture.exchange(app.client.id, code, proof()).await;
        assert_eq!(outcome, ExchangeOutcome::Unknown);
    }
    assert_eq!(fixture.apps.granted_by(ann.user.id).await.unwrap(), []);
    assert_eq!(fixture.logged("app.authorize"), 0);
    assert!(matches!(fixture.consent(base()).await, ConsentOutcome::Given(_)));
    assert_eq!(fixture.logged("app.authorize"), 1);
}

async fn a_code_is_exchanged_for_a_pair_that_acts_as_its_member(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let (pair, grant) = fixture.pair(&app, &ann).await;
    let record = fixture.access_tokens.find(pair.access).await.unwrap().unwrap();
    assert_eq!((record.kind, record.credential), (CredentialKind::UserToken, grant.as_uuid()));
    assert_eq!((record.actor.kind, record.actor.id), (ActorKind::App, Some(grant.as_uuid())));
    assert_eq!(record.actor.name, "Zapier for Ann");
    assert_eq!((record.client, record.scopes), (Some(app.client.id), ScopeSet::ALL));
    assert_eq!(record.tenant.workspace, fixture.workspace);
    assert_eq!(record.lifetime.expires_at, Some(fixture.clock.now() + ACCESS_TOKEN_LIFETIME));
    let refresh = fixture.authorizations.find_refresh_token(pair.refresh).await.unwrap().unwrap();
    assert_eq!((refresh.client, refresh.grant), (app.client.id, grant));
    assert_eq!((refresh.name.as_str(), refresh.workspace), ("Zapier for Ann", fixture.workspace));
    assert_eq!((refresh.issued_at, refresh.expires_at), (fixture.clock.now(), pair.refresh_expires_at));
    assert_eq!((refresh.scopes, refresh.standing), (ScopeSet::ALL, RefreshStanding::Live));

    // It acts as the member of now.
    let acts_as = async || fixture.access_tokens.find(pair.access).await.unwrap().unwrap().acts_as;
    assert_eq!(acts_as().await, Some(ActsAs::Member(Role::Member)));
    let set = |role| {
        let audit = audit("member.set-role");
        fixture.members.set_role(fixture.workspace, ann.id, role, ChangedBy::Operator, audit)
    };
    set(Role::Viewer).await.unwrap();
    assert_eq!(acts_as().await, Some(ActsAs::Member(Role::Viewer)));
    fixture.remove_member(&ann).await;
    assert_eq!(acts_as().await, Some(ActsAs::Removed));
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
    assert_eq!(fixture.authorizations.find_refresh_token(a_hash()).await.unwrap(), None);
    assert_eq!(fixture.access_tokens.find(pair.refresh).await.unwrap(), None);

    // What was allowed is all that there is, and a pair without PKCE takes no verifier.
    let bob = fixture.someone(Role::Member).await;
    let scopes = ScopeSet::of(&[Scope::LeadsRead]);
    let new = NewConsent { scopes, challenge: None, ..fixture.new_consent(&app, &bob) };
    let code = new.code;
    fixture.consent(new).await;
    let plain = ExchangeProof { verifier: None, ..proof() };
    assert_eq!(fixture.exchange(app.client.id, code, plain).await, ExchangeOutcome::Exchanged(scopes));
}

/// Whoever connects the fifty-first device signs out of the first, and of no other.
async fn a_member_and_an_app_have_fifty_authorizations_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Member).await);
    let (bobs, _) = fixture.pair(&app, &bob).await;
    let mut pairs = Vec::new();
    for _ in 0..50 {
        pairs.push(fixture.pair(&app, &ann).await.0);
    }
    // What she withdrew, or never finished, is none of them.
    assert!(fixture.authorizations.revoke(pairs[1].refresh, app.client.id).await.unwrap());
    let standing = |index: usize| fixture.refresh_standing(pairs[index].refresh);
    fixture.code(&app, &ann).await;
    assert_eq!(standing(0).await, Some(RefreshStanding::Live));
    fixture.clock.advance(CODE_LIFETIME);
    let (one_more, _) = fixture.pair(&app, &ann).await;
    assert_eq!(standing(0).await, Some(RefreshStanding::Live));
    fixture.pair(&app, &ann).await;
    assert_eq!(standing(0).await, Some(RefreshStanding::Revoked));
    assert!(!fixture.lets_in(pairs[0].access).await);
    for pair in pairs[2..].iter().chain([&one_more, &bobs]) {
        assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Live));
        assert!(fixture.lets_in(pair.access).await);
    }
}

async fn a_code_that_is_refused_is_good_still(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.app().await);
    let ann = fixture.someone(Role::Member).await;
    let (code, _) = fixture.code(&app, &ann).await;
    let elsewhere = ExchangeProof { redirect_uri: Some(format!("{URI}/")), ..proof() };
    let wrong = ExchangeProof { verifier: Some(VERIFIER.replace('d', "e")), ..proof() };
    let (nowhere, bare) =
        (ExchangeProof { redirect_uri: None, ..proof() }, ExchangeProof { verifier: None, ..proof() });
    for (client, proof, expect) in [
        (other.client.id, proof(), CodeRefusal::WrongClient),
        (app.client.id, elsewhere, CodeRefusal::WrongRedirectUri),
        (app.client.id, nowhere, CodeRefusal::WrongRedirectUri),
        (app.client.id, wrong, CodeRefusal::WrongVerifier),
        (app.client.id, bare, CodeRefusal::WrongVerifier),
    ] {
        assert_eq!(fixture.exchange(client, code, proof).await, ExchangeOutcome::Refused(expect));
    }
    assert_eq!(fixture.exchange(app.client.id, a_hash(), proof()).await, ExchangeOutcome::Unknown);
    fixture.clock.advance(CODE_LIFETIME - Duration::MICROSECOND);
    let outcome = fixture.exchange(app.client.id, code, proof()).await;
    assert_eq!(outcome, ExchangeOutcome::Exchanged(ScopeSet::ALL));
    let (late, _) = fixture.code(&app, &ann).await;
    fixture.clock.advance(CODE_LIFETIME);
    let outcome = fixture.exchange(app.client.id, late, proof()).await;
    assert_eq!(outcome, ExchangeOutcome::Refused(CodeRefusal::Expired));
}

async fn a_code_that_comes_twice_ends_what_it_led_to(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.app().await);
    let ann = fixture.someone(Role::Member).await;
    let ((code, _), first) = (fixture.code(&app, &ann).await, fixture.new_pair());
    let exchanged = fixture.authorizations.exchange(code, app.client.id, proof(), first.clone()).await;
    assert!(matches!(exchanged.unwrap(), ExchangeOutcome::Exchanged(_)));
    let second = fixture.refreshed(&app, first.refresh).await;
    let (elsewhere, _) = fixture.pair(&app, &ann).await;
    // Another client does no harm by a code that it came by.
    let outcome = fixture.exchange(other.client.id, code, proof()).await;
    assert_eq!(outcome, ExchangeOutcome::Refused(CodeRefusal::WrongClient));
    assert!(fixture.lets_in(first.access).await && fixture.lets_in(second.access).await);
    for _ in 0..3 {
        // Long after its minute, and whatever comes with it.
        fixture.clock.advance(CODE_LIFETIME);
        let outcome = fixture.exchange(app.client.id, code, ExchangeProof::default()).await;
        assert_eq!(outcome, ExchangeOutcome::Refused(CodeRefusal::Replayed));
    }
    assert!(!fixture.lets_in(first.access).await && !fixture.lets_in(second.access).await);
    assert_eq!(fixture.refresh_standing(second.refresh).await, Some(RefreshStanding::Revoked));
    assert_eq!(fixture.refresh(&app, second.refresh).await.0, RefreshOutcome::Ended);
    // The other consent is another family, and the grant stands.
    assert!(fixture.lets_in(elsewhere.access).await);
    assert_eq!(fixture.apps.granted_by(ann.user.id).await.unwrap().len(), 1);
    assert_eq!(fixture.logged("app.code-replayed"), 1);
    let actor = "SELECT actor_kind || ' ' || actor_name FROM audit_log WHERE action = 'app.code-replayed'";
    assert_eq!(fixture.database.query(actor), ["app Zapier for Ann"]);
}

async fn a_code_is_worth_nothing_to_whom_may_not_act_any_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Member).await);
    let (anns, bobs) = (fixture.code(&app, &ann).await.0, fixture.code(&app, &bob).await.0);
    fixture.remove_member(&ann).await;
    let exchange = async |code| fixture.exchange(app.client.id, code, proof()).await;
    assert_eq!(exchange(anns).await, ExchangeOutcome::NoLongerAllowed);
    fixture.suspend(fixture.workspace, true).await;
    assert_eq!(exchange(bobs).await, ExchangeOutcome::NoLongerAllowed);
    fixture.suspend(fixture.workspace, false).await;
    assert_eq!(exchange(bobs).await, ExchangeOutcome::Exchanged(ScopeSet::ALL));
    let (late, _) = fixture.code(&app, &bob).await;
    fixture.revoke_app(&app).await;
    assert_eq!(exchange(late).await, ExchangeOutcome::NoLongerAllowed);
}

async fn what_an_app_of_a_suspended_workspace_has_is_refused_everywhere(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let home = fixture.new_workspace().await;
    let (app, ann) = (fixture.app_in(home).await, fixture.someone(Role::Member).await);
    let (pair, _) = fixture.pair(&app, &ann).await;
    let (ours, _) = fixture.pair(&fixture.app().await, &ann).await;
    for suspended in [true, false] {
        fixture.suspend(home, suspended).await;
        assert_eq!(fixture.lets_in(pair.access).await, !suspended);
        let expect = if suspended { RefreshStanding::Suspended } else { RefreshStanding::Live };
        assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(expect));
        assert!(fixture.lets_in(ours.access).await);
    }
    fixture.suspend(fixture.workspace, true).await;
    assert!(!fixture.lets_in(pair.access).await);
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Suspended));
}

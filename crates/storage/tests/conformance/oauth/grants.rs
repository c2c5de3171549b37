//! What people let apps do, as they know it.

use leadkeep_domain::{ApiCredentialKind, Clock, Edit, LeadPatch, Role, Scope, ScopeSet};
use leadkeep_storage::{
    ConsentOutcome, CreateCredentialOutcome, LeadEdit, LeftBehind, NewApiCredential, NewConsent,
    RefreshOutcome, RefreshStanding,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, api_credentials, audit, by, fields, nobody};

on_both_databases![
    a_person_sees_what_stands_wherever_it_is,
    what_is_allowed_once_more_adds_up,
    a_grant_is_withdrawn_by_its_own_person_and_once,
    what_is_allowed_anew_is_the_same_grant_and_nothing_old_lives,
    a_removed_member_who_comes_back_begins_anew,
    what_hangs_on_a_membership_is_counted,
];

async fn a_person_sees_what_stands_wherever_it_is(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, gone) = (fixture.app().await, fixture.app().await);
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Member).await);
    let elsewhere = fixture.new_workspace().await;
    let there = fixture.joined(ann.user.id, elsewhere, Role::Viewer).await;
    let (_, here) = fixture.pair(&app, &ann).await;
    fixture.clock.advance(Duration::MILLISECOND);
    // An app of another workspace may be let act here, and this one there.
    let (_, at_theirs) = fixture.pair(&app, &there).await;
    fixture.clock.advance(Duration::MILLISECOND);
    let foreign = fixture.app_in(elsewhere).await;
    let (_, of_theirs) = fixture.pair(&foreign, &ann).await;
    fixture.pair(&gone, &ann).await;
    fixture.revoke_app(&gone).await;
    let granted = fixture.apps.granted_by(ann.user.id).await.unwrap();
    let places: Vec<_> = granted.iter().map(|granted| (granted.grant, granted.workspace)).collect();
    assert_eq!(places, [(here, fixture.workspace), (at_theirs, elsewhere), (of_theirs, fixture.workspace)]);
    let first = &granted[0];
    assert_eq!((first.app.as_str(), first.workspace_name.as_str()), ("Zapier", "Demo"));
    assert_eq!((first.scopes, first.last_used_at), (ScopeSet::ALL, None));
    assert_eq!(fixture.apps.granted_by(bob.user.id).await.unwrap(), []);
    assert_eq!(fixture.apps.granted_by(nobody()).await.unwrap(), []);
    fixture.remove_member(&there).await;
    let left = fixture.apps.granted_by(ann.user.id).await.unwrap();
    assert_eq!(left.iter().map(|granted| granted.grant).collect::<Vec<_>>(), [here, of_theirs]);
}

async fn what_is_allowed_once_more_adds_up(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let allow = async |scope| {
        let scopes = ScopeSet::of(&[scope]);
        fixture.clock.advance(Duration::SECOND);
        fixture.consent(NewConsent { scopes, ..fixture.new_consent(&app, &ann) }).await
    };
    let first = allow(Scope::LeadsRead).await;
    assert_eq!(allow(Scope::RunsRead).await, first);
    let granted = fixture.apps.granted_by(ann.user.id).await.unwrap();
    assert_eq!(granted.len(), 1);
    assert_eq!(granted[0].scopes, ScopeSet::of(&[Scope::LeadsRead, Scope::RunsRead]));
    assert_eq!(granted[0].granted_at, fixture.clock.now());
}

async fn a_grant_is_withdrawn_by_its_own_person_and_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Owner).await);
    let (pair, grant) = fixture.pair(&app, &ann).await;
    let (theirs, _) = fixture.pair(&app, &bob).await;
    let (code, _) = fixture.code(&app, &ann).await;
    assert_eq!(fixture.withdraw(bob.user.id, grant).await, None);
    assert_eq!(fixture.withdraw(ann.user.id, nobody()).await, None);
    assert!(fixture.lets_in(pair.access).await);
    let granted = fixture.apps.granted_by(ann.user.id).await.unwrap();
    assert_eq!(fixture.withdraw(ann.user.id, grant).await.as_ref(), granted.first());
    assert_eq!(fixture.withdraw(ann.user.id, grant).await, None);
    assert_eq!(fixture.logged("app.withdraw"), 1);
    assert!(!fixture.lets_in(pair.access).await && fixture.lets_in(theirs.access).await);
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
    assert_eq!(fixture.refresh(&app, pair.refresh).await.0, RefreshOutcome::Ended);
    let refused = fixture.exchange(app.client.id, code, super::proof()).await;
    let revoked = leadkeep_credentials::CodeRefusal::Revoked;
    assert_eq!(refused, leadkeep_storage::ExchangeOutcome::Refused(revoked));
    // What is seen nowhere is not there to be withdrawn.
    let (_, theirs) = fixture.pair(&app, &bob).await;
    fixture.remove_member(&bob).await;
    assert_eq!(fixture.withdraw(bob.user.id, theirs).await, None);
}

async fn what_is_allowed_anew_is_the_same_grant_and_nothing_old_lives(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let (old, grant) = fixture.pair(&app, &ann).await;
    fixture.withdraw(ann.user.id, grant).await.unwrap();
    fixture.clock.advance(Duration::MINUTE);
    let scopes = ScopeSet::of(&[Scope::LeadsRead]);
    let anew = fixture.consent(NewConsent { scopes, ..fixture.new_consent(&app, &ann) }).await;
    assert_eq!(anew, ConsentOutcome::Given(grant));
    // Of what was withdrawn nothing is left.
    let granted = fixture.apps.granted_by(ann.user.id).await.unwrap();
    assert_eq!((granted[0].scopes, granted[0].granted_at), (scopes, fixture.clock.now()));
    let (new, _) = fixture.pair(&app, &ann).await;
    assert!(fixture.lets_in(new.access).await && !fixture.lets_in(old.access).await);
    assert_eq!(fixture.refresh(&app, old.refresh).await.0, RefreshOutcome::Ended);
    assert_eq!(fixture.refresh_standing(new.refresh).await, Some(RefreshStanding::Live));
}

async fn a_removed_member_who_comes_back_begins_anew(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let (old, grant) = fixture.pair(&app, &ann).await;
    fixture.remove_member(&ann).await;
    let back = fixture.joined(ann.user.id, fixture.workspace, Role::Owner).await;
    assert!(!fixture.lets_in(old.access).await);
    assert_eq!(fixture.refresh(&app, old.refresh).await.0, RefreshOutcome::NoLongerAllowed);
    let (new, anew) = fixture.pair(&app, &back).await;
    assert!(anew != grant && fixture.lets_in(new.access).await && !fixture.lets_in(old.access).await);
}

async fn what_hangs_on_a_membership_is_counted(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.someone(Role::Admin).await, fixture.someone(Role::Admin).await);
    let left = async |member, workspace| fixture.members.leaves_behind(workspace, member).await.unwrap();
    assert_eq!(left(ann.id, fixture.workspace).await, LeftBehind::default());
    // Two tokens, one of them revoked, one that ends, and a key, which stays.
    let mut tokens = Vec::new();
    for (kind, expires_at) in [
        (ApiCredentialKind::Token, None),
        (ApiCredentialKind::Token, None),
        (ApiCredentialKind::Token, Some(fixture.clock.now() + Duration::DAY)),
        (ApiCredentialKind::Key, None),
    ] {
        let creator = Some(ann.user.id);
        let new = NewApiCredential { kind, creator, expires_at, ..api_credentials::new_key() };
        let (secret, _) = api_credentials::new_secret();
        let made =
            fixture.api_credentials.create(fixture.workspace, new, secret, None, audit("token.create"));
        let CreateCredentialOutcome::Created(token) = made.await.unwrap() else { panic!("not made") };
        tokens.push(token.id);
    }
    fixture.api_credentials.revoke(fixture.workspace, tokens[0], audit("token.revoke")).await.unwrap();
    // Two apps, one of them revoked.
    let (app, gone) = (fixture.app().await, fixture.app().await);
    for app in [&app, &gone] {
        fixture.pair(app, &ann).await;
    }
    fixture.revoke_app(&gone).await;
    // Two leads of hers, and one of nobody's.
    for (email, whose) in [("a@b.cc", Some(ann.id)), ("b@b.cc", Some(ann.id)), ("c@b.cc", None)] {
        let lead = fixture.lead(fields(email)).await;
        let assigned_to = whose.map_or(Edit::Keep, Edit::Set);
        let edit = LeadEdit { patch: LeadPatch { assigned_to, ..LeadPatch::default() }, condition: None };
        fixture.leads.update(fixture.workspace, lead.id, edit, by()).await.unwrap();
    }
    assert_eq!(left(ann.id, fixture.workspace).await, LeftBehind { tokens: 2, apps: 1, leads: 2 });
    assert_eq!(left(bob.id, fixture.workspace).await, LeftBehind::default());
    assert_eq!(left(ann.id, fixture.new_workspace().await).await, LeftBehind::default());
    fixture.clock.advance(Duration::DAY);
    assert_eq!(left(ann.id, fixture.workspace).await.tokens, 1);
}

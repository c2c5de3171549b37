//! Pairs of tokens that take each other's place.

use leadkeep_credentials::{REFRESH_GRACE, REFRESH_IDLE_LIFETIME};
use leadkeep_domain::{Member, Role, Scope, ScopeSet};
use leadkeep_storage::{App, ChangedBy, NewTokenPair, RefreshOutcome, RefreshStanding};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::a_hash;
use crate::{Fixture, audit};

on_both_databases![
    each_use_puts_another_pair_in_its_place,
    a_lost_answer_is_asked_for_again_and_the_lost_pair_given_up,
    a_pair_that_was_given_up_and_comes_after_all_ends_its_family,
    a_token_that_comes_late_ends_its_family,
    a_token_whose_successor_was_used_ends_its_family,
    a_pair_may_be_for_less_and_not_for_more,
    a_token_of_anothers_or_of_nobody_is_unknown,
    a_token_ends_after_its_rest,
    nobody_refreshes_who_may_not_act_any_more,
    a_revoked_token_takes_its_family_along_and_is_revoked_once,
];

async fn set_up(database: TestDatabase) -> (Fixture, App, Member, NewTokenPair) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let (pair, _) = fixture.pair(&app, &ann).await;
    (fixture, app, ann, pair)
}

async fn each_use_puts_another_pair_in_its_place(database: TestDatabase) {
    let (fixture, app, _, first) = set_up(database).await;
    fixture.clock.advance(Duration::MINUTE);
    let second = fixture.refreshed(&app, first.refresh).await;
    assert_eq!(fixture.refresh_standing(first.refresh).await, Some(RefreshStanding::Used));
    assert_eq!(fixture.refresh_standing(second.refresh).await, Some(RefreshStanding::Live));
    // What was in use meanwhile ends by itself.
    assert!(fixture.lets_in(first.access).await && fixture.lets_in(second.access).await);
    // Each use lets it rest anew.
    let mut live = second.clone();
    for _ in 0..3 {
        fixture.clock.advance(REFRESH_IDLE_LIFETIME - Duration::MINUTE);
        live = fixture.refreshed(&app, live.refresh).await;
        assert!(fixture.lets_in(live.access).await);
    }
    assert!(!fixture.lets_in(second.access).await);
}

async fn a_lost_answer_is_asked_for_again_and_the_lost_pair_given_up(database: TestDatabase) {
    let (fixture, app, _, first) = set_up(database).await;
    let mut lost: Vec<NewTokenPair> = Vec::new();
    for _ in 0..3 {
        lost.push(fixture.refreshed(&app, first.refresh).await);
        fixture.clock.advance(Duration::SECOND);
    }
    let live = lost.pop().unwrap();
    for pair in lost {
        assert!(!fixture.lets_in(pair.access).await);
        assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
    }
    assert!(fixture.lets_in(first.access).await && fixture.lets_in(live.access).await);
    assert_eq!(fixture.logged("app.refresh-token-reused"), 0);
    fixture.refreshed(&app, live.refresh).await;
}

/// A thief who repeats a token within the grace is found when the app comes with what it had for it.
async fn a_pair_that_was_given_up_and_comes_after_all_ends_its_family(database: TestDatabase) {
    let (fixture, app, ann, first) = set_up(database).await;
    let (elsewhere, _) = fixture.pair(&app, &ann).await;
    let apps = fixture.refreshed(&app, first.refresh).await;
    let thiefs = fixture.refreshed(&app, first.refresh).await;
    // Also long after, when the thief's has been replaced.
    fixture.clock.advance(Duration::days(20));
    let thiefs_next = fixture.refreshed(&app, thiefs.refresh).await;
    assert!(fixture.lets_in(thiefs_next.access).await);
    assert_eq!(fixture.refresh(&app, apps.refresh).await.0, RefreshOutcome::Reused);
    assert_ended(&fixture, &app, &[&first, &apps, &thiefs, &thiefs_next]).await;
    assert!(fixture.refresh_standing(elsewhere.refresh).await == Some(RefreshStanding::Live));
    assert_eq!(fixture.logged("app.refresh-token-reused"), 1);
}

async fn assert_ended(fixture: &Fixture, app: &App, pairs: &[&NewTokenPair]) {
    for pair in pairs {
        assert!(!fixture.lets_in(pair.access).await);
        assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
        assert_eq!(fixture.refresh(app, pair.refresh).await.0, RefreshOutcome::Ended);
    }
}

async fn a_token_that_comes_late_ends_its_family(database: TestDatabase) {
    let (fixture, app, ann, first) = set_up(database).await;
    let (elsewhere, _) = fixture.pair(&app, &ann).await;
    let second = fixture.refreshed(&app, first.refresh).await;
    // The grace is counted from the first use, however often it was asked for again.
    fixture.clock.advance(REFRESH_GRACE - Duration::MICROSECOND);
    let third = fixture.refreshed(&app, first.refresh).await;
    fixture.clock.advance(Duration::MICROSECOND);
    let (outcome, never) = fixture.refresh(&app, first.refresh).await;
    assert_eq!(outcome, RefreshOutcome::Reused);
    assert!(!fixture.lets_in(never.access).await);
    assert_eq!(fixture.refresh_standing(never.refresh).await, None);
    assert_ended(&fixture, &app, &[&first, &second, &third]).await;
    assert!(fixture.lets_in(elsewhere.access).await);
    assert_eq!(fixture.logged("app.refresh-token-reused"), 1);
    let log = "SELECT actor_name FROM audit_log WHERE action = 'app.refresh-token-reused'";
    assert_eq!(fixture.database.query(log), ["Zapier for Ann"]);
}

async fn a_token_whose_successor_was_used_ends_its_family(database: TestDatabase) {
    let (fixture, app, _, first) = set_up(database).await;
    let second = fixture.refreshed(&app, first.refresh).await;
    let third = fixture.refreshed(&app, second.refresh).await;
    assert_eq!(fixture.refresh(&app, first.refresh).await.0, RefreshOutcome::Reused);
    assert_ended(&fixture, &app, &[&first, &second, &third]).await;
    assert_eq!(fixture.logged("app.refresh-token-reused"), 1);
}

async fn a_pair_may_be_for_less_and_not_for_more(database: TestDatabase) {
    let (fixture, app, ann, _) = set_up(database).await;
    let granted = ScopeSet::of(&[Scope::LeadsRead, Scope::LeadsWrite]);
    let new = leadkeep_storage::NewConsent { scopes: granted, ..fixture.new_consent(&app, &ann) };
    let (code, first) = (new.code, fixture.new_pair());
    fixture.consent(new).await;
    fixture.authorizations.exchange(code, app.client.id, super::proof(), first.clone()).await.unwrap();
    let ask = async |token, scopes| {
        let pair = fixture.new_pair();
        let outcome = fixture.authorizations.refresh(token, app.client.id, scopes, pair.clone()).await;
        (outcome.unwrap(), pair)
    };
    for much in [ScopeSet::ALL, ScopeSet::of(&[Scope::RunsRead])] {
        assert_eq!(ask(first.refresh, Some(much)).await.0, RefreshOutcome::TooMuch(granted));
    }
    // Asking for too much uses nothing up.
    assert_eq!(fixture.refresh_standing(first.refresh).await, Some(RefreshStanding::Live));
    let less = ScopeSet::of(&[Scope::LeadsRead]);
    let (outcome, second) = ask(first.refresh, Some(less)).await;
    assert_eq!(outcome, RefreshOutcome::Refreshed(less));
    assert_eq!(fixture.access_tokens.find(second.access).await.unwrap().unwrap().scopes, less);
    // The refresh token is good for all of it still (RFC 6749 §6).
    let record = fixture.authorizations.find_refresh_token(second.refresh).await.unwrap().unwrap();
    assert_eq!(record.scopes, granted);
    let (outcome, third) = ask(second.refresh, None).await;
    assert_eq!(outcome, RefreshOutcome::Refreshed(granted));
    assert_eq!(fixture.access_tokens.find(third.access).await.unwrap().unwrap().scopes, granted);
}

async fn a_token_of_anothers_or_of_nobody_is_unknown(database: TestDatabase) {
    let (fixture, app, ann, first) = set_up(database).await;
    let other = fixture.app().await;
    fixture.pair(&other, &ann).await;
    assert_eq!(fixture.refresh(&app, a_hash()).await.0, RefreshOutcome::Unknown);
    assert_eq!(fixture.refresh(&other, first.refresh).await.0, RefreshOutcome::Unknown);
    assert_eq!(fixture.refresh(&app, first.access).await.0, RefreshOutcome::Unknown);
    let second = fixture.refreshed(&app, first.refresh).await;
    fixture.clock.advance(REFRESH_GRACE);
    // Nor does it end anything where another client uses it again.
    assert_eq!(fixture.refresh(&other, first.refresh).await.0, RefreshOutcome::Unknown);
    assert!(fixture.lets_in(second.access).await);
    assert_eq!(fixture.logged("app.refresh-token-reused"), 0);
}

async fn a_token_ends_after_its_rest(database: TestDatabase) {
    let (fixture, app, _, first) = set_up(database).await;
    fixture.clock.advance(REFRESH_IDLE_LIFETIME);
    assert_eq!(fixture.refresh_standing(first.refresh).await, Some(RefreshStanding::Expired));
    assert_eq!(fixture.refresh(&app, first.refresh).await.0, RefreshOutcome::Ended);
}

async fn nobody_refreshes_who_may_not_act_any_more(database: TestDatabase) {
    let (fixture, app, ann, pair) = set_up(database).await;
    fixture.suspend(fixture.workspace, true).await;
    assert_eq!(fixture.refresh(&app, pair.refresh).await.0, RefreshOutcome::NoLongerAllowed);
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Suspended));
    fixture.suspend(fixture.workspace, false).await;
    // A demoted member's app goes on: its tokens act with the role of now.
    let (by, audit) = (ChangedBy::Operator, audit("member.set-role"));
    fixture.members.set_role(fixture.workspace, ann.id, Role::Viewer, by, audit).await.unwrap();
    let pair = fixture.refreshed(&app, pair.refresh).await;
    fixture.remove_member(&ann).await;
    assert_eq!(fixture.refresh(&app, pair.refresh).await.0, RefreshOutcome::NoLongerAllowed);
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
    let bob = fixture.someone(Role::Member).await;
    let (pair, _) = fixture.pair(&app, &bob).await;
    fixture.revoke_app(&app).await;
    assert_eq!(fixture.refresh(&app, pair.refresh).await.0, RefreshOutcome::NoLongerAllowed);
    assert_eq!(fixture.refresh_standing(pair.refresh).await, Some(RefreshStanding::Revoked));
    assert!(!fixture.lets_in(pair.access).await);
}

async fn a_revoked_token_takes_its_family_along_and_is_revoked_once(database: TestDatabase) {
    let (fixture, app, ann, first) = set_up(database).await;
    let other = fixture.app().await;
    let (elsewhere, _) = fixture.pair(&app, &ann).await;
    let second = fixture.refreshed(&app, first.refresh).await;
    let revoke = async |token, app: &App| fixture.authorizations.revoke(token, app.client.id).await.unwrap();
    assert!(!revoke(a_hash(), &app).await && !revoke(second.refresh, &other).await);
    assert!(fixture.lets_in(second.access).await);
    // Any of the family, also one that was used.
    assert!(revoke(first.refresh, &app).await);
    assert!(revoke(first.refresh, &app).await && revoke(second.refresh, &app).await);
    assert_ended(&fixture, &app, &[&first, &second]).await;
    assert!(fixture.lets_in(elsewhere.access).await);
    assert_eq!(fixture.logged("app.revoke-authorization"), 1);
}

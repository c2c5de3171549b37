//! What happens at once.

use futures_util::future::join_all;
use leadkeep_credentials::{CodeRefusal, SecretHash};
use leadkeep_domain::{Clock, Role};
use leadkeep_storage::{App, ConsentOutcome, ExchangeOutcome, NewTokenPair, RefreshOutcome, RefreshStanding};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::proof;
use crate::{Fixture, runs::run_of};

on_both_databases![
    a_code_that_comes_eight_times_at_once_is_exchanged_once,
    a_token_that_is_used_eight_times_at_once_leaves_one_pair,
    a_withdrawal_leaves_nothing_of_codes_exchanged_at_once,
    a_withdrawal_leaves_nothing_of_tokens_refreshed_at_once,
    nobody_consents_to_an_app_after_its_end,
    consents_at_once_are_one_grant,
    everything_at_once_waits_for_nobody_in_a_circle,
];

impl Fixture {
    async fn try_exchange(&self, app: &App, code: SecretHash) -> (ExchangeOutcome, NewTokenPair) {
        let pair = self.new_pair();
        let outcome = self.authorizations.exchange(code, app.client.id, proof(), pair.clone()).await;
        (outcome.unwrap(), pair)
    }

    async fn let_in(&self, pairs: &[NewTokenPair]) -> usize {
        let mut count = 0;
        for pair in pairs {
            count += usize::from(self.lets_in(pair.access).await);
        }
        count
    }
}

async fn a_code_that_comes_eight_times_at_once_is_exchanged_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    for round in 1..=5 {
        let (code, _) = fixture.code(&app, &ann).await;
        let all = join_all((0..8).map(|_| fixture.try_exchange(&app, code))).await;
        let (outcomes, pairs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let replayed = ExchangeOutcome::Refused(CodeRefusal::Replayed);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == replayed).count(), 7, "{outcomes:?}");
        assert_eq!(fixture.let_in(&pairs).await, 0);
        assert_eq!(fixture.logged("app.code-replayed"), round);
    }
}

async fn a_token_that_is_used_eight_times_at_once_leaves_one_pair(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    for _ in 0..5 {
        let (first, _) = fixture.pair(&app, &ann).await;
        let all = join_all((0..8).map(|_| fixture.refresh(&app, first.refresh))).await;
        let (outcomes, pairs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        assert!(
            outcomes.iter().all(|outcome| matches!(outcome, RefreshOutcome::Refreshed(_))),
            "{outcomes:?}"
        );
        assert_eq!(fixture.let_in(&pairs).await, 1);
        let mut live = Vec::new();
        for pair in &pairs {
            if fixture.refresh_standing(pair.refresh).await == Some(RefreshStanding::Live) {
                live.push(pair);
            }
        }
        assert_eq!(live.len(), 1);
        assert!(fixture.lets_in(live[0].access).await);
    }
    assert_eq!(fixture.logged("app.refresh-token-reused"), 0);
}

async fn a_withdrawal_leaves_nothing_of_codes_exchanged_at_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    for _ in 0..10 {
        let mut codes = Vec::new();
        for _ in 0..7 {
            codes.push(fixture.code(&app, &ann).await);
        }
        let grant = codes[0].1;
        let exchanges = join_all(codes.iter().map(|(code, _)| fixture.try_exchange(&app, *code)));
        let (withdrawn, all) = tokio::join!(fixture.withdraw(ann.user.id, grant), exchanges);
        assert!(withdrawn.is_some());
        for (outcome, pair) in all {
            let may_be = matches!(
                outcome,
                ExchangeOutcome::Exchanged(_) | ExchangeOutcome::Refused(CodeRefusal::Revoked)
            );
            assert!(may_be, "{outcome:?}");
            assert_eq!(fixture.let_in(&[pair]).await, 0);
        }
    }
}

async fn a_withdrawal_leaves_nothing_of_tokens_refreshed_at_once(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    for _ in 0..10 {
        let mut pairs = Vec::new();
        for _ in 0..7 {
            pairs.push(fixture.pair(&app, &ann).await);
        }
        let grant = pairs[0].1;
        let refreshes = join_all(pairs.iter().map(|(pair, _)| fixture.refresh(&app, pair.refresh)));
        let (withdrawn, all) = tokio::join!(fixture.withdraw(ann.user.id, grant), refreshes);
        assert!(withdrawn.is_some());
        for (outcome, pair) in all {
            assert!(matches!(outcome, RefreshOutcome::Refreshed(_) | RefreshOutcome::Ended), "{outcome:?}");
            assert_eq!(fixture.let_in(&[pair]).await, 0);
        }
    }
}

async fn nobody_consents_to_an_app_after_its_end(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..10 {
        let app = fixture.app().await;
        let mut consents = Vec::new();
        for _ in 0..7 {
            let member = fixture.someone(Role::Member).await;
            consents.push(fixture.new_consent(&app, &member));
        }
        let codes: Vec<_> = consents.iter().map(|consent| consent.code).collect();
        let consents = join_all(consents.into_iter().map(|new| fixture.consent(new)));
        let (outcomes, ()) = tokio::join!(consents, fixture.revoke_app(&app));
        for (outcome, code) in outcomes.iter().zip(codes) {
            let given = matches!(outcome, ConsentOutcome::Given(_));
            assert!(given || *outcome == ConsentOutcome::AppRevoked, "{outcome:?}");
            let expect = if given { ExchangeOutcome::NoLongerAllowed } else { ExchangeOutcome::Unknown };
            assert_eq!(fixture.exchange(app.client.id, code, proof()).await, expect);
        }
        // What is decided by looking at the app stays true until it is written.
        assert_eq!(fixture.audit_log().last().map(String::as_str), Some("app.revoke"), "{outcomes:?}");
    }
}

async fn consents_at_once_are_one_grant(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    for _ in 0..5 {
        let ann = fixture.someone(Role::Member).await;
        let all = join_all((0..8).map(|_| fixture.consent(fixture.new_consent(&app, &ann)))).await;
        assert!(matches!(all[0], ConsentOutcome::Given(_)));
        assert!(all.iter().all(|outcome| *outcome == all[0]), "{all:?}");
        assert_eq!(fixture.apps.granted_by(ann.user.id).await.unwrap().len(), 1);
    }
}

/// A deadlock would be an error.
async fn everything_at_once_waits_for_nobody_in_a_circle(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for round in 0..10 {
        let app = fixture.app().await;
        let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Member).await);
        let ((first, grant), (bobs, _)) = (fixture.pair(&app, &ann).await, fixture.pair(&app, &bob).await);
        let run = leadkeep_storage::NewRun { secret: first.access, ..run_of(grant.as_uuid()) };
        let (code, _) = fixture.code(&app, &ann).await;
        fixture.started(run.clone()).await;
        let now = fixture.clock.now() + Duration::minutes(2);
        tokio::join!(
            async { fixture.try_exchange(&app, code).await },
            async { fixture.refresh(&app, first.refresh).await },
            async { fixture.consent(fixture.new_consent(&app, &ann)).await },
            async { fixture.withdraw(ann.user.id, grant).await },
            async { fixture.started(run.clone()).await },
            async { fixture.authorizations.revoke(bobs.refresh, app.client.id).await.unwrap() },
            async { fixture.authorizations.purge(now, 10).await.unwrap() },
            async {
                match round % 3 {
                    0 => fixture.revoke_app(&app).await,
                    1 => fixture.remove_member(&ann).await,
                    _ => fixture.suspend(fixture.workspace, true).await,
                }
            },
        );
        fixture.suspend(fixture.workspace, false).await;
        assert!(!fixture.lets_in(bobs.access).await);
    }
}

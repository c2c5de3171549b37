//! What has ended is deleted, and what lives is not.

use leadkeep_credentials::{ACCESS_TOKEN_LIFETIME, CODE_LIFETIME, REFRESH_IDLE_LIFETIME};
use leadkeep_domain::{Clock, Role};
use leadkeep_storage::{ExchangeOutcome, RefreshOutcome, RefreshStanding};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::proof;
use crate::Fixture;

on_both_databases![
    codes_that_nobody_came_for_are_purged_a_few_at_a_time,
    an_authorization_lives_as_long_as_its_last_token,
    nothing_is_left_of_what_was_purged_that_names_it,
];

impl Fixture {
    async fn purge_ended(&self, limit: usize) -> usize {
        self.authorizations.purge(self.clock.now(), limit).await.unwrap()
    }

    /// How many rows a table has.
    fn rows(&self, table: &str) -> usize {
        self.database.query(&format!("SELECT count(*) FROM {table}"))[0].parse().unwrap()
    }
}

async fn codes_that_nobody_came_for_are_purged_a_few_at_a_time(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(fixture.code(&app, &ann).await.0);
    }
    fixture.clock.advance(CODE_LIFETIME - Duration::MICROSECOND);
    let (kept, _) = fixture.code(&app, &ann).await;
    assert_eq!(fixture.purge_ended(100).await, 0);
    fixture.clock.advance(Duration::MICROSECOND);
    assert_eq!(
        [fixture.purge_ended(3).await, fixture.purge_ended(3).await, fixture.purge_ended(3).await],
        [3, 2, 0]
    );
    for code in codes {
        assert_eq!(fixture.exchange(app.client.id, code, proof()).await, ExchangeOutcome::Unknown);
    }
    let outcome = fixture.exchange(app.client.id, kept, proof()).await;
    assert!(matches!(outcome, ExchangeOutcome::Exchanged(_)), "{outcome:?}");
    // What the person allowed stands, whatever became of the codes.
    assert_eq!(fixture.apps.granted_by(ann.user.id).await.unwrap().len(), 1);
}

async fn an_authorization_lives_as_long_as_its_last_token(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    let (first, _) = fixture.pair(&app, &ann).await;
    fixture.clock.advance(REFRESH_IDLE_LIFETIME - Duration::HOUR);
    let second = fixture.refreshed(&app, first.refresh).await;
    // A used token is known until it would have ended unused: its second use tells.
    assert_eq!(fixture.purge_ended(100).await, 0);
    assert_eq!(fixture.refresh_standing(first.refresh).await, Some(RefreshStanding::Used));
    fixture.clock.advance(Duration::HOUR);
    assert_eq!(fixture.purge_ended(100).await, 1);
    assert_eq!(fixture.refresh_standing(first.refresh).await, None);
    assert_eq!(fixture.refresh(&app, first.refresh).await.0, RefreshOutcome::Unknown);
    assert_eq!(fixture.refresh_standing(second.refresh).await, Some(RefreshStanding::Live));
    let third = fixture.refreshed(&app, second.refresh).await;
    assert!(fixture.lets_in(third.access).await);
    // One that was revoked is kept as long, so that its code and tokens are known to have been some.
    assert!(fixture.authorizations.revoke(third.refresh, app.client.id).await.unwrap());
    assert_eq!(fixture.purge_ended(100).await, 0);
    fixture.clock.advance(REFRESH_IDLE_LIFETIME);
    assert_eq!(fixture.purge_ended(100).await, 3);
    assert_eq!([fixture.rows("authorizations"), fixture.rows("refresh_tokens")], [0, 0]);
    assert_eq!(fixture.refresh_standing(third.refresh).await, None);
}

async fn nothing_is_left_of_what_was_purged_that_names_it(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, ann) = (fixture.app().await, fixture.someone(Role::Member).await);
    for _ in 0..4 {
        let (first, _) = fixture.pair(&app, &ann).await;
        fixture.clock.advance(Duration::MINUTE);
        fixture.refreshed(&app, first.refresh).await;
    }
    let (live, grant) = fixture.pair(&app, &ann).await;
    fixture.clock.advance(REFRESH_IDLE_LIFETIME - Duration::MINUTE);
    let live = fixture.refreshed(&app, live.refresh).await;
    fixture.clock.advance(Duration::MINUTE);
    // However few at a time.
    let mut batches = 0;
    while fixture.purge_ended(1).await > 0 {
        batches += 1;
        let dangling = "SELECT count(*) FROM refresh_tokens WHERE authorization_id NOT IN (SELECT id FROM authorizations)";
        assert_eq!(fixture.database.query(dangling), ["0"]);
    }
    assert!(batches >= 4, "{batches}");
    assert_eq!([fixture.rows("authorizations"), fixture.rows("refresh_tokens")], [1, 1]);
    assert!(fixture.lets_in(live.access).await);
    // The access tokens of what is gone ended long ago, and are known no more than it is.
    let ended = fixture.access_tokens.purge(fixture.clock.now() - ACCESS_TOKEN_LIFETIME, 100).await.unwrap();
    assert_eq!((ended, fixture.rows("access_tokens")), (9, 1));
    assert_eq!(fixture.apps.granted_by(ann.user.id).await.unwrap()[0].grant, grant);
}

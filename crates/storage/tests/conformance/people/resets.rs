use leadkeep_credentials::SecretHash;
use leadkeep_domain::{Clock, User, UserId};
use leadkeep_storage::{LinkStanding, NewPasswordReset};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::{a_hash, password};
use crate::{Fixture, audit, new_secret, nobody};

on_both_databases![
    a_link_is_good_once_and_ends_every_session,
    a_newer_link_ends_the_older_ones,
    a_link_ends_with_its_time_and_with_a_new_password,
    of_two_who_redeem_at_once_one_does,
    old_links_are_purged_and_others_are_not,
];

impl Fixture {
    async fn reset_for(&self, user: UserId) -> (SecretHash, Option<User>) {
        let hash = a_hash();
        let expires_at = self.clock.now() + Duration::DAY;
        let new = NewPasswordReset { hash, key_id: new_secret().1.key_id, user, expires_at };
        (hash, self.password_resets.create(new, audit("user.reset-link")).await.unwrap())
    }

    async fn redeem(&self, hash: SecretHash, text: &str) -> Option<User> {
        let audit = audit("user.reset-password");
        self.password_resets.redeem(hash, password(text), audit).await.unwrap()
    }

    async fn reset_standing(&self, hash: SecretHash) -> LinkStanding {
        self.password_resets.find(hash).await.unwrap().unwrap().standing
    }
}

async fn a_link_is_good_once_and_ends_every_session(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (session, _) = fixture.session(ann.id, "first").await;
    let (bobs, _) = fixture.session(bob.id, "first").await;
    assert_eq!(fixture.reset_for(nobody()).await.1, None);
    let (hash, user) = fixture.reset_for(ann.id).await;
    assert_eq!(user, Some(ann.clone()));
    let found = fixture.password_resets.find(hash).await.unwrap().unwrap();
    assert_eq!((&found.user, found.standing), (&ann, LinkStanding::Pending));
    assert_eq!(fixture.password_resets.find(a_hash()).await.unwrap(), None);
    assert!(fixture.stands(session).await);
    assert_eq!(fixture.redeem(a_hash(), "second").await, None);
    assert_eq!(fixture.redeem(hash, "second").await, Some(ann.clone()));
    assert!(!fixture.stands(session).await && fixture.stands(bobs).await);
    let account = fixture.accounts.get(ann.id).await.unwrap().unwrap();
    assert_eq!(account.password, Some(password("second")));
    assert_eq!(fixture.redeem(hash, "third").await, None);
    assert_eq!(fixture.reset_standing(hash).await, LinkStanding::Used);
    let log = "SELECT actor_kind, actor_name FROM audit_log WHERE action = 'user.reset-password'";
    assert_eq!(fixture.database.query(log), ["member|Ann"]);
}

async fn a_newer_link_ends_the_older_ones(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.user("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (bobs, _) = fixture.reset_for(bob.id).await;
    let (older, _) = fixture.reset_for(ann.id).await;
    let (newer, _) = fixture.reset_for(ann.id).await;
    assert_eq!(fixture.redeem(older, "second").await, None);
    assert_eq!(fixture.redeem(newer, "second").await, Some(ann));
    assert_eq!(fixture.redeem(bobs, "second").await, Some(bob));
}

async fn a_link_ends_with_its_time_and_with_a_new_password(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    let (hash, _) = fixture.reset_for(ann.id).await;
    fixture.clock.advance(Duration::DAY);
    assert_eq!(fixture.reset_standing(hash).await, LinkStanding::Expired);
    assert_eq!(fixture.redeem(hash, "second").await, None);
    let (hash, _) = fixture.reset_for(ann.id).await;
    assert!(fixture.choose(ann.id, "second", None).await);
    assert_eq!(fixture.redeem(hash, "third").await, None);
}

async fn of_two_who_redeem_at_once_one_does(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    for _ in 0..10 {
        let (hash, _) = fixture.reset_for(ann.id).await;
        // A link that is made at the same moment may end it first, and is not undone by it.
        let (one, two) = tokio::join!(fixture.redeem(hash, "one"), fixture.redeem(hash, "two"));
        assert_eq!([&one, &two].into_iter().flatten().count(), 1);
        let stored = fixture.accounts.get(ann.id).await.unwrap().unwrap().password;
        assert_eq!(stored, Some(password(if one.is_some() { "one" } else { "two" })));
        let (hash, _) = fixture.reset_for(ann.id).await;
        // Neither waits for the other for ever.
        tokio::join!(fixture.redeem(hash, "three"), fixture.reset_for(ann.id));
    }
}

async fn old_links_are_purged_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    for _ in 0..3 {
        fixture.reset_for(ann.id).await;
    }
    fixture.clock.advance(Duration::DAY);
    let (kept, _) = fixture.reset_for(ann.id).await;
    let purge = |limit| fixture.password_resets.purge(fixture.clock.now(), limit);
    assert_eq!(purge(2).await.unwrap(), 2);
    assert_eq!(purge(2).await.unwrap(), 1);
    assert_eq!(fixture.reset_standing(kept).await, LinkStanding::Pending);
}

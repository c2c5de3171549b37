use leadkeep_domain::Clock;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::{IDLE, LIFETIME, a_hash, password};
use crate::{Fixture, nobody};

on_both_databases![
    a_session_stands_until_either_end,
    being_seen_moves_forward_only,
    a_session_begins_only_with_the_password_that_stands,
    a_password_and_a_session_at_once_leave_no_session_of_the_old_one,
    sessions_are_listed_and_ended_by_their_user,
    ended_sessions_are_purged_and_others_are_not,
    a_user_has_fifty_sessions_at_most,
];

async fn a_session_stands_until_either_end(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    let new = fixture.new_session(ann.id, "first");
    assert!(fixture.sessions.create(new.clone()).await.unwrap());
    let found = fixture.sessions.find(new.hash, IDLE).await.unwrap().unwrap();
    assert_eq!((found.id, &found.user), (new.id, &ann));
    assert_eq!((found.created_at, found.last_seen_at), (new.created_at, new.created_at));
    assert_eq!(found.expires_at, new.expires_at);
    assert_eq!((found.address.as_str(), found.user_agent.as_str()), ("192.0.2.1", "Firefox"));
    assert!(!fixture.stands(a_hash()).await);
    fixture.clock.advance(IDLE - Duration::SECOND);
    assert!(fixture.stands(new.hash).await);
    fixture.clock.advance(Duration::SECOND);
    assert!(!fixture.stands(new.hash).await);
    // Kept awake, it ends at its end.
    let (awake, _) = fixture.session(ann.id, "first").await;
    for _ in 0..48 {
        assert!(fixture.stands(awake).await);
        fixture.clock.advance(Duration::minutes(30));
        fixture.sessions.touch(awake, fixture.clock.now(), "192.0.2.1".to_owned()).await.unwrap();
    }
    assert!(!fixture.stands(awake).await);
}

async fn being_seen_moves_forward_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    let (hash, _) = fixture.session(ann.id, "first").await;
    let start = fixture.clock.now();
    for (minutes, address, expect) in
        [(10, "192.0.2.7", (10, "192.0.2.7")), (5, "192.0.2.9", (10, "192.0.2.7"))]
    {
        fixture.sessions.touch(hash, start + Duration::minutes(minutes), address.to_owned()).await.unwrap();
        let found = fixture.sessions.find(hash, IDLE).await.unwrap().unwrap();
        assert_eq!(found.last_seen_at, start + Duration::minutes(expect.0));
        assert_eq!(found.address, expect.1);
    }
    fixture.sessions.touch(a_hash(), start, "192.0.2.1".to_owned()).await.unwrap();
}

async fn a_session_begins_only_with_the_password_that_stands(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, without) = (fixture.account("ann@acme.com").await, fixture.user("bob@acme.com").await);
    assert!(fixture.choose(ann.id, "second", None).await);
    for (user, verified) in [(ann.id, "first"), (without.id, "first"), (nobody(), "first")] {
        let new = fixture.new_session(user, verified);
        assert!(!fixture.sessions.create(new.clone()).await.unwrap());
        assert!(!fixture.stands(new.hash).await);
    }
    assert_eq!(fixture.accounts.get(ann.id).await.unwrap().unwrap().signed_in_at, None);
    fixture.session(ann.id, "second").await;
}

async fn a_password_and_a_session_at_once_leave_no_session_of_the_old_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    for round in 0..20 {
        assert!(fixture.choose(ann.id, "old", None).await);
        let new = fixture.new_session(ann.id, "old");
        let hash = new.hash;
        let next = format!("new {round}");
        let (chosen, _) = tokio::join!(fixture.choose(ann.id, &next, None), fixture.sessions.create(new));
        assert!(chosen);
        assert_eq!(fixture.accounts.get(ann.id).await.unwrap().unwrap().password, Some(password(&next)));
        assert!(!fixture.stands(hash).await, "{round}");
    }
}

async fn sessions_are_listed_and_ended_by_their_user(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (first, first_id) = fixture.session(ann.id, "first").await;
    fixture.clock.advance(Duration::MINUTE);
    let (_, second_id) = fixture.session(ann.id, "first").await;
    let (_, third_id) = fixture.session(ann.id, "first").await;
    let (bobs, bobs_id) = fixture.session(bob.id, "first").await;
    let ids = async || {
        let listed = fixture.sessions.list(ann.id, IDLE).await.unwrap();
        assert!(listed.iter().all(|session| session.user == ann));
        listed.into_iter().map(|session| session.id).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [third_id, second_id, first_id]);
    // Another's is not there.
    assert!(!fixture.sessions.end(ann.id, bobs_id).await.unwrap());
    assert!(fixture.sessions.end(ann.id, third_id).await.unwrap());
    assert!(!fixture.sessions.end(ann.id, third_id).await.unwrap());
    assert_eq!(fixture.sessions.end_all(ann.id, Some(second_id)).await.unwrap(), 1);
    assert_eq!(ids().await, [second_id]);
    assert!(!fixture.stands(first).await && fixture.stands(bobs).await);
    fixture.clock.advance(IDLE);
    assert!(ids().await.is_empty());
    assert_eq!(fixture.sessions.end_all(ann.id, None).await.unwrap(), 1);
}

async fn ended_sessions_are_purged_and_others_are_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let ann = fixture.account("ann@acme.com").await;
    for _ in 0..3 {
        fixture.session(ann.id, "first").await;
    }
    let (over, _) = fixture.session(ann.id, "first").await;
    let purge = |limit| fixture.sessions.purge(fixture.clock.now(), IDLE, limit);
    assert_eq!(purge(10).await.unwrap(), 0);
    fixture.clock.advance(LIFETIME);
    // Seen a moment ago, and over all the same.
    fixture.sessions.touch(over, fixture.clock.now(), "192.0.2.1".to_owned()).await.unwrap();
    let (kept, _) = fixture.session(ann.id, "first").await;
    assert_eq!(purge(2).await.unwrap(), 2);
    assert_eq!(purge(10).await.unwrap(), 2);
    assert!(fixture.stands(kept).await);
    fixture.clock.advance(IDLE);
    assert_eq!(purge(10).await.unwrap(), 1);
    assert_eq!(fixture.database.query("SELECT count(*) FROM sessions"), ["0"]);
}

async fn a_user_has_fifty_sessions_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (ann, bob) = (fixture.account("ann@acme.com").await, fixture.account("bob@acme.com").await);
    let (bobs, _) = fixture.session(bob.id, "first").await;
    let mut all = Vec::new();
    for _ in 0..52 {
        all.push(fixture.session(ann.id, "first").await.0);
    }
    assert_eq!(fixture.sessions.list(ann.id, IDLE).await.unwrap().len(), 50);
    for (at, hash) in all.into_iter().enumerate() {
        assert_eq!(fixture.stands(hash).await, at >= 2, "{at}");
    }
    assert!(fixture.stands(bobs).await);
    // However many there were, as before there was a limit.
    for name in ["carol", "dan", "erin"] {
        let user = fixture.account(&format!("{name}@acme.com")).await;
        for _ in 0..50 {
            fixture.session(user.id, "first").await;
        }
    }
    let anns = "UPDATE sessions SET user_id = (SELECT id FROM users WHERE email_key = 'ann@acme.com') WHERE user_id <> \
                (SELECT id FROM users WHERE email_key = 'bob@acme.com')";
    fixture.database.query(anns);
    let (newest, _) = fixture.session(ann.id, "first").await;
    assert_eq!(fixture.sessions.list(ann.id, IDLE).await.unwrap().len(), 50);
    assert!(fixture.stands(newest).await && fixture.stands(bobs).await);
}

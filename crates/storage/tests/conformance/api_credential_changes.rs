use std::num::NonZeroU32;

use leadkeep_domain::{ApiCredentialKind, Clock};
use leadkeep_storage::RotateOutcome;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{
    Fixture,
    api_credentials::{create, listed, new_key, new_secret},
    audit,
};

on_both_databases![
    a_rotation_leaves_two_secrets_at_most,
    what_is_disabled_is_enabled_again_and_what_is_revoked_is_not,
    a_budget_is_changed_and_the_log_says_from_what,
    a_credential_is_managed_in_its_own_workspace_only,
    rotations_at_once_leave_one_secret,
    revocations_at_once_are_one,
];

async fn a_rotation_leaves_two_secrets_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, first) = create(&fixture, new_key()).await;
    let end = key.created_at + Duration::HOUR;
    let mut hashes = vec![first];
    for _ in 0..3 {
        fixture.clock.advance(Duration::MINUTE);
        let (secret, hash) = new_secret();
        hashes.insert(0, hash);
        let preview = secret.preview.clone();
        let rotated =
            fixture.api_credentials.rotate(fixture.workspace, key.id, secret, end, None, audit("key.rotate"));
        let rotated = rotated.await.unwrap().rotated().unwrap();
        assert_eq!(rotated.secret().unwrap().preview, preview);
        assert_eq!(rotated.previous_secret().unwrap().expires_at, Some(end));
        assert_eq!(rotated.lifetime, key.lifetime);
    }
    let now = fixture.clock.now();
    let ends = [None, Some(end), Some(now), Some(now - Duration::MINUTE)];
    for (hash, expect) in hashes.iter().zip(ends) {
        let record = fixture.api_credentials.find(*hash).await.unwrap().unwrap();
        assert_eq!((record.secret_ends_at, record.credential), (expect, key.id.as_uuid()));
    }
    // An end that is past is now.
    let (secret, _) = new_secret();
    let past = now - Duration::HOUR;
    fixture
        .api_credentials
        .rotate(fixture.workspace, key.id, secret, past, None, audit("key.rotate"))
        .await
        .unwrap();
    assert_eq!(fixture.api_credentials.find(hashes[0]).await.unwrap().unwrap().secret_ends_at, Some(now));
}

async fn what_is_disabled_is_enabled_again_and_what_is_revoked_is_not(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, hash) = create(&fixture, new_key()).await;
    let lifetime = async || fixture.api_credentials.find(hash).await.unwrap().unwrap().lifetime;
    let set = |disabled| {
        fixture.api_credentials.set_disabled(fixture.workspace, key.id, disabled, audit("key.disable"))
    };
    let first = set(true).await.unwrap().unwrap().lifetime;
    assert_eq!(first.disabled_at, Some(fixture.clock.now()));
    fixture.clock.advance(Duration::HOUR);
    assert_eq!(set(true).await.unwrap().unwrap().lifetime, first, "a second time changes nothing");
    assert_eq!(lifetime().await, first);
    assert_eq!(set(false).await.unwrap().unwrap().lifetime, key.lifetime);
    assert_eq!(lifetime().await, key.lifetime);

    let revoke = || fixture.api_credentials.revoke(fixture.workspace, key.id, audit("key.revoke"));
    let revoked = revoke().await.unwrap().unwrap().lifetime;
    assert_eq!(revoked.revoked_at, Some(fixture.clock.now()));
    fixture.clock.advance(Duration::HOUR);
    assert_eq!(revoke().await.unwrap().unwrap().lifetime, revoked);
    assert_eq!((set(true).await.unwrap(), set(false).await.unwrap()), (None, None));
    let (secret, unused) = new_secret();
    let rotated = fixture.api_credentials.rotate(
        fixture.workspace,
        key.id,
        secret,
        key.created_at,
        None,
        audit("key.rotate"),
    );
    assert_eq!(rotated.await.unwrap(), RotateOutcome::NotFound);
    assert_eq!(fixture.api_credentials.find(unused).await.unwrap(), None);
    assert_eq!(lifetime().await, revoked);
    let log: Vec<_> = fixture.audit_log().into_iter().filter(|action| action.starts_with("key.")).collect();
    assert_eq!(log, ["key.create", "key.disable", "key.disable", "key.revoke"]);
}

async fn a_budget_is_changed_and_the_log_says_from_what(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, hash) = create(&fixture, new_key()).await;
    for limit in [NonZeroU32::new(7), None, None] {
        let changed =
            fixture.api_credentials.set_limit(fixture.workspace, key.id, limit, audit("key.set-limit")).await;
        assert_eq!(changed.unwrap().unwrap().limit_per_minute, limit);
        assert_eq!(fixture.api_credentials.find(hash).await.unwrap().unwrap().limit_per_minute, limit);
    }
    let log =
        fixture.database.query("SELECT detail FROM audit_log WHERE action = 'key.set-limit' ORDER BY id");
    let from: Vec<serde_json::Value> = log.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect();
    assert_eq!(from, [serde_json::json!({"from": 1_000_000_000}), serde_json::json!({"from": 7})]);
}

async fn a_credential_is_managed_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, hash) = create(&fixture, new_key()).await;
    let before = fixture.api_credentials.find(hash).await.unwrap();
    let (other, all) = (fixture.new_workspace().await, &fixture.api_credentials);
    let rotate = all.rotate(other, key.id, new_secret().0, key.created_at, None, audit("key.rotate"));
    assert_eq!(rotate.await.unwrap(), RotateOutcome::NotFound);
    assert_eq!(all.set_disabled(other, key.id, true, audit("key.disable")).await.unwrap(), None);
    assert_eq!(all.set_limit(other, key.id, None, audit("key.set-limit")).await.unwrap(), None);
    assert_eq!(all.revoke(other, key.id, audit("key.revoke")).await.unwrap(), None);
    assert!(all.list(other, ApiCredentialKind::Key).await.unwrap().is_empty());
    assert_eq!(all.find(hash).await.unwrap(), before);
}

async fn rotations_at_once_leave_one_secret(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, _) = create(&fixture, new_key()).await;
    for _ in 0..10 {
        let rotate = || {
            let (secret, _) = new_secret();
            let audit = audit("key.rotate");
            fixture.api_credentials.rotate(fixture.workspace, key.id, secret, key.created_at, None, audit)
        };
        let (one, two, three) = tokio::join!(rotate(), rotate(), rotate());
        assert!([one, two, three].into_iter().all(|rotated| rotated.unwrap().rotated().is_some()));
        let listed = listed(&fixture, ApiCredentialKind::Key).await;
        assert_eq!(listed[0].secrets.iter().filter(|secret| secret.expires_at.is_none()).count(), 1);
    }
}

async fn revocations_at_once_are_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (key, _) = create(&fixture, new_key()).await;
    let revoke = || async {
        fixture.clock.advance(Duration::SECOND);
        let revoked = fixture.api_credentials.revoke(fixture.workspace, key.id, audit("key.revoke")).await;
        revoked.unwrap().unwrap().lifetime.revoked_at
    };
    let (one, two, three) = tokio::join!(revoke(), revoke(), revoke());
    assert!(one.is_some() && one == two && two == three);
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "key.revoke").count(), 1);
}

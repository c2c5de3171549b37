//! API keys and API tokens from the day they are made to the day they end.

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{AddressRanges, Clock};
use leadkeep_service::ManagementError;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use time::{Duration, OffsetDateTime, macros::datetime};

use crate::app::{Held, TestApp};

on_both_databases![
    a_key_expires_at_the_very_moment_that_was_chosen,
    a_rotation_at_once_ends_the_old_secret,
    a_rotation_with_an_overlap_lets_both_work_until_it_ends,
    rotating_twice_leaves_two_secrets_at_most,
    a_rotation_changes_neither_expiry_nor_rights,
    a_disabled_credential_is_refused_until_it_is_enabled,
    a_revoked_credential_stays_revoked,
    a_key_and_a_token_are_not_managed_in_each_others_name,
];

const START: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

async fn status(app: &TestApp, held: &Held) -> u16 {
    let answer = app.call(Method::GET, "/api/v1/me", &held.secret).await;
    if answer.status != 200 {
        answer.assert_error(401, "unauthorized");
    }
    answer.status
}

/// One of each kind, which never expires.
async fn one_of_each(app: &TestApp) -> [Held; 2] {
    [app.key().await, app.api_token().await]
}

async fn a_key_expires_at_the_very_moment_that_was_chosen(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for (expiry, days) in [(ExpiryChoice::Days7, 7), (ExpiryChoice::Days30, 30), (ExpiryChoice::Days90, 90)] {
        let key = app.key_with(|new| new.expiry = expiry).await;
        let made = app.listed(&key).await;
        assert_eq!(made.lifetime.expires_at, Some(made.created_at + Duration::days(days)));
        app.clock.advance(Duration::days(days) - Duration::MICROSECOND);
        assert_eq!(status(&app, &key).await, 200, "{expiry}");
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!(status(&app, &key).await, 401, "{expiry}");
        app.clock.advance(Duration::SECOND);
        assert_eq!(status(&app, &key).await, 401, "{expiry}");
    }
    let forever = app.key().await;
    app.clock.advance(Duration::days(10_000));
    assert_eq!(status(&app, &forever).await, 200);
}

async fn a_rotation_at_once_ends_the_old_secret(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for old in one_of_each(&app).await {
        let new = app.rotate(&old, Duration::ZERO).await;
        assert_eq!(new.id, old.id);
        assert_ne!(new.secret, old.secret);
        assert_eq!((status(&app, &old).await, status(&app, &new).await), (401, 200));
    }
}

async fn a_rotation_with_an_overlap_lets_both_work_until_it_ends(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for old in one_of_each(&app).await {
        let rotated_at = app.clock.now();
        let new = app.rotate(&old, Duration::HOUR).await;
        app.clock.advance(Duration::MINUTE);
        assert_eq!((status(&app, &old).await, status(&app, &new).await), (200, 200));
        app.clock.advance(Duration::minutes(59) - Duration::MICROSECOND);
        assert_eq!((status(&app, &old).await, status(&app, &new).await), (200, 200));
        app.clock.advance(Duration::MICROSECOND);
        assert_eq!((status(&app, &old).await, status(&app, &new).await), (401, 200));
        // Whoever rotates sees whether the old one is still in use somewhere.
        let listed = app.listed(&new).await;
        let (current, previous) = (listed.secret().unwrap(), listed.previous_secret().unwrap());
        assert!(previous.preview.ends_with(&old.secret[old.secret.len() - 4..]));
        assert_eq!(previous.expires_at, Some(rotated_at + Duration::HOUR));
        assert_eq!(previous.last_used_at, Some(rotated_at + Duration::HOUR - Duration::MICROSECOND));
        assert_eq!(previous.last_used_from.as_deref(), Some("127.0.0.1"));
        assert_eq!(current.last_used_at, Some(rotated_at + Duration::HOUR));
        assert_eq!(listed.last_use(), Some(current));
    }
}

async fn rotating_twice_leaves_two_secrets_at_most(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for first in one_of_each(&app).await {
        app.clock.advance(Duration::MINUTE);
        let second = app.rotate(&first, Duration::HOUR).await;
        app.clock.advance(Duration::MINUTE);
        let third = app.rotate(&first, Duration::HOUR).await;
        let statuses = [status(&app, &first).await, status(&app, &second).await, status(&app, &third).await];
        assert_eq!(statuses, [401, 200, 200]);
        // All of them at the same moment, too.
        let fourth = app.rotate(&first, Duration::HOUR).await;
        let fifth = app.rotate(&first, Duration::HOUR).await;
        let mut accepted = 0;
        for held in [&first, &second, &third, &fourth, &fifth] {
            accepted += u32::from(status(&app, held).await == 200);
        }
        assert_eq!(accepted, 2);
        assert_eq!((status(&app, &fourth).await, status(&app, &fifth).await), (200, 200));
    }
}

async fn a_rotation_changes_neither_expiry_nor_rights(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let key = app
        .key_with(|new| {
            new.expiry = ExpiryChoice::Days7;
            new.scopes = leadkeep_domain::ScopeSet::READ;
            new.limit_per_minute = std::num::NonZeroU32::new(7);
            new.allowed_addresses = AddressRanges::parse("127.0.0.1").unwrap();
        })
        .await;
    let before = app.listed(&key).await;
    app.clock.advance(Duration::days(6));
    let new = app.rotate(&key, Duration::days(90)).await;
    let mut after = app.listed(&new).await;
    after.secrets.clone_from(&before.secrets);
    assert_eq!(after, before);
    // The credential's own end comes before that of the overlap.
    assert_eq!((status(&app, &key).await, status(&app, &new).await), (200, 200));
    app.clock.advance(Duration::DAY);
    assert_eq!((status(&app, &key).await, status(&app, &new).await), (401, 401));
    assert_eq!(before.lifetime.expires_at, Some(START + Duration::days(7)));
}

async fn a_disabled_credential_is_refused_until_it_is_enabled(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for held in one_of_each(&app).await {
        // A second time changes nothing.
        for (disabled, expect) in [(true, 401), (true, 401), (false, 200), (false, 200), (true, 401)] {
            app.set_disabled(&held, disabled).await;
            assert_eq!(status(&app, &held).await, expect);
        }
        // What is disabled can be rotated, and stays disabled.
        let rotated = app.rotate(&held, Duration::HOUR).await;
        assert_eq!((status(&app, &held).await, status(&app, &rotated).await), (401, 401));
    }
}

async fn a_revoked_credential_stays_revoked(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for old in one_of_each(&app).await {
        let new = app.rotate(&old, Duration::HOUR).await;
        app.revoke(&new).await;
        assert_eq!((status(&app, &old).await, status(&app, &new).await), (401, 401));
        let revoked_at = app.listed(&new).await.lifetime.revoked_at;
        app.clock.advance(Duration::HOUR);
        app.revoke(&new).await;
        assert_eq!(app.listed(&new).await.lifetime.revoked_at, revoked_at);
        let management = &app.management;
        for disabled in [true, false] {
            let enabled = management.set_credential_disabled(new.kind, new.id, disabled).await;
            assert!(matches!(enabled, Err(ManagementError::CredentialRevoked(_))));
        }
        let rotated = management.rotate_credential(new.kind, new.id, Duration::ZERO).await;
        assert!(matches!(rotated.map(drop), Err(ManagementError::CredentialRevoked(_))));
        assert_eq!(status(&app, &new).await, 401);
    }
}

async fn a_key_and_a_token_are_not_managed_in_each_others_name(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let [key, token] = one_of_each(&app).await;
    for (kind, id) in [(key.kind, token.id), (token.kind, key.id)] {
        let revoked = app.management.revoke_credential(kind, id).await;
        assert!(matches!(revoked, Err(ManagementError::NotFound(_))));
    }
    assert_eq!((status(&app, &key).await, status(&app, &token).await), (200, 200));
}

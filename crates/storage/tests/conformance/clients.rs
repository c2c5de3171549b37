use std::{collections::HashSet, num::NonZeroU32};

use futures_util::{StreamExt, stream};
use leadkeep_credentials::ClientId;
use leadkeep_domain::{Clock, ScopeSet};
use leadkeep_storage::{
    CREDENTIALS, Client, ClientRef, CreateClientOutcome, CreateCredentialOutcome, Excerpt, NewClient,
    RotateOutcome,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{Fixture, api_credentials, audit, new_secret, nobody, secret_hash};

on_both_databases![
    an_excerpt_has_the_newest_clients_that_work_or_that_are_revoked,
    a_client_is_made_listed_and_located,
    a_secret_alone_leads_to_its_client,
    a_rotation_at_once_leaves_one_secret,
    a_rotation_with_an_overlap_leaves_two_secrets_at_most,
    a_revoked_client_stays_revoked_and_is_not_rotated,
    a_client_is_managed_in_its_own_workspace_only,
    rotations_at_once_leave_one_secret,
    revocations_at_once_are_one,
    a_budget_is_changed_and_the_log_says_from_what,
    there_is_an_end_to_clients_and_keys,
];

/// The client that was made.
pub(crate) fn created(outcome: CreateClientOutcome) -> Client {
    match outcome {
        CreateClientOutcome::Created(client) => client,
        other => panic!("{other:?}"),
    }
}

async fn there_is_an_end_to_clients_and_keys(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let client = async || {
        let new = NewClient {
            client_id: ClientId::generate().unwrap(),
            name: "CRM Sync".parse().unwrap(),
            scopes: ScopeSet::LEADS,
            limit_per_minute: None,
        };
        fixture
            .clients
            .create(fixture.workspace, new, new_secret().1, None, audit("client.create"))
            .await
            .unwrap()
    };
    let made: Vec<_> = stream::iter(0..CREDENTIALS + 3).map(|_| client()).buffered(8).collect().await;
    let (made, refused): (Vec<_>, Vec<_>) =
        made.into_iter().partition(|outcome| *outcome != CreateClientOutcome::TooMany);
    assert_eq!((made.len(), refused.len()), (CREDENTIALS as usize, 3));
    let first = made.into_iter().next().map(created).unwrap();
    fixture.clients.revoke(fixture.workspace, first.id, audit("client.revoke")).await.unwrap();
    assert!(matches!(client().await, CreateClientOutcome::Created(_)));
    // Each has its own secret, however many there are.
    let listed = fixture.clients.list(fixture.workspace).await.unwrap();
    assert_eq!(listed.len(), CREDENTIALS as usize + 1);
    let previews: HashSet<_> =
        listed.iter().map(|one| one.secrets.as_slice()).map(|all| &all[0].preview).collect();
    assert_eq!(previews.len(), listed.len());

    let key = async || {
        let (secret, _) = api_credentials::new_secret();
        let made = fixture.api_credentials.create(
            fixture.workspace,
            api_credentials::new_key(),
            secret,
            None,
            audit("key.create"),
        );
        made.await.unwrap()
    };
    let made: Vec<_> = stream::iter(0..CREDENTIALS + 3).map(|_| key()).buffered(8).collect().await;
    let refused = made.iter().filter(|outcome| **outcome == CreateCredentialOutcome::TooMany);
    assert_eq!(refused.count(), 3);
}

async fn a_client_is_made_listed_and_located(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (_, stored) = new_secret();
    let new = NewClient {
        client_id: ClientId::generate().unwrap(),
        name: "CRM Sync".parse().unwrap(),
        scopes: ScopeSet::LEADS,
        limit_per_minute: NonZeroU32::new(1_000_000_000),
    };
    let create = |workspace| {
        fixture.clients.create(workspace, new.clone(), stored.clone(), None, audit("client.create"))
    };
    assert_eq!(create(nobody()).await.unwrap(), CreateClientOutcome::UnknownWorkspace);
    let client = created(create(fixture.workspace).await.unwrap());
    assert_eq!(client.limit_per_minute.unwrap().get(), 1_000_000_000);
    let listed = fixture.clients.list(fixture.workspace).await.unwrap();
    assert_eq!(listed.iter().map(|listed| &listed.client).collect::<Vec<_>>(), [&client]);
    assert_eq!(listed[0].secrets[0].preview, stored.preview);
    let found = Some((fixture.workspace, client.id));
    assert_eq!(fixture.clients.locate(ClientRef::Id(client.id)).await.unwrap(), found);
    assert_eq!(fixture.clients.locate(ClientRef::ClientId(client.client_id.clone())).await.unwrap(), found);
    assert_eq!(fixture.clients.locate(ClientRef::Id(nobody())).await.unwrap(), None);

    let login = |id: &ClientId, hash| fixture.clients.login(id.clone(), hash);
    let found = login(&client.client_id, stored.hash).await.unwrap().unwrap();
    assert_eq!((&found.client, found.suspended_at), (&client, None));
    assert_eq!(login(&ClientId::generate().unwrap(), stored.hash).await.unwrap(), None);
    assert_eq!(login(&client.client_id, new_secret().1.hash).await.unwrap(), None);
}

async fn a_secret_alone_leads_to_its_client(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, secret) = fixture.client().await;
    let hash = secret_hash(&secret);
    let found = fixture.clients.find_secret(hash).await.unwrap();
    assert_eq!(found, fixture.clients.login(client.client_id.clone(), hash).await.unwrap());
    let found = found.unwrap();
    assert_eq!((found.client, found.suspended_at, found.lifetime.expires_at), (client, None, None));
    assert_eq!(fixture.clients.find_secret(new_secret().1.hash).await.unwrap(), None);
}

async fn a_rotation_at_once_leaves_one_secret(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, first) = fixture.client().await;
    let (_, next) = new_secret();
    let now = client.created_at;
    let rotated = fixture
        .clients
        .rotate(fixture.workspace, client.id, next.clone(), now, None, audit("client.rotate"))
        .await
        .unwrap();
    assert_eq!(rotated, RotateOutcome::Rotated(client.clone()));
    let end = async |hash| {
        let login = fixture.clients.login(client.client_id.clone(), hash).await.unwrap().unwrap();
        login.lifetime.expires_at
    };
    assert_eq!(end(next.hash).await, None);
    // The old one has ended, and is known to have been one.
    assert_eq!(end(secret_hash(&first)).await, Some(now));
    let listed = fixture.clients.list(fixture.workspace).await.unwrap();
    let previews: Vec<_> = listed[0].secrets.iter().map(|secret| secret.preview.clone()).collect();
    assert_eq!(previews, [next.preview, first.preview()]);
}

async fn a_rotation_with_an_overlap_leaves_two_secrets_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let end = client.created_at + Duration::HOUR;
    let mut hashes = Vec::new();
    for _ in 0..3 {
        fixture.clock.advance(Duration::MINUTE);
        let (_, next) = new_secret();
        hashes.insert(0, next.hash);
        let rotated = fixture
            .clients
            .rotate(fixture.workspace, client.id, next, end, None, audit("client.rotate"))
            .await;
        assert!(rotated.unwrap().rotated().is_some());
    }
    let now = fixture.clock.now();
    let ends = [None, Some(end), Some(now)];
    for (hash, expect) in hashes.into_iter().zip(ends) {
        let login = fixture.clients.login(client.client_id.clone(), hash).await.unwrap().unwrap();
        assert_eq!(login.lifetime.expires_at, expect);
    }
}

async fn a_revoked_client_stays_revoked_and_is_not_rotated(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let revoke = || fixture.clients.revoke(fixture.workspace, client.id, audit("client.revoke"));
    let first = revoke().await.unwrap().unwrap().revoked_at;
    assert!(first.is_some());
    fixture.clock.advance(Duration::HOUR);
    assert_eq!(revoke().await.unwrap().unwrap().revoked_at, first);
    let (_, next) = new_secret();
    let rotated = fixture.clients.rotate(
        fixture.workspace,
        client.id,
        next,
        client.created_at,
        None,
        audit("client.rotate"),
    );
    assert_eq!(rotated.await.unwrap(), RotateOutcome::NotFound);
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "client.revoke").count(), 1);
}

async fn a_client_is_managed_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let other = fixture.new_workspace().await;
    assert_eq!(fixture.clients.revoke(other, client.id, audit("client.revoke")).await.unwrap(), None);
    let (_, next) = new_secret();
    let rotated =
        fixture.clients.rotate(other, client.id, next, client.created_at, None, audit("client.rotate"));
    assert_eq!(rotated.await.unwrap(), RotateOutcome::NotFound);
    assert!(fixture.clients.list(other).await.unwrap().is_empty());
}

async fn rotations_at_once_leave_one_secret(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    for _ in 0..10 {
        let rotate = || {
            let (_, next) = new_secret();
            fixture.clients.rotate(
                fixture.workspace,
                client.id,
                next,
                client.created_at,
                None,
                audit("client.rotate"),
            )
        };
        let (one, two, three) = tokio::join!(rotate(), rotate(), rotate());
        assert!([one, two, three].into_iter().all(|rotated| rotated.unwrap().rotated().is_some()));
        let listed = fixture.clients.list(fixture.workspace).await.unwrap();
        let endless = listed[0].secrets.iter().filter(|secret| secret.expires_at.is_none());
        assert_eq!(endless.count(), 1);
    }
}

async fn revocations_at_once_are_one(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let revoke = || async {
        fixture.clock.advance(Duration::SECOND);
        let revoked = fixture.clients.revoke(fixture.workspace, client.id, audit("client.revoke")).await;
        revoked.unwrap().unwrap().revoked_at
    };
    let (one, two, three) = tokio::join!(revoke(), revoke(), revoke());
    assert!(one.is_some() && one == two && two == three);
    assert_eq!(fixture.audit_log().iter().filter(|action| *action == "client.revoke").count(), 1);
}

async fn a_budget_is_changed_and_the_log_says_from_what(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (client, _) = fixture.client().await;
    let set =
        |workspace, limit| fixture.clients.set_limit(workspace, client.id, limit, audit("client.set-limit"));
    for limit in [NonZeroU32::new(7), NonZeroU32::new(7), NonZeroU32::new(1_000_000_000), None] {
        let changed = set(fixture.workspace, limit).await.unwrap().unwrap();
        assert_eq!(changed.limit_per_minute, limit);
        assert_eq!(fixture.clients.list(fixture.workspace).await.unwrap()[0].client, changed);
    }
    let other = fixture.new_workspace().await;
    assert_eq!(set(other, NonZeroU32::new(1)).await.unwrap(), None);
    let missing = fixture.clients.set_limit(fixture.workspace, nobody(), None, audit("client.set-limit"));
    assert_eq!(missing.await.unwrap(), None);
    let log =
        fixture.database.query("SELECT detail FROM audit_log WHERE action = 'client.set-limit' ORDER BY id");
    let log: Vec<serde_json::Value> = log.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect();
    let from = [serde_json::Value::Null, 7.into(), 1_000_000_000.into()];
    assert_eq!(log, from.map(|from| serde_json::json!({"from": from})));
}

async fn an_excerpt_has_the_newest_clients_that_work_or_that_are_revoked(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    for _ in 0..4 {
        fixture.clock.advance(Duration::SECOND);
        fixture.client().await;
    }
    let oldest_first = fixture.clients.list(fixture.workspace).await.unwrap();
    let revoked = oldest_first[1].client.id;
    fixture.clients.revoke(fixture.workspace, revoked, audit("client.revoke")).await.unwrap();
    let all = fixture.clients.list(fixture.workspace).await.unwrap();
    let of = |numbers: &[usize]| numbers.iter().map(|number| all[*number].clone()).collect::<Vec<_>>();
    let excerpt = async |workspace, of| fixture.clients.excerpt(workspace, of).await.unwrap();
    assert_eq!(excerpt(fixture.workspace, Excerpt::Working { skip: 0, limit: 9 }).await, of(&[3, 2, 0]));
    assert_eq!(excerpt(fixture.workspace, Excerpt::Working { skip: 1, limit: 1 }).await, of(&[2]));
    assert_eq!(excerpt(fixture.workspace, Excerpt::Ended(9)).await, of(&[1]));
    assert_eq!(fixture.clients.working(fixture.workspace).await.unwrap(), 3);
    let get = async |workspace, id| fixture.clients.get(workspace, id).await.unwrap();
    assert_eq!(get(fixture.workspace, revoked).await.as_ref(), Some(&all[1]));
    let other = fixture.new_workspace().await;
    assert_eq!(get(other, revoked).await, None);
    assert_eq!(excerpt(other, Excerpt::Working { skip: 0, limit: 9 }).await, []);
    assert_eq!(fixture.clients.working(other).await.unwrap(), 0);
}

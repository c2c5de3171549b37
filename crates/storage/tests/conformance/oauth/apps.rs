//! Apps, as who registers them knows them.

use leadkeep_credentials::ClientId;
use leadkeep_domain::{ClientKind, Clock, Role};
use leadkeep_storage::{ClientRef, CreateAppOutcome, LastUse, UsageBatch, Used};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use super::{URI, made, new_app, uri};
use crate::{Fixture, audit, new_secret, nobody};

on_both_databases![
    an_app_is_made_listed_and_found,
    a_workspace_has_a_hundred_apps_at_most,
    an_app_is_managed_in_its_own_workspace_only,
    apps_and_api_clients_are_kept_apart,
    redirect_uris_are_changed_while_the_app_stands,
    a_revoked_app_is_shown_and_changes_no_more,
    a_public_app_has_no_secret_to_rotate,
    grants_are_counted_while_they_stand,
];

async fn an_app_is_made_listed_and_found(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (new, (_, secret)) = (new_app(ClientKind::ConfidentialApp), new_secret());
    let create = |workspace| {
        fixture.apps.create(workspace, new.clone(), Some(secret.clone()), None, audit("app.create"))
    };
    assert_eq!(create(nobody()).await.unwrap(), CreateAppOutcome::UnknownWorkspace);
    assert_eq!(fixture.logged("app.create"), 0);
    let app = made(create(fixture.workspace).await.unwrap());
    assert_eq!((app.client.kind, app.client.workspace), (ClientKind::ConfidentialApp, fixture.workspace));
    assert_eq!((&app.redirect_uris, app.created_by_name.as_str()), (&vec![uri(URI)], "Eve"));
    assert_eq!((app.client.created_at, app.client.revoked_at), (fixture.clock.now(), None));
    fixture.clock.advance(Duration::MILLISECOND);
    let public = fixture.apps.create(
        fixture.workspace,
        new_app(ClientKind::PublicApp),
        None,
        None,
        audit("app.create"),
    );
    let public = made(public.await.unwrap());

    let listed = fixture.apps.list(fixture.workspace).await.unwrap();
    assert_eq!(listed.iter().map(|listed| &listed.app).collect::<Vec<_>>(), [&app, &public]);
    assert_eq!(listed[0].secrets.iter().map(|secret| &secret.preview).collect::<Vec<_>>(), [&secret.preview]);
    assert_eq!((listed[1].secrets.len(), listed[1].grants, listed[1].last_used_at), (0, 0, None));
    let got = fixture.apps.get(fixture.workspace, app.client.id).await.unwrap();
    assert_eq!(got.as_ref(), Some(&listed[0]));
    assert_eq!(fixture.apps.get(fixture.workspace, nobody()).await.unwrap(), None);

    let found = fixture.apps.find(app.client.client_id.clone()).await.unwrap().unwrap();
    assert_eq!((&found.app, found.workspace_name.as_str(), found.suspended_at), (&app, "Demo", None));
    assert_eq!(fixture.apps.find(ClientId::generate().unwrap()).await.unwrap(), None);
    fixture.suspend(fixture.workspace, true).await;
    let found = fixture.apps.find(app.client.client_id.clone()).await.unwrap().unwrap();
    assert_eq!(found.suspended_at, Some(fixture.clock.now()));
    assert_eq!(fixture.logged("app.create"), 2);
}

async fn a_workspace_has_a_hundred_apps_at_most(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let create = |workspace| {
        fixture.apps.create(workspace, new_app(ClientKind::PublicApp), None, None, audit("app.create"))
    };
    // API clients are none of them.
    fixture.client().await;
    let first = fixture.app().await;
    for _ in 1..96 {
        fixture.app().await;
    }
    let at_once = futures_util::future::join_all((0..8).map(|_| create(fixture.workspace))).await;
    let created = at_once
        .into_iter()
        .filter(|outcome| matches!(outcome.as_ref().unwrap(), CreateAppOutcome::Created(_)));
    assert_eq!(created.count(), 4);
    assert_eq!(create(fixture.workspace).await.unwrap(), CreateAppOutcome::TooMany);
    assert_eq!(fixture.logged("app.create"), 100);
    let elsewhere = fixture.new_workspace().await;
    assert!(matches!(create(elsewhere).await.unwrap(), CreateAppOutcome::Created(_)));
    // Revoked ones make room.
    fixture.revoke_app(&first).await;
    assert!(matches!(create(fixture.workspace).await.unwrap(), CreateAppOutcome::Created(_)));
}

async fn an_app_is_managed_in_its_own_workspace_only(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.new_workspace().await);
    assert_eq!(fixture.apps.list(other).await.unwrap(), []);
    assert_eq!(fixture.apps.get(other, app.client.id).await.unwrap(), None);
    let set =
        fixture.apps.set_redirect_uris(other, app.client.id, Vec::new(), audit("app.set-redirect-uris"));
    assert_eq!(set.await.unwrap(), None);
    assert_eq!(fixture.clients.revoke(other, app.client.id, audit("app.revoke")).await.unwrap(), None);
    assert_eq!(fixture.apps.get(fixture.workspace, app.client.id).await.unwrap().unwrap().app, app);
    assert_eq!(fixture.logged("app.set-redirect-uris") + fixture.logged("app.revoke"), 0);
    // People of any workspace may be asked about it.
    assert!(fixture.apps.find(app.client.client_id).await.unwrap().is_some());
}

async fn apps_and_api_clients_are_kept_apart(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, (client, _)) = (fixture.app().await, fixture.client().await);
    let apps = fixture.apps.list(fixture.workspace).await.unwrap();
    assert_eq!(apps.into_iter().map(|listed| listed.app.client.id).collect::<Vec<_>>(), [app.client.id]);
    let clients = fixture.clients.list(fixture.workspace).await.unwrap();
    assert_eq!(clients.into_iter().map(|listed| listed.client.id).collect::<Vec<_>>(), [client.id]);
    assert_eq!(fixture.apps.get(fixture.workspace, client.id).await.unwrap(), None);
    assert_eq!(fixture.apps.find(client.client_id).await.unwrap(), None);
    let set = fixture.apps.set_redirect_uris(
        fixture.workspace,
        client.id,
        vec![uri(URI)],
        audit("app.set-redirect-uris"),
    );
    assert_eq!(set.await.unwrap(), None);
    // The operator finds either by what leaked.
    let found = fixture.clients.locate(ClientRef::ClientId(app.client.client_id)).await.unwrap();
    assert_eq!(found, Some((fixture.workspace, app.client.id)));
}

async fn redirect_uris_are_changed_while_the_app_stands(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    let set = |uris: &[&str]| {
        let uris = uris.iter().map(|text| uri(text)).collect();
        fixture.apps.set_redirect_uris(fixture.workspace, app.client.id, uris, audit("app.set-redirect-uris"))
    };
    let changed = set(&["https://b.example/cb", "https://a.example/cb"]).await.unwrap().unwrap();
    assert_eq!(changed.redirect_uris, [uri("https://b.example/cb"), uri("https://a.example/cb")]);
    let found = fixture.apps.find(app.client.client_id.clone()).await.unwrap().unwrap();
    assert_eq!(found.app, changed);
    assert_eq!(fixture.logged("app.set-redirect-uris"), 1);
    fixture.revoke_app(&app).await;
    assert_eq!(set(&[URI]).await.unwrap(), None);
    assert_eq!(fixture.logged("app.set-redirect-uris"), 1);
    let unknown = fixture.apps.set_redirect_uris(
        fixture.workspace,
        nobody(),
        vec![uri(URI)],
        audit("app.set-redirect-uris"),
    );
    assert_eq!(unknown.await.unwrap(), None);
}

async fn a_revoked_app_is_shown_and_changes_no_more(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let app = fixture.app().await;
    fixture.revoke_app(&app).await;
    let (at, first) = (fixture.clock.now(), fixture.apps.list(fixture.workspace).await.unwrap());
    assert_eq!(first[0].app.client.revoked_at, Some(at));
    fixture.clock.advance(Duration::HOUR);
    fixture.revoke_app(&app).await;
    assert_eq!(fixture.apps.list(fixture.workspace).await.unwrap(), first);
    // Whoever is asked about it must be told.
    let found = fixture.apps.find(app.client.client_id).await.unwrap().unwrap();
    assert_eq!(found.app.client.revoked_at, Some(at));
    let rotated = fixture.clients.rotate(
        fixture.workspace,
        app.client.id,
        new_secret().1,
        at,
        None,
        audit("app.rotate"),
    );
    assert!(rotated.await.unwrap().rotated().is_none());
    assert_eq!(fixture.logged("app.revoke"), 1);
}

async fn a_public_app_has_no_secret_to_rotate(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (new, now) = (new_app(ClientKind::PublicApp), fixture.clock.now());
    let public =
        made(fixture.apps.create(fixture.workspace, new, None, None, audit("app.create")).await.unwrap());
    let rotate = async |app| {
        let rotated =
            fixture.clients.rotate(fixture.workspace, app, new_secret().1, now, None, audit("app.rotate"));
        rotated.await.unwrap().rotated().is_some()
    };
    assert!(!rotate(public.client.id).await);
    assert!(rotate(fixture.app().await.client.id).await);
    assert_eq!(fixture.apps.get(fixture.workspace, public.client.id).await.unwrap().unwrap().secrets, []);
}

async fn grants_are_counted_while_they_stand(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.app().await);
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Viewer).await);
    let counted = async || {
        let listed = fixture.apps.get(fixture.workspace, app.client.id).await.unwrap().unwrap();
        (listed.grants, listed.last_used_at)
    };
    let (_, anns) = fixture.pair(&app, &ann).await;
    // Once more is no more.
    assert_eq!(fixture.pair(&app, &ann).await.1, anns);
    let (_, bobs) = fixture.pair(&app, &bob).await;
    fixture.pair(&other, &ann).await;
    assert_eq!(counted().await, (2, None));
    let at = fixture.clock.now();
    for (grant, at) in [(anns, at + Duration::MINUTE), (bobs, at)] {
        let from = std::net::Ipv4Addr::new(192, 0, 2, 1).into();
        let last_uses = vec![LastUse { of: Used::Grant(grant.as_uuid()), at, from }];
        fixture.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
    }
    assert_eq!(counted().await, (2, Some(at + Duration::MINUTE)));
    fixture.withdraw(ann.user.id, anns).await.unwrap();
    assert_eq!(counted().await, (1, Some(at + Duration::MINUTE)));
    fixture.remove_member(&bob).await;
    assert_eq!(counted().await.0, 0);
    fixture.pair(&app, &ann).await;
    assert_eq!(counted().await.0, 1);
    let listed = fixture.apps.list(fixture.workspace).await.unwrap();
    assert_eq!(listed.iter().map(|listed| listed.grants).collect::<Vec<_>>(), [1, 1]);
}

//! Apps, as who registers them knows them.

use leadkeep_credentials::ClientId;
use leadkeep_domain::{ClientKey, ClientKind, Clock, GrantId, Id, PageLimit, Role};
use leadkeep_storage::{
    App, AppCalls, CallOutcome, ClientRef, CountedCalls, CreateAppOutcome, Grain, LastUse, ListedApp, Span,
    UsageBatch, Used,
};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::{Duration, OffsetDateTime, macros::datetime};

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
    a_last_use_is_that_of_all_with_its_own_address,
    apps_come_in_pages_and_revoked_ones_by_themselves,
    the_calls_of_an_app_are_those_of_all_that_people_let_it_do,
];

impl Fixture {
    /// The workspace's apps that are not revoked, newest first.
    async fn live_apps(&self) -> Vec<ListedApp> {
        self.apps.list(self.workspace, None, PageLimit::LARGEST).await.unwrap().items
    }

    async fn revoked_apps(&self) -> Vec<ListedApp> {
        self.apps.list_revoked(self.workspace, PageLimit::LARGEST).await.unwrap().items
    }

    /// Those that have a name, by id.
    async fn named_apps(&self) -> Vec<Id<ClientKey>> {
        let names = self.apps.names(self.workspace).await.unwrap();
        assert!(names.iter().all(|(_, name)| name.as_str() == "Zapier"));
        let mut ids: Vec<_> = names.into_iter().map(|(id, _)| id).collect();
        ids.sort();
        ids
    }

    /// Notes that what was granted was used, from an address with this end.
    async fn use_at(&self, grant: GrantId, at: OffsetDateTime, from: u8) {
        let from = std::net::Ipv4Addr::new(192, 0, 2, from).into();
        let last_uses = vec![LastUse { of: Used::Grant(grant.as_uuid()), at, from }];
        self.usage.record(UsageBatch { last_uses, calls: Vec::new() }).await.unwrap();
    }
}

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

    let listed = fixture.live_apps().await;
    assert_eq!(listed.iter().map(|listed| &listed.app).collect::<Vec<_>>(), [&public, &app]);
    assert_eq!(listed[1].secrets.iter().map(|secret| &secret.preview).collect::<Vec<_>>(), [&secret.preview]);
    assert_eq!((listed[0].secrets.len(), listed[0].grants, listed[0].last_used_at), (0, 0, None));
    let got = fixture.apps.get(fixture.workspace, app.client.id).await.unwrap();
    assert_eq!(got.as_ref(), Some(&listed[1]));
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
    let all = PageLimit::LARGEST;
    assert_eq!(fixture.apps.list(other, None, all).await.unwrap().items, []);
    assert_eq!(fixture.apps.count(other).await.unwrap(), 0);
    assert_eq!(fixture.apps.names(other).await.unwrap(), []);
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
    assert_eq!(fixture.apps.count(fixture.workspace).await.unwrap(), 1);
    assert_eq!(fixture.named_apps().await, [app.client.id]);
    let apps = fixture.live_apps().await;
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
    let (at, first) = (fixture.clock.now(), fixture.revoked_apps().await);
    assert_eq!(first[0].app.client.revoked_at, Some(at));
    fixture.clock.advance(Duration::HOUR);
    fixture.revoke_app(&app).await;
    assert_eq!(fixture.revoked_apps().await, first);
    assert_eq!(fixture.live_apps().await, []);
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
        assert!(fixture.live_apps().await.contains(&listed));
        (listed.grants, listed.last_used_at)
    };
    let (_, anns) = fixture.pair(&app, &ann).await;
    // Once more is no more.
    assert_eq!(fixture.pair(&app, &ann).await.1, anns);
    let (_, bobs) = fixture.pair(&app, &bob).await;
    fixture.pair(&other, &ann).await;
    assert_eq!(counted().await, (2, None));
    let at = fixture.clock.now();
    fixture.use_at(anns, at + Duration::MINUTE, 1).await;
    fixture.use_at(bobs, at, 2).await;
    assert_eq!(counted().await, (2, Some(at + Duration::MINUTE)));
    fixture.withdraw(ann.user.id, anns).await.unwrap();
    assert_eq!(counted().await, (1, Some(at + Duration::MINUTE)));
    fixture.remove_member(&bob).await;
    assert_eq!(counted().await.0, 0);
    fixture.pair(&app, &ann).await;
    assert_eq!(counted().await.0, 1);
    let listed = fixture.live_apps().await;
    assert_eq!(listed.iter().map(|listed| listed.grants).collect::<Vec<_>>(), [1, 1]);
}

async fn a_last_use_is_that_of_all_with_its_own_address(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other) = (fixture.app().await, fixture.app().await);
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Viewer).await);
    let at = fixture.clock.now();
    // What is the last use of the one app is none of the other.
    fixture.use_at(fixture.pair(&app, &ann).await.1, at, 1).await;
    fixture.use_at(fixture.pair(&app, &bob).await.1, at + Duration::MINUTE, 2).await;
    fixture.use_at(fixture.pair(&other, &ann).await.1, at + Duration::MINUTE, 3).await;
    fixture.use_at(fixture.pair(&other, &bob).await.1, at + Duration::HOUR, 4).await;
    fixture.app().await;
    let uses: Vec<_> =
        fixture.live_apps().await.into_iter().map(|one| (one.last_used_at, one.last_used_from)).collect();
    let used = |after, from: &str| (Some(at + after), Some(from.to_owned()));
    assert_eq!(uses, [(None, None), used(Duration::HOUR, "192.0.2.4"), used(Duration::MINUTE, "192.0.2.2")]);
}

async fn apps_come_in_pages_and_revoked_ones_by_themselves(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        fixture.clock.advance(Duration::MILLISECOND);
        ids.push(fixture.app().await);
        fixture.client().await;
    }
    // The newest one first: the fourth and then the second.
    for revoked in [&ids[3], &ids[1]] {
        fixture.clock.advance(Duration::MILLISECOND);
        fixture.revoke_app(revoked).await;
    }
    let two = PageLimit::parse(2).unwrap();
    let of = |found: &[ListedApp]| found.iter().map(|one| one.app.client.id).collect::<Vec<_>>();
    let id = |at: usize| ids[at].client.id;
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = fixture.apps.list(fixture.workspace, after, two).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(of(&page.items));
        after = seen.last().copied();
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen, [id(5), id(4), id(2), id(0)]);
    assert_eq!(of(&fixture.revoked_apps().await), [id(1), id(3)]);
    let one = PageLimit::parse(1).unwrap();
    let last = fixture.apps.list_revoked(fixture.workspace, one).await.unwrap();
    assert_eq!((of(&last.items), last.has_more), (vec![id(1)], true));
    assert_eq!(fixture.apps.count(fixture.workspace).await.unwrap(), 4);
    let mut all: Vec<_> = ids.iter().map(|app| app.client.id).collect();
    all.sort();
    assert_eq!(fixture.named_apps().await, all);
}

async fn the_calls_of_an_app_are_those_of_all_that_people_let_it_do(database: TestDatabase) {
    let fixture = Fixture::new(database).await;
    let (app, other, quiet) = (fixture.app().await, fixture.app().await, fixture.app().await);
    let (ann, bob) = (fixture.someone(Role::Member).await, fixture.someone(Role::Viewer).await);
    let elsewhere = fixture.new_workspace().await;
    let carl = fixture.joined(fixture.user("carl@acme.com").await.id, elsewhere, Role::Member).await;
    let grant = async |app, member| fixture.pair(app, member).await.1.as_uuid();
    let (anns, bobs, carls) = (grant(&app, &ann).await, grant(&app, &bob).await, grant(&app, &carl).await);
    let others = grant(&other, &ann).await;
    let hour = datetime!(2026-01-01 12:00 UTC);
    let calls = |credential, workspace, minute, outcome, calls| CountedCalls {
        workspace,
        minute,
        credential,
        outcome,
        calls,
    };
    let (home, later) = (fixture.workspace, hour + Duration::HOUR);
    let all = vec![
        calls(anns, home, hour, CallOutcome::Ok, 1),
        calls(bobs, home, hour + Duration::MINUTE, CallOutcome::Ok, 10),
        calls(bobs, home, hour, CallOutcome::Limited, 7),
        calls(carls, elsewhere, hour, CallOutcome::Ok, 100),
        calls(carls, elsewhere, later, CallOutcome::Error, 3),
        calls(others, home, hour, CallOutcome::Ok, 1_000),
        // A key's, and those of hours that are not asked for.
        calls(uuid::Uuid::from_u128(1), home, hour, CallOutcome::Ok, 5_000),
        calls(anns, home, hour - Duration::HOUR, CallOutcome::Ok, 5_000),
        calls(anns, home, later + Duration::HOUR, CallOutcome::Ok, 5_000),
    ];
    fixture.usage.record(UsageBatch { calls: all, last_uses: Vec::new() }).await.unwrap();
    let of = async |workspace, apps: &[&App], grain| {
        let apps = apps.iter().map(|app| app.client.id).collect();
        let span = Span { grain, from: hour, until: later + Duration::HOUR };
        let mut found = fixture.usage.of_apps(workspace, apps, span).await.unwrap();
        found.sort_by_key(|one| (one.app, one.step, one.outcome.as_str()));
        found
    };
    let told = |app: &App, step, outcome, calls| AppCalls { app: app.client.id, step, outcome, calls };
    let of_app = [
        told(&app, hour, CallOutcome::Limited, 7),
        told(&app, hour, CallOutcome::Ok, 111),
        told(&app, later, CallOutcome::Error, 3),
    ];
    assert_eq!(of(home, &[&app], Grain::Hour).await, of_app);
    let of_both = [&of_app[..], &[told(&other, hour, CallOutcome::Ok, 1_000)]].concat();
    assert_eq!(of(home, &[&app, &other, &quiet], Grain::Hour).await, of_both);
    let by_minute = of(home, &[&app], Grain::Minute).await;
    assert_eq!(by_minute.iter().map(|one| one.calls).collect::<Vec<_>>(), [7, 101, 10, 3]);
    assert_eq!(of(home, &[&quiet], Grain::Hour).await, []);
    assert_eq!(of(home, &[], Grain::Hour).await, []);
    // An app is its own workspace's.
    assert_eq!(of(elsewhere, &[&app, &other], Grain::Hour).await, []);
}

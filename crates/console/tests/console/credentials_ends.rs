//! What is said before a credential ends, and what rotation leaves.

use leadkeep_domain::{ApiCredentialKind, Role, WorkspaceId};
use leadkeep_storage::{CallOutcome, CountedCalls, Database, DatabaseUrl, Grain, LastUse, UsageBatch, Used};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use time::Duration;

use crate::{
    browser::{Browser, encoded},
    credentials::{call, generate_key, key_id, value},
    everyone::granted,
    server::{OauthApp, REDIRECT_URI, Server},
};

on_both_databases![
    before_a_key_is_revoked_the_page_says_what_breaks,
    before_a_client_is_revoked_the_page_says_what_breaks,
    an_old_secret_is_told_until_it_ends,
    before_a_secret_ends_at_once_the_page_says_what_breaks,
    whoever_ends_one_comes_back_to_the_page_it_was_on,
    a_wrong_rotation_changes_nothing,
    a_key_is_disabled_for_a_time,
    what_nobody_uses_is_told,
    a_token_whose_creator_left_is_told,
    more_than_a_page_are_turned_over,
    before_an_app_is_revoked_the_page_says_what_breaks,
];

/// Writes down calls as the server's meter does.
async fn count(server: &Server, credential: uuid::Uuid, calls: &[(Duration, CallOutcome, u64)]) {
    count_in(server, server.workspace, credential, calls).await;
}

async fn count_in(
    server: &Server,
    workspace: WorkspaceId,
    credential: uuid::Uuid,
    calls: &[(Duration, CallOutcome, u64)],
) {
    let now = leadkeep_domain::Clock::now(&*server.clock);
    let counted = calls.iter().map(|(ago, outcome, calls)| CountedCalls {
        workspace,
        minute: Grain::Minute.begin(now - *ago),
        credential,
        outcome: *outcome,
        calls: *calls,
    });
    record(server, UsageBatch { calls: counted.collect(), last_uses: Vec::new() }).await;
}

pub(crate) async fn record(server: &Server, batch: UsageBatch) {
    let url = DatabaseUrl::parse(server.database.url()).unwrap();
    let storage = Database::open(url, server.clock.clone()).unwrap();
    storage.repositories(1).unwrap().usage.record(batch).await.unwrap();
}

async fn before_a_key_is_revoked_the_page_says_what_breaks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    generate_key(&server, &mut admin, "HubSpot integration").await;
    let (keys, id) = (server.path("settings/api-keys"), key_id(&server).await);
    let revoke = format!("{keys}/{id}/revoke");
    let before = admin.get(&revoke).await;
    before.assert_says(200, "It made no call in the last 24 hours.");
    assert!(
        before.text.contains("It was never used.") && before.text.contains("Ann admin made it just now.")
    );
    let calls = [
        (Duration::minutes(5), CallOutcome::Ok, 210),
        (Duration::minutes(6), CallOutcome::Limited, 4),
        (Duration::hours(5), CallOutcome::Ok, 2_807),
        (Duration::hours(30), CallOutcome::Ok, 9_000),
    ];
    count(&server, id.parse().unwrap(), &calls).await;
    server.database.query("UPDATE api_secrets SET last_used_at = created_at, last_used_from = '203.0.113.9'");
    server.clock.advance(Duration::minutes(3));
    let asked = admin.get(&revoke).await;
    for told in [
        "Revoke HubSpot integration?",
        "It made 214 calls in the last hour, and 3,021 in the last 24 hours.",
        "It was last used 3 minutes ago, from 203.0.113.9.",
        "Imports, exports and other runs that it has going are cancelled.",
        "Ann admin made it 3 minutes ago.",
        "A revoked key stays revoked.",
        ">Revoke HubSpot integration</button>",
    ] {
        assert!(asked.text.contains(told), "{told}: {}", asked.text);
    }
    let listed = admin.get(&keys).await;
    listed.assert_says(200, "3,021 calls, 4 refused");
    assert!(listed.text.contains("from 203.0.113.9") && listed.text.contains("class=\"refused\""));
    admin.get(&server.path("settings/api")).await.assert_says(200, "1 active · 3,021 calls in 24 hours");
}

async fn before_a_client_is_revoked_the_page_says_what_breaks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let clients = server.path("integrations/rest-api");
    admin.fill(&format!("{clients}/new"), &clients, &[("name", "CRM Sync")]).await;
    let client = server.management.clients(server.workspace).await.unwrap()[0].client.id;
    let at = leadkeep_domain::Clock::now(&*server.clock);
    count(&server, client.as_uuid(), &[(Duration::hours(2), CallOutcome::Ok, 1)]).await;
    let last = LastUse { of: Used::Client(client.as_uuid()), at, from: "203.0.113.9".parse().unwrap() };
    record(&server, UsageBatch { calls: Vec::new(), last_uses: vec![last] }).await;
    let asked = admin.get(&format!("{clients}/{client}/revoke")).await;
    for told in [
        "It made 1 call in the last 24 hours, none of them in the last hour.",
        "It was last used just now, from 203.0.113.9.",
        "All its active tokens are invalid at once",
    ] {
        assert!(asked.text.contains(told), "{told}: {}", asked.text);
    }
    admin.get(&clients).await.assert_says(200, "1 call");
}

/// A credential of each kind: the list that it is in, its path, the table of its secrets, and its first secret.
async fn one_of_each(server: &Server, admin: &mut Browser) -> [(String, String, &'static str, String); 3] {
    let key = value(&generate_key(server, admin, "Zapier").await, "secret");
    let keys = server.path("settings/api-keys");
    let key_path = format!("{keys}/{}", key_id(server).await);
    let tokens = server.path("settings/api-tokens");
    let made = admin.fill(&tokens, &tokens, &[("name", "Nightly"), ("expiry", "never")]).await;
    let all = server.management.credentials(server.workspace, ApiCredentialKind::Token).await.unwrap();
    let token_path = format!("{tokens}/{}", all[0].id);
    let token = value(&made, "secret");
    let clients = server.path("integrations/rest-api");
    let made = admin.fill(&format!("{clients}/new"), &clients, &[("name", "CRM Sync")]).await;
    let client = server.management.clients(server.workspace).await.unwrap()[0].client.id;
    let client_path = format!("{clients}/{client}");
    [
        (keys, key_path, "api_secrets", key),
        (tokens, token_path, "api_secrets", token),
        (clients, client_path, "client_secrets", value(&made, "secret")),
    ]
}

/// What a program is answered that has this secret.
async fn answered(server: &Server, list: &str, secret: &str) -> u16 {
    if list.ends_with("api-tokens") {
        return call(server, "/workflow-service/api/public/v1/leads", secret).await.status;
    }
    if list.ends_with("api-keys") {
        return call(server, "/v1/leads", secret).await.status;
    }
    let client = server.management.clients(server.workspace).await.unwrap()[0].client.client_id.to_string();
    let fields = [("grant_type", "client_credentials"), ("client_id", &client), ("client_secret", secret)];
    server.browser().send(Method::POST, "/api/v1/oauth/token", Some(encoded(&fields))).await.status
}

async fn an_old_secret_is_told_until_it_ends(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    for (list, path, table, first) in one_of_each(&server, &mut admin).await {
        let rotate = format!("{path}/rotate");
        server.clock.advance(Duration::MINUTE);
        let rotated = admin.fill(&rotate, &rotate, &[("overlap", "1h")]).await;
        rotated.assert_says(200, "The old secret goes on working");
        let second = value(&rotated, "secret");
        for secret in [&first, &second] {
            assert!(answered(&server, &list, secret).await < 300, "{list}");
        }
        let listed = admin.get(&list).await;
        listed.assert_says(200, "The old secret <code>");
        assert!(listed.text.contains("which takes up to four seconds"), "{}", listed.text);
        let newest = format!("(SELECT MAX(created_at) FROM {table})");
        server.database.query(&format!(
            "UPDATE {table} SET last_used_at = {newest}, last_used_from = '203.0.113.9' WHERE expires_at IS NOT NULL"
        ));
        server.clock.advance(Duration::minutes(2));
        let listed = admin.get(&list).await;
        listed.assert_says(200, "It is still used: <time");
        assert!(listed.text.contains(", from 203.0.113.9."), "{}", listed.text);
        server.clock.advance(Duration::HOUR);
        assert!(!admin.get(&list).await.text.contains("The old secret"));
        assert_eq!(answered(&server, &list, &first).await, 401, "{list}");
        assert!(answered(&server, &list, &second).await < 300, "{list}");
        // Without an overlap the old one has ended at once.
        let rotated = admin.fill(&rotate, &rotate, &[("overlap", "none")]).await;
        rotated.assert_says(200, "The old secret has ended");
        assert_eq!(answered(&server, &list, &second).await, 401, "{list}");
    }
}

async fn before_a_secret_ends_at_once_the_page_says_what_breaks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    for (list, path, ..) in one_of_each(&server, &mut admin).await {
        let rotate = format!("{path}/rotate");
        admin.get(&rotate).await.assert_says(200, "made no call in the last 24 hours.");
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        count(&server, id, &[(Duration::hours(3), CallOutcome::Ok, 1_007)]).await;
        admin
            .get(&rotate)
            .await
            .assert_says(200, "made 1,007 calls in the last 24 hours, none of them in the last hour.");
        count(&server, id, &[(Duration::minutes(3), CallOutcome::Ok, 214)]).await;
        let asked = admin.get(&rotate).await;
        asked.assert_says(200, "made 214 calls in the last hour, and 1,221 in the last 24 hours.");
        let is_client = list.ends_with("rest-api");
        assert_eq!(asked.text.contains("What asks for a token with it gets 401"), is_client, "{list}");
        assert_eq!(asked.text.contains("What uses it gets 401"), !is_client, "{list}");
    }
}

async fn a_wrong_rotation_changes_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let secret = value(&generate_key(&server, &mut admin, "Zapier").await, "secret");
    let rotate = format!("{}/{}/rotate", server.path("settings/api-keys"), key_id(&server).await);
    for overlap in ["", "for ever"] {
        let wrong = admin.post(&rotate, &[("overlap", overlap)]).await;
        wrong.assert_says(422, "Choose how long the old secret goes on.");
    }
    assert_eq!(call(&server, "/v1/leads", &secret).await.status, 200);
    assert_eq!(server.database.query("SELECT preview FROM api_secrets").len(), 1);
}

async fn a_key_is_disabled_for_a_time(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let secret = value(&generate_key(&server, &mut admin, "Zapier").await, "secret");
    let keys = server.path("settings/api-keys");
    let key = format!("{keys}/{}", key_id(&server).await);
    let disable = format!("{key}/disable");
    let asked = admin.get(&disable).await;
    asked.assert_says(200, "You can enable it again at any time.");
    assert!(asked.text.contains("It made no call in the last 24 hours."));
    admin.fill(&disable, &disable, &[]).await.assert_goes_to(&format!("{keys}?done=disabled"));
    assert_eq!(call(&server, "/v1/leads", &secret).await.status, 401);
    admin.get(&keys).await.assert_says(200, "Disabled");
    admin.get(&format!("{key}/revoke")).await.assert_says(200, "its calls get 401 already");
    admin.fill(&keys, &format!("{key}/enable"), &[]).await.assert_goes_to(&format!("{keys}?done=enabled"));
    assert_eq!(call(&server, "/v1/leads", &secret).await.status, 200);
    admin.post(&format!("{key}/revoke"), &[]).await.assert_goes_to(&format!("{keys}?done=revoked"));
    // What is revoked stays so.
    admin.post(&format!("{key}/enable"), &[]).await.assert_says(409, "it is revoked");
    assert_eq!(call(&server, "/v1/leads", &secret).await.status, 401);
}

async fn what_nobody_uses_is_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let all = one_of_each(&server, &mut admin).await;
    server.clock.advance(Duration::days(89));
    let mut admin = server.signed_in_as(&ann).await;
    for (list, ..) in &all {
        assert!(!admin.get(list).await.text.contains("unused for"), "{list}");
    }
    server.clock.advance(Duration::days(23));
    let mut admin = server.signed_in_as(&ann).await;
    for (list, ..) in &all {
        admin.get(list).await.assert_says(200, "unused for 112 days");
    }
    for table in ["api_secrets", "clients"] {
        server
            .database
            .query(&format!("UPDATE {table} SET last_used_at = (SELECT MAX(created_at) FROM sessions)"));
    }
    let keys = server.management.credentials(server.workspace, ApiCredentialKind::Key).await.unwrap();
    assert!(keys[0].last_use().is_some());
    for (list, ..) in &all {
        assert!(!admin.get(list).await.text.contains("unused for"), "{list}");
    }
}

async fn whoever_ends_one_comes_back_to_the_page_it_was_on(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let keys = server.path("settings/api-keys");
    generate_key(&server, &mut admin, "The oldest").await;
    let key = format!("{keys}/{}", key_id(&server).await);
    for number in 0..25 {
        let name = format!("Key {number}");
        let fields = [("name", name.as_str()), ("scope", "leads.read")];
        assert_eq!(admin.post(&keys, &fields).await.status, 200);
    }
    let second = admin.get(&format!("{keys}?page=2")).await;
    for act in ["rotate", "disable", "revoke"] {
        second.assert_says(200, &format!("href=\"{key}/{act}?page=2\""));
    }
    let disable = format!("{key}/disable?page=2");
    admin.get(&disable).await.assert_says(200, &format!("href=\"{keys}?page=2\""));
    let back = format!("{keys}?done=disabled&page=2");
    admin.fill(&disable, &disable, &[]).await.assert_goes_to(&back);
    let shown = admin.get(&back).await;
    shown.assert_says(200, "The API key is disabled");
    assert!(shown.text.contains("The oldest") && shown.text.contains("Page 2 of 2"), "{}", shown.text);
    let enable = format!("{key}/enable?page=2");
    admin.fill(&back, &enable, &[]).await.assert_goes_to(&format!("{keys}?done=enabled&page=2"));
    let revoke = format!("{key}/revoke?page=2");
    admin.fill(&revoke, &revoke, &[]).await.assert_goes_to(&format!("{keys}?done=revoked&page=2"));
}

async fn a_token_whose_creator_left_is_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let tokens = server.path("settings/api-tokens");
    let made = admin.fill(&tokens, &tokens, &[("name", "Nightly"), ("expiry", "never")]).await;
    owner.get(&tokens).await.assert_says(200, "May do what an admin may");
    server.management.set_role(server.workspace, ann.member.id, Role::Viewer).await.unwrap();
    owner.get(&tokens).await.assert_says(200, "May do what a viewer may");
    let remove = server.path(&format!("settings/members/{}/remove", ann.member.id));
    assert_eq!(owner.post(&remove, &[]).await.status, 303);
    owner.get(&tokens).await.assert_says(200, "refused: its creator is no member any more");
    let leads = "/workflow-service/api/public/v1/leads";
    assert_eq!(call(&server, leads, &value(&made, "secret")).await.status, 401);
}

async fn more_than_a_page_are_turned_over(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let keys = server.path("settings/api-keys");
    for number in 0..26 {
        let name = format!("Key number {number}.");
        let fields = [("name", name.as_str()), ("scope", "leads.read")];
        assert_eq!(admin.post(&keys, &fields).await.status, 200);
    }
    let first = admin.get(&keys).await;
    first.assert_says(200, "Page 1 of 2");
    assert!(first.text.contains("Key number 25.") && !first.text.contains("Key number 0."));
    assert!(first.text.contains(&format!("href=\"{keys}?page=2\"")));
    for page in ["2", "3", "18446744073709551615"] {
        let last = admin.get(&format!("{keys}?page={page}")).await;
        last.assert_says(200, "Page 2 of 2");
        assert!(last.text.contains("Key number 0.") && !last.text.contains("Key number 25."), "{page}");
    }
    for page in ["0", "-1", "x", ""] {
        admin.get(&format!("{keys}?page={page}")).await.assert_says(200, "Page 1 of 2");
    }
}

async fn before_an_app_is_revoked_the_page_says_what_breaks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let fields = [
        ("name", "Zapier"),
        ("kind", "confidential"),
        ("redirect_uris", REDIRECT_URI),
        ("scope", "leads.read"),
    ];
    assert_eq!(admin.post(&apps, &fields).await.status, 200);
    let client = server.apps().await.remove(0).app.client;
    let app = OauthApp { id: client.id, client_id: client.client_id.to_string(), secret: None };
    let revoke = format!("{apps}/{}/revoke", app.id);
    let before = admin.get(&revoke).await;
    before.assert_says(200, "It was never used.");
    for told in ["Nobody lets it act for them now.", "It made no call in the last 24 hours."] {
        assert!(before.text.contains(told), "{told}: {}", before.text);
    }
    // Whoever lets it act, and wherever: an app's calls are those of all.
    let other = server.workspace("Other").await;
    let elsewhere = server.somebody_in(other, Role::Member).await;
    let anns: uuid::Uuid = granted(&server, &app, &ann).await.parse().unwrap();
    let theirs: uuid::Uuid = granted(&server, &app, &elsewhere).await.parse().unwrap();
    let minutes = Duration::minutes;
    count(
        &server,
        anns,
        &[(minutes(5), CallOutcome::Ok, 200), (Duration::hours(30), CallOutcome::Ok, 9_000)],
    )
    .await;
    let calls = [(minutes(6), CallOutcome::Limited, 14), (Duration::hours(5), CallOutcome::Ok, 2_807)];
    count_in(&server, other, theirs, &calls).await;
    count(&server, uuid::Uuid::now_v7(), &[(minutes(5), CallOutcome::Ok, 70_000)]).await;
    let at = leadkeep_domain::Clock::now(&*server.clock);
    let used = |grant, at, from: &str| LastUse { of: Used::Grant(grant), at, from: from.parse().unwrap() };
    let last_uses = vec![used(anns, at, "203.0.113.9"), used(theirs, at - Duration::HOUR, "203.0.113.7")];
    record(&server, UsageBatch { calls: Vec::new(), last_uses }).await;
    server.clock.advance(minutes(3));
    let asked = admin.get(&revoke).await;
    for told in [
        "Revoke Zapier?",
        "2 people let it act for them: its calls for them are refused from the next one on.",
        "It made 214 calls in the last hour, and 3,021 in the last 24 hours.",
        "It was last used 3 minutes ago, from 203.0.113.9.",
        "Imports, exports and other runs that it has going are cancelled.",
        "Ann admin made it 3 minutes ago.",
        "A revoked app stays revoked.",
        ">Revoke Zapier</button>",
    ] {
        assert!(asked.text.contains(told), "{told}: {}", asked.text);
    }
    for page in [&apps, &format!("{apps}/{}", app.id)] {
        let seen = admin.get(page).await;
        seen.assert_says(200, "3,021 calls, 14 refused");
        assert!(seen.text.contains("from 203.0.113.9") && seen.text.contains("2 people"), "{}", seen.text);
    }
}

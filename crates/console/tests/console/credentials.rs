//! API clients, keys and tokens, as the documents say that admins make and end them.

use leadkeep_domain::{ApiCredentialKind, Role};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::{
    browser::{Answer, Browser, encoded},
    html::unescaped,
    server::{ISSUER, Server},
};

on_both_databases![
    an_admin_generates_api_credentials_and_revokes_them,
    an_admin_generates_a_key_and_revokes_it,
    an_admin_creates_a_token_and_revokes_it,
    a_secret_is_in_one_answer_only,
    a_wrong_form_is_told_where_it_is_wrong,
    what_a_key_is_bounded_by_is_kept_and_shown,
    a_name_stays_text,
    those_who_manage_no_credentials_see_none,
    the_overview_counts_what_works,
];

/// The value of a field of a page.
#[track_caller]
pub(crate) fn value(answer: &Answer, id: &str) -> String {
    let found = answer.text.split_once(&format!("id=\"{id}\""));
    let (_, after) = found.unwrap_or_else(|| panic!("{id} is not in {}", answer.text));
    let (_, value) = after.split_once("value=\"").unwrap();
    unescaped(value.split('"').next().unwrap())
}

/// What a shell is to be given.
#[track_caller]
fn command(answer: &Answer) -> String {
    let (_, after) = answer.text.split_once("id=\"command\"").unwrap_or_else(|| panic!("{}", answer.text));
    let (_, text) = after.split_once('>').unwrap();
    unescaped(text.split("</textarea>").next().unwrap())
}

/// What the API answers a call with this secret.
pub(crate) async fn call(server: &Server, path: &str, secret: &str) -> Answer {
    let mut program = server.browser();
    program.headers.push(("authorization".to_owned(), format!("Bearer {secret}")));
    program.get(path).await
}

/// Makes an API key with its form, and gives the answer.
pub(crate) async fn generate_key(server: &Server, admin: &mut Browser, label: &str) -> Answer {
    let keys = server.path("settings/api-keys");
    admin.fill(&format!("{keys}/new"), &keys, &[("name", label)]).await
}

pub(crate) async fn key_id(server: &Server) -> String {
    let keys = server.management.credentials(server.workspace, ApiCredentialKind::Key).await.unwrap();
    keys.last().unwrap().id.to_string()
}

#[track_caller]
fn leads_to(answer: &Answer, path: &str, words: &str) {
    let link = format!("href=\"{path}\"");
    let after = answer.text.split_once(&link).unwrap_or_else(|| panic!("{link} is not in {}", answer.text)).1;
    assert!(after.split("</a>").next().unwrap().contains(words), "{words}: {}", answer.text);
}

async fn an_admin_generates_api_credentials_and_revokes_them(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let (integrations, clients) = (server.path("integrations"), server.path("integrations/rest-api"));
    let seen = admin.get(&integrations).await;
    assert!(seen.text.contains("Custom") && seen.text.contains("REST API"), "{}", seen.text);
    leads_to(&seen, &clients, "Manage");
    leads_to(&admin.get(&clients).await, &format!("{clients}/new"), "Generate New API Credentials");
    let made = admin.fill(&format!("{clients}/new"), &clients, &[("name", "CRM Sync")]).await;
    made.assert_says(200, "You won't see this again");
    let (id, secret) = (value(&made, "client-id"), value(&made, "secret"));
    assert!(id.starts_with("slk_ci_") && secret.starts_with("slk_cs_"), "{id}");
    assert!(command(&made).contains(&secret) && command(&made).contains(&format!("{ISSUER}/api/v1/leads")));
    let token = access_token(&server, &id, &secret).await;
    assert_eq!(call(&server, "/api/v1/leads?limit=20", &token).await.status, 200);
    // It goes back to the list, finds the client, clicks the trash icon and confirms.
    let client = server.management.clients(server.workspace).await.unwrap()[0].client.id;
    let revoke = format!("{clients}/{client}/revoke");
    leads_to(&admin.get(&clients).await, &revoke, "Revoke CRM Sync");
    admin.get(&revoke).await.assert_says(200, "All its active tokens are invalid at once");
    admin.fill(&revoke, &revoke, &[]).await.assert_goes_to(&format!("{clients}?done=revoked"));
    assert_eq!(call(&server, "/api/v1/leads", &token).await.status, 401);
    let after = admin.get(&format!("{clients}?done=revoked")).await;
    after.assert_says(200, "The API client is revoked");
    assert!(after.text.contains("1 client that no longer works"), "{}", after.text);
    assert_eq!(admin.get(&revoke).await.status, 404);
}

async fn access_token(server: &Server, id: &str, secret: &str) -> String {
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let body = Some(encoded(&fields));
    let answer = server.browser().send(Method::POST, "/api/v1/oauth/token", body).await;
    // As the ready line's sed reads it.
    let (_, token) =
        answer.text.split_once("\"access_token\":\"").unwrap_or_else(|| panic!("{}", answer.text));
    token.split('"').next().unwrap().to_owned()
}

async fn an_admin_generates_a_key_and_revokes_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let keys = server.path("settings/api-keys");
    leads_to(&admin.get(&server.path("settings/api")).await, &keys, "API keys");
    leads_to(&admin.get(&keys).await, &format!("{keys}/new"), "Generate key");
    admin.get(&format!("{keys}/new")).await.assert_says(200, "Label");
    let made = generate_key(&server, &mut admin, "HubSpot integration").await;
    let secret = value(&made, "secret");
    assert_eq!((made.status, secret.len()), (200, "sk_live_".len() + 43));
    assert!(command(&made).contains(&format!("Bearer {secret}")));
    for path in ["/v1/leads", "/v1/public/leads?limit=10"] {
        assert_eq!(call(&server, path, &secret).await.status, 200, "{path}");
    }
    let stored = server.management.credentials(server.workspace, ApiCredentialKind::Key).await.unwrap();
    assert_eq!(stored[0].creator.member, Some(ann.member.id));
    let listed = admin.get(&keys).await;
    let preview = format!("{}…{}", &secret[..12], &secret[secret.len() - 4..]);
    for told in ["HubSpot integration", &preview, "never expires", "by <bdi>Ann admin</bdi>", "No calls"] {
        assert!(listed.text.contains(told), "{told}: {}", listed.text);
    }
    let revoke = format!("{keys}/{}/revoke", stored[0].id);
    leads_to(&listed, &revoke, "Revoke HubSpot integration");
    admin.fill(&revoke, &revoke, &[]).await.assert_goes_to(&format!("{keys}?done=revoked"));
    call(&server, "/v1/public/leads", &secret).await.assert_says(401, "UNAUTHENTICATED");
}

async fn an_admin_creates_a_token_and_revokes_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let tokens = server.path("settings/api-tokens");
    admin.get(&tokens).await.assert_says(200, "No expiration");
    let made = admin.fill(&tokens, &tokens, &[("name", "Nightly report"), ("expiry", "7d")]).await;
    made.assert_says(200, "You won't see this again");
    let secret = value(&made, "secret");
    assert!(secret.starts_with("slat_"));
    let leads = "/workflow-service/api/public/v1/leads";
    assert_eq!(call(&server, leads, &secret).await.status, 200);
    assert!(command(&made).contains(leads));
    let listed = admin.get(&tokens).await;
    let preview = format!("{}…{}", &secret[..12], &secret[secret.len() - 4..]);
    for told in ["Nightly report", &preview, "by <bdi>Ann admin</bdi>", "expires <time", "in 7 days", "never"]
    {
        assert!(listed.text.contains(told), "{told}: {}", listed.text);
    }
    let stored = server.management.credentials(server.workspace, ApiCredentialKind::Token).await.unwrap();
    assert_eq!(stored[0].creator.member, Some(ann.member.id));
    let revoke = format!("{tokens}/{}/revoke", stored[0].id);
    leads_to(&listed, &revoke, "Revoke<span class=\"unseen\"> Nightly report");
    admin.fill(&revoke, &revoke, &[]).await.assert_goes_to(&format!("{tokens}?done=revoked"));
    assert_eq!(call(&server, leads, &secret).await.status, 401);
    // A token acts with its creator's role as it is now.
    let again = admin.fill(&tokens, &tokens, &[("name", "Another"), ("expiry", "never")]).await;
    let secret = value(&again, "secret");
    let id = ann.member.id;
    server.management.set_role(server.workspace, id, Role::Viewer).await.unwrap();
    let mut program = server.browser();
    program.headers.push(("authorization".to_owned(), format!("Bearer {secret}")));
    assert_eq!(program.send(Method::DELETE, &format!("{leads}/{id}"), None).await.status, 403);
}

async fn a_secret_is_in_one_answer_only(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let mut secrets = vec![value(&generate_key(&server, &mut admin, "One").await, "secret")];
    let tokens = server.path("settings/api-tokens");
    secrets.push(value(&admin.fill(&tokens, &tokens, &[("name", "Two")]).await, "secret"));
    let clients = server.path("integrations/rest-api");
    let made = admin.fill(&format!("{clients}/new"), &clients, &[("name", "Three")]).await;
    secrets.push(value(&made, "secret"));
    let rotate = format!("{}/{}/rotate", server.path("settings/api-keys"), key_id(&server).await);
    let rotated = admin.fill(&rotate, &rotate, &[]).await;
    secrets.push(value(&rotated, "secret"));
    assert_eq!((rotated.header("cache-control"), rotated.location()), ("no-store", ""));
    let key = server.path(&format!("settings/api-keys/{}", key_id(&server).await));
    let below =
        ["integrations", "integrations/rest-api", "settings/api", "settings/api-keys", "settings/api-tokens"];
    let mut pages: Vec<String> = below.iter().map(|below| server.path(below)).collect();
    pages.extend(["rotate", "disable", "revoke"].map(|act| format!("{key}/{act}")));
    for page in pages {
        let seen = admin.get(&page).await;
        assert_eq!(seen.status, 200, "{page}");
        for secret in &secrets {
            assert!(!seen.text.contains(secret.as_str()), "{page}");
            assert!(!format!("{:?} {:?}", seen.headers, admin.cookies).contains(secret.as_str()), "{page}");
        }
    }
    for secret in &secrets {
        assert!(!format!("{:?} {:?}", rotated.headers, made.headers).contains(secret.as_str()));
    }
}

async fn a_wrong_form_is_told_where_it_is_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let typed = [
        ("name", " "),
        ("expiry", "for ever"),
        ("allowed_addresses", "10.0.0.7/8\nlocalhost"),
        ("limit_per_minute", "1,000"),
    ];
    let wrong = admin.post(&server.path("settings/api-keys"), &typed).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    for told in [
        "It must not be blank.",
        "Choose at least one.",
        "Choose one.",
        "Line 1 must be an address",
        "Line 2 must be an address",
        "It must be a whole number from 1 on",
        "10.0.0.7/8\nlocalhost",
        "value=\"1,000\"",
        "<details class=\"bounds\" open",
    ] {
        assert!(wrong.text.contains(told), "{told}: {}", wrong.text);
    }
    let tokens = admin.post(&server.path("settings/api-tokens"), &[("name", "")]).await;
    tokens.assert_says(422, "Choose one.");
    assert!(tokens.text.contains("It must not be blank."));
    let long = "x".repeat(201);
    let fields = [("name", long.as_str()), ("scope", "leads.read"), ("scope", "everything")];
    let client = admin.post(&server.path("integrations/rest-api"), &fields).await;
    client.assert_says(422, "It must be at most 200 characters long.");
    assert!(client.text.contains("Choose at least one."));
    assert!(server.database.query("SELECT name FROM api_credentials").is_empty());
    assert!(server.management.clients(server.workspace).await.unwrap().is_empty());
}

async fn what_a_key_is_bounded_by_is_kept_and_shown(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let keys = server.path("settings/api-keys");
    let fields = [
        ("name", "Warehouse"),
        ("scope", "leads.read"),
        ("expiry", "90d"),
        ("allowed_addresses", "203.0.113.9\r\n10.0.0.0/8"),
        ("limit_per_minute", "1500"),
    ];
    let made = admin.fill(&format!("{keys}/new"), &keys, &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let listed = admin.get(&keys).await;
    for told in ["1,500 calls a minute", "Only from 203.0.113.9, 10.0.0.0/8", "leads.read", "1 Apr 2026"] {
        assert!(listed.text.contains(told), "{told}: {}", listed.text);
    }
    assert!(!listed.text.contains("leads.write") && !listed.text.contains("never expires"));
    // The test calls from elsewhere.
    assert_eq!(call(&server, "/v1/leads", &value(&made, "secret")).await.status, 403);
    // What has ended is told apart, and is not there to be changed.
    server.clock.advance(time::Duration::days(90));
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let listed = admin.get(&keys).await;
    assert!(listed.text.contains("1 key that no longer works") && listed.text.contains("expired <time"));
    let key = format!("{keys}/{}", key_id(&server).await);
    for act in ["rotate", "disable", "revoke"] {
        assert_eq!(admin.get(&format!("{key}/{act}")).await.status, 404, "{act}");
    }
}

async fn a_name_stays_text(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let name = "\"><script>alert(1)</script>";
    let made = generate_key(&server, &mut admin, name).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let key = server.path(&format!("settings/api-keys/{}", key_id(&server).await));
    let mut pages = vec![made.text];
    for path in [format!("{key}/rotate"), format!("{key}/revoke"), server.path("settings/api-keys")] {
        pages.push(admin.get(&path).await.text);
    }
    for page in pages {
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
    }
}

async fn those_who_manage_no_credentials_see_none(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    generate_key(&server, &mut admin, "HubSpot integration").await;
    let key = format!("settings/api-keys/{}", key_id(&server).await);
    let (mut member, mut viewer) =
        (server.signed_in(Role::Member).await.0, server.signed_in(Role::Viewer).await.0);
    for below in
        ["integrations", "integrations/rest-api", "settings/api", "settings/api-keys", "settings/api-tokens"]
    {
        for browser in [&mut member, &mut viewer] {
            let refused = browser.get(&server.path(below)).await;
            refused.assert_says(403, "Your role can't do this");
            assert!(!refused.text.contains("HubSpot"));
        }
    }
    let other = server.workspace("Other").await;
    let stranger = server.somebody_in(other, Role::Owner).await;
    let mut stranger = server.signed_in_as(&stranger).await;
    for act in ["rotate", "disable", "revoke"] {
        let path = server.path(&format!("{key}/{act}"));
        assert_eq!(member.get(&path).await.status, 403, "{act}");
        assert_eq!(member.post(&path, &[("overlap", "none")]).await.status, 403, "{act}");
        let theirs = format!("/console/w/{other}/{key}/{act}");
        assert_eq!(stranger.get(&theirs).await.status, 404, "{act}");
        assert_eq!(stranger.post(&theirs, &[("overlap", "none")]).await.status, 404, "{act}");
    }
    assert_eq!(stranger.post(&format!("/console/w/{other}/{key}/enable"), &[]).await.status, 404);
    // A key's id names no token, and no client.
    let id = key_id(&server).await;
    for below in ["settings/api-tokens", "integrations/rest-api"] {
        let path = server.path(&format!("{below}/{id}/revoke"));
        assert_eq!(
            (admin.get(&path).await.status, admin.post(&path, &[]).await.status),
            (404, 404),
            "{below}"
        );
    }
    let kept = server.management.credentials(server.workspace, ApiCredentialKind::Key).await.unwrap();
    assert_eq!((kept[0].lifetime, kept[0].secrets.len()), (leadkeep_credentials::Lifetime::default(), 1));
}

async fn the_overview_counts_what_works(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let overview = server.path("settings/api");
    let none = admin.get(&overview).await;
    assert_eq!(none.text.matches("None yet").count(), 4, "{}", none.text);
    for label in ["One", "Two"] {
        generate_key(&server, &mut admin, label).await;
    }
    let revoke = format!("{}/{}/revoke", server.path("settings/api-keys"), key_id(&server).await);
    admin.fill(&revoke, &revoke, &[]).await;
    server.oauth_app(true).await;
    let some = admin.get(&overview).await;
    some.assert_says(200, "1 active · 0 calls in 24 hours");
    assert_eq!(some.text.matches("None yet").count(), 2, "{}", some.text);
    admin.get(&server.path("integrations")).await.assert_says(200, "No API client yet");
}

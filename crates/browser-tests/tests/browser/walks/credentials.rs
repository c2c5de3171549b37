//! Each document's steps in the dashboard, by the words on the screen.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{World, browser::Browser};

/// What a call with this secret is answered.
async fn status(server: &str, path: &str, secret: &str) -> StatusCode {
    Client::new().get(format!("{server}{path}")).bearer_auth(secret).send().await.unwrap().status()
}

/// The secret that the page shows, which is nowhere else and never again.
async fn shown_once(ann: &Browser, page: &str) -> String {
    ann.says("You won't see this again.").await;
    let secret = ann.value("#secret").await;
    ann.knows_secret(&secret).await;
    assert!(ann.value("#command").await.contains(&secret), "a line to try it with");
    let copied = ann.copy("secret").await;
    assert!(copied == secret || !ann.has_script(), "{copied}");
    ann.follow("Done").await;
    ann.page(page).await;
    ann.has_forgotten_for_good(&secret).await;
    secret
}

/// The trash icon, and yes.
async fn throw_away(ann: &Browser, name: &str) {
    ann.follow(&format!("Revoke {name}")).await;
    ann.page(&format!("Revoke {name}?")).await;
    ann.press(&format!("Revoke {name}")).await;
}

/// Slokoto: Integrations, Custom, Manage on the REST API card, Generate New API Credentials.
pub(crate) async fn api_credentials_are_generated(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.follow("Integrations").await;
    ann.page("Integrations").await;
    ann.says("Custom").await;
    ann.follow("Manage the REST API").await;
    ann.page("REST API").await;
    ann.follow("Generate New API Credentials").await;
    ann.page("Generate API credentials").await;
    ann.fill("name", "CRM Sync").await;
    ann.press("Generate").await;
    ann.page("REST API").await;
    let client_id = ann.value("#client-id").await;
    let secret = shown_once(&ann, "REST API").await;
    assert!(client_id.starts_with("slk_ci_") && secret.starts_with("slk_cs_"));

    let asked = json!({"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret});
    let token = Client::new().post(format!("{server}/api/v1/oauth/token")).json(&asked).send().await.unwrap();
    let token: Value = token.json().await.unwrap();
    let token = token["data"]["access_token"].as_str().unwrap().to_owned();
    assert_eq!(status(&server, "/api/v1/leads", &token).await, 200);

    // A new secret for the same Client ID; the old one goes on for a week, and tokens until they end.
    ann.follow("Rotate CRM Sync").await;
    ann.page("Rotate CRM Sync").await;
    ann.tick("[name='overlap'][value='7d']").await;
    ann.press("Rotate the secret").await;
    ann.page("REST API").await;
    assert_eq!(ann.value("#client-id").await, client_id);
    let new = shown_once(&ann, "REST API").await;
    for secret in [&secret, &new] {
        let asked =
            json!({"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret});
        let path = format!("{server}/api/v1/oauth/token");
        assert_eq!(Client::new().post(path).json(&asked).send().await.unwrap().status(), 200);
    }
    assert_eq!(status(&server, "/api/v1/leads", &token).await, 200);

    throw_away(&ann, "CRM Sync").await;
    ann.page("REST API").await;
    assert_eq!(status(&server, "/api/v1/leads", &token).await, 401);
    ann.end(&[]).await;
}

/// Skode: Settings, API & Webhooks, API Keys, Generate Key, a label, copy.
pub(crate) async fn api_keys_are_generated(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.says("Settings").await;
    ann.follow("API & Webhooks").await;
    ann.page("API & Webhooks").await;
    ann.follow_in_page("API keys").await;
    ann.page("API keys").await;
    ann.follow("Generate key").await;
    ann.page("Generate an API key").await;

    // All faults at once, and what was typed stays.
    ann.fill("name", "HubSpot integration").await;
    ann.tick("details.bounds > summary").await;
    ann.fill("allowed_addresses", "localhost").await;
    ann.press("Create key").await;
    ann.page("Generate an API key").await;
    assert!(ann.fault("allowed_addresses").await.starts_with("Line 1 "));
    assert_eq!(ann.value("[name='name']").await, "HubSpot integration");
    ann.fill("allowed_addresses", "").await;
    if !ann
        .ask("[...document.querySelectorAll('[name=scope]')].some(one => one.checked)")
        .await
        .as_bool()
        .unwrap()
    {
        ann.tick("[name='scope'][value='leads.read']").await;
    }
    ann.press("Create key").await;
    ann.page("API keys").await;
    let key = shown_once(&ann, "API keys").await;
    assert!(key.starts_with("sk_live_"));
    for path in ["/v1/leads", "/v1/public/leads"] {
        assert_eq!(status(&server, path, &key).await, 200, "{path}");
    }

    // Another secret takes its place; the old one goes on for as long as was said.
    ann.follow("Rotate HubSpot integration").await;
    ann.page("Rotate HubSpot integration").await;
    ann.tick("[name='overlap'][value='none']").await;
    ann.press("Rotate the secret").await;
    ann.page("API keys").await;
    let new = shown_once(&ann, "API keys").await;
    assert_eq!((status(&server, "/v1/leads", &key).await, status(&server, "/v1/leads", &new).await).0, 401);
    assert_eq!(status(&server, "/v1/leads", &new).await, 200);

    throw_away(&ann, "HubSpot integration").await;
    ann.page("API keys").await;
    assert_eq!(status(&server, "/v1/leads", &new).await, 401);
    ann.end(&[]).await;
}

/// Slate: Settings, API Tokens, a name, an expiry, Create token, copy; the list with preview, created and creator, expires, last used;
/// revoke, and the very next request is refused.
pub(crate) async fn api_tokens_are_created(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.says("Settings").await;
    ann.follow("API tokens").await;
    ann.page("API tokens").await;
    ann.fill("name", "nightly export").await;
    ann.tick("[name='expiry'][value='30d']").await;
    ann.press("Create token").await;
    ann.page("API tokens").await;
    let token = shown_once(&ann, "API tokens").await;
    assert!(token.starts_with("slat_"));
    let row = ann.row("nightly export").await;
    for (label, words) in [
        ("API token", preview(&token).as_str()),
        ("Created", "just now"),
        ("Created", "by Ann"),
        ("Expires", "in 30 days"),
        ("Last used", "never"),
    ] {
        assert!(row[label].as_str().unwrap().contains(words), "{label}, {words}: {row}");
    }
    let path = "/workflow-service/api/public/v1/leads";
    assert_eq!(status(&server, path, &token).await, 200);
    let asked = Instant::now();
    while ann.row("nightly export").await["Last used"].as_str().unwrap().starts_with("never") {
        assert!(asked.elapsed() < Duration::from_secs(20), "a use is never told");
        tokio::time::sleep(Duration::from_millis(500)).await;
        ann.open_page(&ann.address().await).await;
    }
    let row = ann.row("nightly export").await;
    assert!(row["Last used"].as_str().unwrap().contains("from 127.0.0.1"), "{row}");

    // Both secrets work for a day, and the table says which is used.
    ann.follow("Rotate nightly export").await;
    ann.page("Rotate nightly export").await;
    ann.tick("[name='overlap'][value='24h']").await;
    ann.press("Rotate the secret").await;
    ann.page("API tokens").await;
    let new = shown_once(&ann, "API tokens").await;
    assert_eq!(status(&server, path, &token).await, 200);
    assert_eq!(status(&server, path, &new).await, 200);
    ann.says(&preview(&new)).await;
    ann.says(&preview(&token)).await;

    throw_away(&ann, "nightly export").await;
    ann.page("API tokens").await;
    assert_eq!(status(&server, path, &token).await, 401);
    assert_eq!(status(&server, path, &new).await, 401);
    ann.end(&[]).await;
}

/// The beginning of what a list shows of a token.
fn preview(token: &str) -> String {
    token[..12].to_owned()
}

/// Spelo: Dashboard, Settings, API Keys, Create key, a name, shown once; the trash icon, confirm. And for a time, too.
pub(crate) async fn a_key_of_the_site_is_created(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.open_page("/console").await;
    ann.menu().await;
    ann.says("Settings").await;
    ann.follow("API keys").await;
    ann.page("API keys").await;
    ann.follow_one_of(&["Create key", "Generate key"]).await;
    ann.fill("name", "Chat widget").await;
    ann.press("Create key").await;
    ann.page("API keys").await;
    let key = shown_once(&ann, "API keys").await;
    assert_eq!(status(&server, "/v1/public/leads", &key).await, 200);

    // For a time, and for good.
    ann.follow("Disable Chat widget").await;
    ann.page("Disable Chat widget?").await;
    ann.press("Disable Chat widget").await;
    ann.page("API keys").await;
    assert_eq!(status(&server, "/v1/public/leads", &key).await, 401);
    ann.press("Enable Chat widget").await;
    ann.page("API keys").await;
    assert_eq!(status(&server, "/v1/public/leads", &key).await, 200);
    throw_away(&ann, "Chat widget").await;
    ann.page("API keys").await;
    assert_eq!(status(&server, "/v1/public/leads", &key).await, 401);
    ann.end(&[]).await;
}

/// Whoever goes elsewhere from a secret, and comes back.
pub(crate) async fn an_open_secret_is_left(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.open_page(&ann.address().await.replace("/leads", "/settings/api-keys/new")).await;
    ann.fill("name", "CRM").await;
    ann.press("Create key").await;
    ann.page("API keys").await;
    let secret = ann.value("#secret").await;
    ann.knows_secret(&secret).await;
    ann.menu().await;
    ann.follow("Leads").await;
    ann.page("Leads").await;
    ann.has_forgotten_for_good(&secret).await;
    ann.end(&[]).await;
}

//! Each document's steps in the dashboard, by the words on the screen.

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
    assert!(!ann.address().await.contains(&secret));
    assert!(ann.value("#command").await.contains(&secret), "a line to try it with");
    ann.follow("Done").await;
    ann.page(page).await;
    assert!(!ann.source().await.contains(&secret), "the secret is shown once");
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
    let asked = ann.end(&[]).await;
    assert!(asked.iter().all(|address| !address.contains(&secret)), "a secret in an address");
}

/// Skode: Settings, API & Webhooks, API Keys, Generate Key, a label. Spelo's steps lead to the same page.
pub(crate) async fn api_keys_are_generated(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.follow("API & Webhooks").await;
    ann.page("API & Webhooks").await;
    ann.menu().await;
    ann.follow("API keys").await;
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
    let asked = ann.end(&[]).await;
    assert!(asked.iter().all(|address| !address.contains("sk_live_")), "a secret in an address");
}

/// Slate: Settings, API Tokens, a name, an expiry, shown once; the list; revoke.
pub(crate) async fn api_tokens_are_created(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.follow("API tokens").await;
    ann.page("API tokens").await;
    ann.fill("name", "nightly export").await;
    ann.tick("[name='expiry'][value='30d']").await;
    ann.press("Create token").await;
    ann.page("API tokens").await;
    let token = shown_once(&ann, "API tokens").await;
    assert!(token.starts_with("slat_"));
    ann.says("in 30 days").await;
    ann.says(&format!("slat_{}", &token[5..12])).await;
    let path = "/workflow-service/api/public/v1/leads";
    assert_eq!(status(&server, path, &token).await, 200);

    // Both secrets work for a day, and the table says which is used.
    ann.follow("Rotate nightly export").await;
    ann.page("Rotate nightly export").await;
    ann.tick("[name='overlap'][value='24h']").await;
    ann.press("Rotate the secret").await;
    ann.page("API tokens").await;
    let new = shown_once(&ann, "API tokens").await;
    assert_eq!(status(&server, path, &token).await, 200);
    assert_eq!(status(&server, path, &new).await, 200);
    ann.says(&format!("slat_{}", &new[5..12])).await;
    ann.says(&format!("slat_{}", &token[5..12])).await;

    throw_away(&ann, "nightly export").await;
    ann.page("API tokens").await;
    assert_eq!(status(&server, path, &token).await, 401);
    assert_eq!(status(&server, path, &new).await, 401);
    ann.end(&[]).await;
}

/// Spelo: Site, Settings, API Keys, Create key; and the trash icon, confirm.
pub(crate) async fn a_key_of_the_site_is_created(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.says("Settings").await;
    ann.follow("API keys").await;
    ann.page("API keys").await;
    ann.follow("Generate key").await;
    ann.page("Generate an API key").await;
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

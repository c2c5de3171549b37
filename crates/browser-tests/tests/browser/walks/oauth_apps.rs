use reqwest::Client;
use serde_json::{Value, json};

use crate::{World, browser::Browser};

/// Fills the form, and sends it.
pub(crate) async fn register(ann: &Browser, name: &str, kind: &str, redirect_uri: &str) {
    ann.fill("name", name).await;
    ann.tick(&format!("[name='kind'][value='{kind}']")).await;
    ann.fill("redirect_uris", redirect_uri).await;
    ann.tick("[name='scope'][value='leads.read']").await;
    ann.tick("[name='scope'][value='leads.write']").await;
    ann.press("Register the app").await;
}

/// Whether an app's secret is taken: what the token endpoint has against a code that nobody gave.
async fn refusal(server: &str, client_id: &str, secret: &str) -> String {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("code", "nobody-gave-it")
        .append_pair("redirect_uri", "https://notes.acme.com/cb")
        .append_pair("client_id", client_id)
        .append_pair("client_secret", secret)
        .append_pair("code_verifier", &"v".repeat(43))
        .finish();
    let request = Client::new().post(format!("{server}/v1/oauth/token")).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["error"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The secret that the app's page shows, which is nowhere else and never again.
async fn shown_once(ann: &Browser) -> String {
    ann.page("Lead Notes").await;
    ann.says("You won't see this again.").await;
    let secret = ann.value("#client-secret").await;
    assert!(secret.starts_with("slk_"), "{secret}");
    ann.knows_secret(&secret).await;
    let copied = ann.copy("client-secret").await;
    assert!(copied == secret || !ann.has_script(), "{copied}");
    ann.follow("Done").await;
    ann.page("Lead Notes").await;
    ann.has_forgotten(&secret).await;
    secret
}

/// Settings, API & Webhooks, OAuth Apps: registered, its secret rotated, and revoked.
pub(crate) async fn apps_are_registered(world: World) {
    let server = world.installation.server.address.clone();
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.says("Settings").await;
    ann.follow("API & Webhooks").await;
    ann.page("API & Webhooks").await;
    ann.follow_in_page("OAuth apps").await;
    ann.page("OAuth apps").await;
    ann.says("No OAuth app is registered in this workspace.").await;
    ann.follow("Register an OAuth app").await;
    ann.page("Register an OAuth app").await;

    // All faults at once; what was typed and ticked stays.
    ann.fill("name", "Lead Notes").await;
    ann.tick("[name='kind'][value='confidential']").await;
    ann.fill("redirect_uris", "https://notes.acme.com/cb\nhttp://notes.acme.com/cb").await;
    ann.press("Register the app").await;
    ann.page("Register an OAuth app").await;
    assert!(ann.fault("redirect_uris").await.starts_with("Line 2 "));
    ann.says("Choose at least one.").await;
    assert_eq!(ann.value("[name='name']").await, "Lead Notes");
    assert_eq!(
        ann.value("[name='redirect_uris']").await,
        "https://notes.acme.com/cb\nhttp://notes.acme.com/cb"
    );
    assert_eq!(ann.ask("document.getElementById('kind-confidential').checked").await, true);
    register(&ann, "Lead Notes", "confidential", "https://notes.acme.com/cb").await;
    let secret = shown_once(&ann).await;
    let detail = ann.address().await;
    let client_id = ann.value("#client-id").await;
    assert_eq!(refusal(&server, &client_id, &secret).await, "invalid_grant");
    assert_eq!(refusal(&server, &client_id, &format!("{secret}x")).await, "invalid_client");

    // Another one takes its place, and the first goes on for as long as it was said.
    ann.follow("Rotate").await;
    ann.page("Rotate the client secret").await;
    ann.tick("[name='overlap'][value='1h']").await;
    ann.press("Rotate the secret").await;
    let new = shown_once(&ann).await;
    assert_ne!(new, secret);
    for secret in [&secret, &new] {
        assert_eq!(refusal(&server, &client_id, secret).await, "invalid_grant", "both are taken");
    }

    ann.open_page(&detail.replace(detail.rsplit('/').next().unwrap(), "new")).await;
    register(&ann, "Lead Notes for phones", "public", "com.acme.notes:/cb").await;
    ann.page("Lead Notes for phones").await;
    assert!(!ann.shows("#client-secret").await);
    assert!(!ann.source().await.contains("slk_cs_"));
    ann.follow("OAuth apps").await;
    ann.page("OAuth apps").await;
    let names = "[...document.querySelectorAll('main .name')].map(one => one.innerText)";
    assert_eq!(ann.ask(names).await, json!(["Lead Notes for phones", "Lead Notes"]), "newest first");
    ann.follow("Lead Notes").await;
    ann.page("Lead Notes").await;
    ann.follow("Revoke").await;
    ann.page("Revoke Lead Notes?").await;
    ann.press("Revoke Lead Notes").await;
    ann.page("OAuth apps").await;
    ann.says("The app is revoked").await;
    for secret in [&secret, &new] {
        assert_eq!(refusal(&server, &client_id, secret).await, "invalid_client", "none is taken");
    }
    ann.end(&[]).await;
}

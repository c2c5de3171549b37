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

pub(crate) async fn apps_are_registered(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.menu().await;
    ann.follow("OAuth apps").await;
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
    ann.page("Lead Notes").await;
    ann.says("You won't see this again.").await;
    let secret = ann.value("#client-secret").await;
    assert!(secret.starts_with("slk_"), "{secret}");
    assert!(!ann.address().await.contains(&secret));
    assert_eq!(ann.shows("[data-copy='client-secret']").await, world.variant.has_script);
    ann.follow("Done").await;
    ann.page("Lead Notes").await;
    assert!(!ann.source().await.contains(&secret));
    let detail = ann.address().await;
    ann.open_page(&detail).await;
    ann.page("Lead Notes").await;
    assert!(!ann.source().await.contains(&secret));

    // Another one takes its place, and the first goes on for as long as it was said.
    ann.follow("Rotate").await;
    ann.page("Rotate the client secret").await;

    ann.open_page(&detail.replace(detail.rsplit('/').next().unwrap(), "new")).await;
    register(&ann, "Lead Notes for phones", "public", "com.acme.notes:/cb").await;
    ann.page("Lead Notes for phones").await;
    assert!(!ann.shows("#client-secret").await);
    assert!(!ann.source().await.contains("slk_cs_"));
    ann.follow("OAuth apps").await;
    ann.page("OAuth apps").await;
    let names = "[...document.querySelectorAll('main .name')].map(one => one.innerText)";
    assert_eq!(
        ann.ask(names).await,
        serde_json::json!(["Lead Notes for phones", "Lead Notes"]),
        "newest first"
    );
    ann.follow("Lead Notes").await;
    ann.page("Lead Notes").await;
    ann.follow("Revoke").await;
    ann.page("Revoke Lead Notes?").await;
    ann.press("Revoke Lead Notes").await;
    ann.page("OAuth apps").await;
    ann.says("The app is revoked").await;
    let asked = ann.end(&[]).await;
    assert!(asked.iter().all(|address| !address.contains(&secret)), "a secret in an address");
}

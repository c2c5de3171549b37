//! What only a script can do, and does.

use crate::{Variant, World, browser::Browser, in_a_world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_lead_where_the_list_of_them_says() {
    in_a_world("keys", Variant::DESKTOP, keys_lead).await;
}

async fn keys_lead(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    ann.follow("New lead").await;
    ann.fill("email", "john@acme.com").await;
    ann.press("Create lead").await;
    ann.page("john@acme.com").await;

    // From a page without a search to the one that has it, which takes what is typed.
    ann.leave_by(ann.keys("/")).await;
    assert_eq!((ann.heading().await.as_str(), ann.focused().await.as_str()), ("Leads", "q"));
    assert!(ann.address().await.ends_with("/leads"), "{}", ann.address().await);
    // In a field keys are letters.
    ann.keys("gk/?").await;
    assert_eq!(ann.value("#q").await, "gk/?");
    ann.fill("q", "").await;
    ann.ask("document.activeElement.blur()").await;
    ann.keys("/").await;
    assert_eq!((ann.focused().await, ann.value("#q").await), ("q".to_owned(), String::new()));

    ann.ask("document.activeElement.blur()").await;
    ann.leave_by(ann.keys("gk")).await;
    ann.page("API keys").await;
    ann.leave_by(ann.keys("gl")).await;
    ann.page("Leads").await;

    let link = "document.querySelector('main header a')";
    ann.ask(&format!("{link}.focus()")).await;
    ann.keys("?").await;
    assert!(ann.element("dialog[open]").await.text().await.unwrap().contains("API keys"));
    ann.key(thirtyfour::Key::Escape).await;
    assert!(!ann.shows("dialog").await);
    assert_eq!(ann.ask(&format!("document.activeElement === {link}")).await, true, "the focus comes back");
    ann.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_secret_is_left_on_purpose() {
    in_a_world("leaving", Variant::DESKTOP.that_waits(), leaves).await;
}

/// Makes a key: its secret, which is open.
async fn open_secret(ann: &Browser, home: &str, name: &str) -> String {
    ann.open_page(&format!("{home}/settings/api-keys/new")).await;
    ann.fill("name", name).await;
    ann.press("Create key").await;
    let secret = ann.value("#secret").await;
    ann.knows_secret(&secret).await;
    secret
}

async fn leaves(world: World) {
    let ann = world.browser("ann").await;
    world.installation.settle(&ann).await;
    let home = ann.address().await.replace("/leads", "");
    let secret = open_secret(&ann, &home, "CRM").await;
    ann.tick(".rail a[href$='/leads']").await;
    assert!(ann.asks_and_stays().await, "it is left without a word");
    assert_eq!(ann.value("#secret").await, secret);
    // Once: whoever goes all the same knows.
    ann.leave_by(ann.tick(".rail a[href$='/leads']")).await;
    ann.page("Leads").await;
    ann.has_forgotten_for_good(&secret).await;

    // Whoever is done need not be asked.
    let secret = open_secret(&ann, &home, "Shop").await;
    ann.leave_by(ann.tick("[data-done]")).await;
    ann.page("API keys").await;
    ann.has_forgotten(&secret).await;
    ann.end(&[]).await;
}

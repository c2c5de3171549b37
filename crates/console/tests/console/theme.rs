//! Light or dark, as the reader chose.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::server::Server;

on_both_databases![what_was_chosen_is_on_every_page];

async fn what_was_chosen_is_on_every_page(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Viewer).await;
    let leads = server.path("leads?q=acme");
    let page = ann.get(&leads).await.text;
    assert!(page.contains(r#"<html lang="en">"#), "nothing is chosen: the system's");
    let back = format!(r#"name="next" value="{leads}""#);
    assert!(page.contains(&back), "it leads back to the page");

    let chosen = ann.post("/console/theme", &[("theme", "dark"), ("next", &leads)]).await;
    chosen.assert_goes_to(&leads);
    // It is the script's, too, which changes the page without asking for another.
    let cookie = chosen.set_cookies()[0];
    assert!(cookie.starts_with("leadkeep_theme=dark; ") && !cookie.contains("HttpOnly"), "{cookie}");
    assert!(cookie.contains("SameSite=Lax; Path=/; Max-Age=31536000"), "{cookie}");
    for path in [&leads, "/console/account", "/console/nothing"] {
        let page = ann.get(path).await.text;
        assert!(page.contains(r#"<html lang="en" data-theme="dark">"#), "{path}");
        assert!(page.contains(r#"name="color-scheme" content="dark""#), "{path}");
    }
    let page = ann.get("/console/account").await.text;
    assert!(page.contains(r#"value="dark" aria-pressed="true""#), "{page}");

    // Nowhere but to the console, and nothing but what there is.
    let elsewhere = [("theme", "\"><script>"), ("next", "https://evil.example/console")];
    ann.post("/console/theme", &elsewhere).await.assert_goes_to("/console");
    assert!(ann.get(&leads).await.text.contains(r#"<html lang="en">"#));
    assert!(!ann.cookies.contains_key("leadkeep_theme"));
    ann.cookies.insert("leadkeep_theme".to_owned(), "blue".to_owned());
    assert!(ann.get(&leads).await.text.contains(r#"<html lang="en">"#));
}

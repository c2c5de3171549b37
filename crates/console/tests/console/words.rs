//! The words of pages: those of the documents, what is said where there is nothing, and of those who are no person.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use crate::{conversations::conversation, credentials::generate_key, server::Server, usage::key};

on_both_databases![
    where_there_is_nothing_one_can_go_on,
    who_is_no_person_is_told_with_its_kind,
    a_workspace_is_said_to_be_a_site,
    the_pages_have_the_words_of_the_documents,
];

async fn where_there_is_nothing_one_can_go_on(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let (log, usage) = (server.path("audit-log"), server.path("usage"));
    let conversations = server.path("conversations");
    let thread = format!("{conversations}/{}", conversation(&server).await.id);
    let key = key(&server, server.workspace, "CI").await;
    for (page, link) in [
        (format!("{log}?until=2025-01-01"), format!("href=\"{log}\">Clear the filter</a>")),
        (usage.clone(), "href=\"/developers\">How to make a first call</a>".to_owned()),
        (format!("{usage}?credential={key}"), format!("href=\"{usage}?period=day\">Show all requests</a>")),
        (format!("{conversations}?status=closed"), format!("href=\"{conversations}\">Clear the filter</a>")),
        (thread.clone(), "href=\"#reply\">Write the first message</a>".to_owned()),
        (server.path("settings/api-tokens"), "href=\"#make\">Create token</a>".to_owned()),
        (
            "/console/account".to_owned(),
            "href=\"/developers/authentication\">How apps ask for access</a>".to_owned(),
        ),
    ] {
        let seen = owner.get(&page).await;
        let (_, empty) = seen.text.split_once("<div class=\"empty\">").unwrap_or_else(|| panic!("{page}"));
        let empty = empty.split("</div>").next().unwrap();
        assert!(empty.contains(&link), "{page}: {empty}");
        assert_eq!((empty.matches("<p>").count(), empty.matches("<a ").count()), (1, 1), "{page}: {empty}");
    }
    // Nobody is offered what the role may not do.
    assert!(!viewer.get(&thread).await.text.contains("Write the first message"));
}

async fn who_is_no_person_is_told_with_its_kind(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut member, _) = server.signed_in(Role::Member).await;
    let lead = server.call("/leads", &json!({"email": "john@acme.com"})).await;
    let lead = server.path(&format!("leads/{}", lead["id"].as_str().unwrap()));
    let seen = member.get(&lead).await;
    seen.assert_says(200, "<bdi class=\"strong\">CRM</bdi> <small>(API key)</small> created the lead");
    let archived = member.fill(&format!("{lead}/archive"), &format!("{lead}/archive"), &[]).await;
    assert_eq!(archived.status, 303, "{}", archived.text);
    let seen = member.get(&lead).await;
    seen.assert_says(200, "<bdi class=\"strong\">Ann member</bdi> changed");
}

async fn a_workspace_is_said_to_be_a_site(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut viewer, _) = server.signed_in(Role::Viewer).await;
    let seen = viewer.get(&server.path("leads")).await;
    seen.assert_says(200, "<small>Workspace · site</small><span class=\"cut\" dir=\"auto\">Acme</span>");
    assert!(!viewer.get("/console/account").await.text.contains("Workspace · site"));
}

async fn the_pages_have_the_words_of_the_documents(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    // Skode: Generate Key. Spelo: Site, Settings, API Keys, Create key; and a trash icon.
    let (keys, tokens) = (server.path("settings/api-keys"), server.path("settings/api-tokens"));
    for made in 0..2 {
        let listed = admin.get(&keys).await;
        listed.assert_says(200, "Workspace · site");
        let links: Vec<&str> = listed.text.split(&format!("href=\"{keys}/new\">")).skip(1).collect();
        let words: Vec<&str> = links.iter().map(|link| link.split('<').next().unwrap()).collect();
        assert_eq!(words, ["Generate key", "Create key"], "with {made}");
        generate_key(&server, &mut admin, "Zapier").await;
    }
    let (revoke, listed) = (">Revoke<span class=\"unseen\"> Nightly", admin.get(&keys).await);
    assert!(listed.text.contains("title=\"Revoke\"><svg") && !listed.text.contains(">Revoke<span"));
    // Slate: a revoke button.
    admin.get(&tokens).await.assert_says(200, "href=\"#make\">Create token</a>");
    admin.fill(&tokens, &tokens, &[("name", "Nightly")]).await;
    let listed = admin.get(&tokens).await;
    assert!(listed.text.contains(revoke) && !listed.text.contains("title=\"Revoke\""), "{}", listed.text);
    // Of clients the page says once that none ends by itself.
    let clients = admin.get(&server.path("integrations/rest-api")).await;
    assert_eq!(clients.text.matches("The client itself never expires").count(), 1, "{}", clients.text);
}

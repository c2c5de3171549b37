//! As many credentials as there may be.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{html::form_of, server::Server};

on_both_databases![whoever_has_as_many_as_there_may_be_keeps_what_was_typed];

async fn whoever_has_as_many_as_there_may_be_keeps_what_was_typed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let (keys, tokens) = (server.path("settings/api-keys"), server.path("settings/api-tokens"));
    let clients = server.path("integrations/rest-api");
    let pages =
        [(format!("{keys}/new"), keys), (tokens.clone(), tokens), (format!("{clients}/new"), clients)];
    for (page, list) in &pages {
        assert_eq!(admin.fill(page, list, &[("name", "The first")]).await.status, 200, "{list}");
    }
    fill_up(&server);
    for (page, list) in &pages {
        let typed =
            [("name", "One too many"), ("scope", "runs.read"), ("expiry", "7d"), ("limit_per_minute", "77")];
        let full = admin.fill(page, list, &typed).await;
        full.assert_says(409, "at most 1000 API keys, API tokens and API clients each; revoke some first.");
        assert!(
            full.text.contains("value=\"One too many\"") && !full.text.contains("id=\"secret\""),
            "{list}"
        );
        let fields = form_of(&full.text, list).unwrap();
        let has = |name: &str, value: &str| fields.contains(&(name.to_owned(), value.to_owned()));
        let is_token = list.ends_with("tokens");
        assert_eq!(
            (has("scope", "runs.read"), has("limit_per_minute", "77")),
            (!is_token, !is_token),
            "{list}"
        );
        assert_eq!(has("expiry", "7d"), !list.ends_with("rest-api"), "{list}");
    }
    assert!(server.database.query("SELECT name FROM api_credentials WHERE name = 'One too many'").is_empty());
}

/// As many of each kind as there may be, made of the one that is there.
fn fill_up(server: &Server) {
    let is_sqlite = server.database.url().starts_with("sqlite");
    let (numbers, id) = if is_sqlite {
        (
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT i FROM n) AS n",
            "randomblob(16)",
        )
    } else {
        ("generate_series(1, 999) AS n (i)", "gen_random_uuid()")
    };
    let credential = "workspace_id, kind, name, scopes, limit_per_minute, allowed_addresses, created_by, created_by_name, \
                      created_at, expires_at";
    server.database.query(&format!(
        "INSERT INTO api_credentials (id, {credential}) SELECT {id}, {credential} FROM api_credentials, {numbers}"
    ));
    let client =
        "workspace_id, name, scopes, limit_per_minute, created_at, kind, redirect_uris, created_by_name";
    server.database.query(&format!(
        "INSERT INTO clients (id, client_id, {client}) SELECT {id}, client_id || n.i, {client} FROM clients, {numbers}"
    ));
}

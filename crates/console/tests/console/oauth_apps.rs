//! OAuth apps, as admins register them.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{browser::Answer, server::Server};

on_both_databases![
    an_app_is_registered_and_its_secret_shown_once,
    a_public_app_has_no_secret,
    a_wrong_form_is_told_where_it_is_wrong,
    whoever_has_as_many_apps_as_there_may_be_is_told,
    redirect_uris_are_changed,
    a_secret_is_rotated,
    an_app_is_revoked,
    another_workspaces_app_is_not_there,
];

/// The one secret on a page.
#[track_caller]
fn secret_in(answer: &Answer) -> String {
    let (_, after) = answer.text.split_once("value=\"slk_cs_").unwrap_or_else(|| panic!("{}", answer.text));
    format!("slk_cs_{}", after.split('"').next().unwrap())
}

const FIELDS: [(&str, &str); 5] = [
    ("name", "Zapier"),
    ("kind", "confidential"),
    ("redirect_uris", "https://app.example/callback\r\n\r\n  http://127.0.0.1/cb  "),
    ("scope", "leads.read"),
    ("scope", "leads.write"),
];

async fn an_app_is_registered_and_its_secret_shown_once(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    assert_eq!(admin.get(&apps).await.status, 200);
    let made = admin.fill(&format!("{apps}/new"), &apps, &FIELDS).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = secret_in(&made);
    assert_eq!(made.header("cache-control"), "no-store");
    assert!(
        made.location().is_empty() && made.set_cookies().iter().all(|cookie| !cookie.contains("slk_cs_"))
    );
    let listed = server.management.apps(server.workspace).await.unwrap();
    let app = &listed[0].app;
    assert_eq!(app.redirect_uris.len(), 2);
    assert_eq!(
        (app.client.scopes.to_string().as_str(), app.created_by_name.as_str()),
        ("leads.read leads.write", "Ann admin")
    );
    let detail = format!("{apps}/{}", app.client.id);
    for page in [&apps, &detail] {
        let seen = admin.get(page).await;
        seen.assert_says(200, "Zapier");
        assert!(!seen.text.contains(&secret), "{page}");
    }
    admin.get(&detail).await.assert_says(200, "http://leads.example/v1/oauth/token");
    let log = server.database.query("SELECT actor_name FROM audit_log WHERE action = 'app.create'");
    assert_eq!(log, ["Ann admin"]);
}

async fn a_public_app_has_no_secret(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let mut fields = FIELDS;
    fields[1].1 = "public";
    let made = admin.fill(&format!("{apps}/new"), &apps, &fields).await;
    assert_eq!(made.status, 200);
    assert!(!made.text.contains("slk_cs_"));
    let id = server.management.apps(server.workspace).await.unwrap()[0].app.client.id;
    let rotate = format!("{apps}/{id}/rotate");
    assert_eq!(admin.get(&rotate).await.status, 404);
    assert_eq!(admin.post(&rotate, &[("overlap", "none")]).await.status, 404);
}

async fn a_wrong_form_is_told_where_it_is_wrong(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let typed = [("name", " "), ("redirect_uris", "http://app.example/cb\nhttps://app.example/#x\n")];
    let wrong = admin.post(&apps, &typed).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    for told in [
        "Line 1 must begin with https://",
        "Line 2 must not have a fragment",
        "Choose where the app runs.",
        "Choose at least one.",
    ] {
        assert!(wrong.text.contains(told), "{told}: {}", wrong.text);
    }
    assert!(wrong.text.contains("http://app.example/cb"), "what was typed stays");
    let many: Vec<String> = (0..21).map(|number| format!("https://app.example/{number}")).collect();
    let many = many.join("\n");
    for uris in ["com.example.app:/cb", "", "https://a.example/\nhttps://a.example/", many.as_str()] {
        let mut fields = FIELDS;
        fields[2].1 = uris;
        assert_eq!(admin.post(&apps, &fields).await.status, 422, "{uris}");
    }
    let mut fields = FIELDS;
    fields[3].1 = "everything";
    assert_eq!(admin.post(&apps, &fields).await.status, 422);
    assert!(server.management.apps(server.workspace).await.unwrap().is_empty());
}

async fn whoever_has_as_many_apps_as_there_may_be_is_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    for _ in 0..100 {
        server.oauth_app(false).await;
    }
    let refused = admin.fill(&format!("{apps}/new"), &apps, &FIELDS).await;
    refused.assert_says(409, "a workspace has at most 100 OAuth apps; revoke one first");
    assert!(refused.text.contains("Zapier") && !refused.text.contains("slk_cs_"), "{}", refused.text);
    let all = server.management.apps(server.workspace).await.unwrap();
    assert_eq!(all.len(), 100);
    let revoke = format!("{apps}/{}/revoke", all[0].app.client.id);
    assert_eq!(admin.fill(&revoke, &revoke, &[]).await.status, 303);
    assert_eq!(admin.fill(&format!("{apps}/new"), &apps, &FIELDS).await.status, 200);
}

async fn redirect_uris_are_changed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let app = server.oauth_app(true).await;
    let detail = server.path(&format!("settings/oauth-apps/{}", app.id));
    let action = format!("{detail}/redirect-uris");
    let wrong = admin.fill(&detail, &action, &[("redirect_uris", "javascript:alert(1)")]).await;
    wrong.assert_says(422, "Line 1 must begin with https://");
    let changed = admin.fill(&detail, &action, &[("redirect_uris", "https://other.example/cb")]).await;
    changed.assert_goes_to(&format!("{detail}?done=redirect-uris"));
    let listed = server.management.app(server.workspace, app.id).await.unwrap();
    assert_eq!(listed.app.redirect_uris[0].as_str(), "https://other.example/cb");
}

async fn a_secret_is_rotated(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let app = server.oauth_app(true).await;
    let rotate = server.path(&format!("settings/oauth-apps/{}/rotate", app.id));
    assert_eq!(admin.post(&rotate, &[("overlap", "for ever")]).await.status, 422);
    let rotated = admin.fill(&rotate, &rotate, &[("overlap", "1h")]).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text);
    assert_ne!(Some(secret_in(&rotated)), app.secret);
    let secrets = server.management.app(server.workspace, app.id).await.unwrap().secrets;
    let ends: Vec<_> = secrets.iter().map(|secret| secret.expires_at).collect();
    let hour = leadkeep_domain::Clock::now(&*server.clock) + time::Duration::HOUR;
    assert_eq!(ends, [None, Some(hour)]);
}

async fn an_app_is_revoked(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let app = server.oauth_app(true).await;
    let apps = server.path("settings/oauth-apps");
    let revoke = format!("{apps}/{}/revoke", app.id);
    admin.get(&revoke).await.assert_says(200, "Revoke Zapier");
    admin.fill(&revoke, &revoke, &[]).await.assert_goes_to(&format!("{apps}?done=revoked"));
    assert_eq!(admin.get(&revoke).await.status, 404);
    admin.get(&format!("{apps}/{}", app.id)).await.assert_says(200, "evoked");
    assert_eq!(admin.get(&format!("{apps}/{}/rotate", app.id)).await.status, 404);
}

async fn another_workspaces_app_is_not_there(database: TestDatabase) {
    let server = Server::start(database).await;
    let app = server.oauth_app(true).await;
    let other = server.workspace("Other").await;
    let stranger = server.somebody_in(other, Role::Owner).await;
    let mut stranger = server.signed_in_as(&stranger).await;
    let theirs = format!("/console/w/{other}/settings/oauth-apps/{}", app.id);
    for path in [theirs.clone(), format!("{theirs}/revoke"), format!("{theirs}/rotate")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    let fields = [("redirect_uris", "https://evil.example/"), ("overlap", "none")];
    for verb in ["redirect-uris", "rotate", "revoke"] {
        assert_eq!(stranger.post(&format!("{theirs}/{verb}"), &fields).await.status, 404, "{verb}");
    }
    assert!(server.management.app(server.workspace, app.id).await.unwrap().app.client.revoked_at.is_none());
}

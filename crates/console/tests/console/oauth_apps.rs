//! OAuth apps, as admins register them.

use leadkeep_domain::Role;
use leadkeep_service::{oauth::AuthorizationRequest, people::Acting};
use leadkeep_storage::{LastUse, ListedApp, UsageBatch, Used};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use time::Duration;

use crate::{
    browser::Answer,
    credentials_ends::record,
    everyone::granted,
    html::form_of,
    server::{ISSUER, OauthApp, Server, Somebody, origin},
};

on_both_databases![
    an_app_is_registered_and_its_secret_shown_once,
    a_public_app_has_no_secret,
    a_wrong_form_is_told_where_it_is_wrong,
    whoever_has_as_many_apps_as_there_may_be_is_told,
    redirect_uris_are_changed,
    a_secret_is_rotated,
    a_row_says_whether_an_app_is_used_and_what_can_be_done_with_it,
    what_is_shown_with_a_secret_exchanges_a_code,
    more_than_a_page_of_apps_are_turned_over,
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
    let listed = server.apps().await;
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
    let id = server.apps().await[0].app.client.id;
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
    assert!(server.apps().await.is_empty());
}

async fn whoever_has_as_many_apps_as_there_may_be_is_told(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    for _ in 0..100 {
        server.oauth_app(false).await;
    }
    let refused = admin.fill(&format!("{apps}/new"), &apps, &FIELDS).await;
    refused
        .assert_says(409, "A workspace has at most 100 OAuth apps; revoke one first. Nothing was changed.");
    let request = refused.header("x-request-id");
    assert!(!request.is_empty() && refused.text.contains(&format!("Request {request}")), "{}", refused.text);
    assert!(!refused.text.contains("slk_cs_"));
    // With all that was typed and chosen.
    let form = form_of(&refused.text, &apps).unwrap();
    for (name, value) in FIELDS {
        let is_there = |field: &(String, String)| field.0 == name && field.1.trim() == value.trim();
        assert!(form.iter().any(is_there), "{name}: {form:?}");
    }
    let all = server.apps().await;
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
    let asked = admin.get(&rotate).await;
    asked.assert_says(200, "until it has the new one: it made no call in the last 24 hours.");
    assert_eq!(admin.post(&rotate, &[("overlap", "for ever")]).await.status, 422);
    let rotated = admin.fill(&rotate, &rotate, &[("overlap", "1h")]).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text);
    assert_ne!(Some(secret_in(&rotated)), app.secret);
    let secrets = server.management.app(server.workspace, app.id).await.unwrap().secrets;
    let ends: Vec<_> = secrets.iter().map(|secret| secret.expires_at).collect();
    let hour = leadkeep_domain::Clock::now(&*server.clock) + time::Duration::HOUR;
    assert_eq!(ends, [None, Some(hour)]);
    // Whether anything still has the old one is told until it ends.
    let (apps, detail) = (server.path("settings/oauth-apps"), rotate.strip_suffix("/rotate").unwrap());
    for page in [apps.as_str(), detail] {
        let seen = admin.get(page).await;
        seen.assert_says(200, "The old secret <code>");
        assert!(seen.text.contains("No use since the rotation is known"), "{}", seen.text);
    }
    let newest = "(SELECT MAX(created_at) FROM client_secrets)";
    server.database.query(&format!(
        "UPDATE client_secrets SET last_used_at = {newest}, last_used_from = '203.0.113.9' WHERE expires_at IS NOT NULL"
    ));
    server.clock.advance(Duration::minutes(2));
    for page in [apps.as_str(), detail] {
        let seen = admin.get(page).await;
        seen.assert_says(200, "It is still used: <time");
        assert!(seen.text.contains(", from 203.0.113.9."), "{}", seen.text);
    }
    server.clock.advance(Duration::HOUR);
    for page in [apps.as_str(), detail] {
        assert!(!admin.get(page).await.text.contains("old secret"), "{page}");
    }
}

async fn a_row_says_whether_an_app_is_used_and_what_can_be_done_with_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let mut fields = FIELDS;
    assert_eq!(admin.post(&apps, &fields).await.status, 200);
    (fields[0].1, fields[1].1) = ("Phones", "public");
    assert_eq!(admin.post(&apps, &fields).await.status, 200);
    let app = |name: &str, all: &[ListedApp]| {
        all.iter().find(|one| one.app.client.name.as_str() == name).unwrap().app.client.clone()
    };
    let all = server.apps().await;
    let (zapier, phones) = (app("Zapier", &all), app("Phones", &all));
    let listed = admin.get(&apps).await;
    listed.assert_says(200, &zapier.client_id.to_string());
    for told in ["by <bdi>Ann admin</bdi>", "nobody now", "never", "No calls", "Confidential", "Public"] {
        assert!(listed.text.contains(told), "{told}: {}", listed.text);
    }
    let links = |act: &str, id| listed.text.matches(&format!("href=\"{apps}/{id}/{act}\"")).count();
    assert_eq!((links("rotate", zapier.id), links("revoke", zapier.id)), (1, 1));
    // It has no secret.
    assert_eq!((links("rotate", phones.id), links("revoke", phones.id)), (0, 1));
    server.clock.advance(Duration::days(112));
    let mut admin = server.signed_in_as(&ann).await;
    let listed = admin.get(&apps).await;
    assert_eq!(listed.text.matches("unused for 112 days").count(), 2, "{}", listed.text);
    let used = OauthApp { id: zapier.id, client_id: zapier.client_id.to_string(), secret: None };
    let grant = granted(&server, &used, &ann).await.parse().unwrap();
    let at = leadkeep_domain::Clock::now(&*server.clock);
    let last = LastUse { of: Used::Grant(grant), at, from: "203.0.113.9".parse().unwrap() };
    record(&server, UsageBatch { calls: Vec::new(), last_uses: vec![last] }).await;
    let listed = admin.get(&apps).await;
    listed.assert_says(200, "from 203.0.113.9");
    assert_eq!(listed.text.matches("unused for 112 days").count(), 1, "{}", listed.text);
    assert!(listed.text.contains("1 person"), "{}", listed.text);
}

/// The code that somebody comes back to the app with, whom they let act for them.
async fn code_for(server: &Server, app: &OauthApp, redirect_uri: &str, somebody: &Somebody) -> String {
    let request = AuthorizationRequest {
        client_id: Some(app.client_id.clone()),
        redirect_uri: Some(redirect_uri.to_owned()),
        response_type: Some("code".to_owned()),
        state: Some("x".to_owned()),
        ..AuthorizationRequest::default()
    };
    let asked = server.consents.check(&request, ISSUER).await.unwrap();
    let user = &somebody.member.user;
    let membership = server.people.membership(user.id, server.workspace).await.unwrap().unwrap();
    let acting = Acting { user, membership: &membership, origin: &origin("req-1") };
    let back = server.consents.allow(&asked, acting, ISSUER).await.unwrap();
    let back = reqwest::Url::parse(&back).unwrap();
    back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

async fn what_is_shown_with_a_secret_exchanges_a_code(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, ann) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let mut fields = FIELDS;
    fields[2].1 = "https://app.example/it's/callback?a=1&b=2";
    let made = admin.post(&apps, &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (_, command) = made.text.split_once("id=\"command\"").unwrap();
    let (_, command) = command.split_once('>').unwrap();
    let command = command.split_once("</textarea>").unwrap().0.replace("&amp;", "&").replace("&#39;", "'");
    let client = server.apps().await.remove(0).app.client;
    let start = format!(
        "curl -s http://leads.example/v1/oauth/token -d grant_type=authorization_code -d client_id={} -d \
         client_secret={} -d code=CODE --data-urlencode ",
        client.client_id,
        secret_in(&made)
    );
    let uri = command.trim().strip_prefix(&start).unwrap_or_else(|| panic!("{command}"));
    assert_eq!(uri, "'redirect_uri=https://app.example/it'\\''s/callback?a=1&b=2'");
    // As a shell reads it.
    let app = OauthApp { id: client.id, client_id: client.client_id.to_string(), secret: None };
    let code = code_for(&server, &app, fields[2].1, &ann).await;
    let secret = secret_in(&made);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", app.client_id.as_str()),
        ("client_secret", secret.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", fields[2].1),
    ];
    let to = format!("http://{}/v1/oauth/token", server.address);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let kind = "application/x-www-form-urlencoded";
    let request = reqwest::Client::new().post(to).header("content-type", kind).body(body);
    let answer = request.send().await.unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success() && body.contains("access_token"), "{status} {body}");
    // A rotation shows it, too.
    let rotate = format!("{apps}/{}/rotate", app.id);
    let rotated = admin.post(&rotate, &[("overlap", "none")]).await;
    rotated.assert_says(200, &format!("client_secret={} -d code=CODE", secret_in(&rotated)));
}

async fn more_than_a_page_of_apps_are_turned_over(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut admin, _) = server.signed_in(Role::Admin).await;
    let apps = server.path("settings/oauth-apps");
    let mut ids = Vec::new();
    for _ in 0..26 {
        ids.push(server.oauth_app(false).await.id);
    }
    ids.sort();
    let shows = |answer: &Answer, at: usize| answer.text.contains(&format!("href=\"{apps}/{}\"", ids[at]));
    let first = admin.get(&apps).await;
    first.assert_says(200, "Older");
    assert!(shows(&first, 25) && shows(&first, 1) && !shows(&first, 0) && !first.text.contains("First page"));
    let next = format!("{apps}?after={}", ids[1]);
    assert!(first.text.contains(&format!("href=\"{next}\"")), "{}", first.text);
    let last = admin.get(&next).await;
    last.assert_says(200, "First page");
    assert!(shows(&last, 0) && !shows(&last, 1) && !last.text.contains("Older"));
    admin.get(&format!("{apps}?after={}", ids[0])).await.assert_says(200, "There are no older apps.");
    assert_eq!(admin.get(&format!("{apps}?after=x")).await.status, 404);
    // Revoked ones are apart, those first that were revoked last, and not without end.
    assert!(!first.text.contains("Apps that are revoked"));
    for id in &ids {
        server.clock.advance(Duration::SECOND);
        server.management.revoke_app(server.workspace, *id).await.unwrap();
    }
    let ended = admin.get(&apps).await;
    ended.assert_says(200, "No OAuth app is registered in this workspace.");
    let (before, behind) = ended.text.split_once("Apps that are revoked").unwrap();
    assert!(!before.contains(&ids[25].to_string()) && behind.contains("The audit log tells of the others."));
    assert!(shows(&ended, 25) && shows(&ended, 16) && !shows(&ended, 15));
    admin.get(&server.path("settings/api")).await.assert_says(200, "None yet");
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

//! Whose forms are taken.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::server::{PASSWORD, Server};

on_both_databases![
    a_form_of_somebody_else_changes_nothing,
    a_form_of_another_site_changes_nothing,
    a_form_that_was_shown_before_a_session_ended_leads_to_signing_in,
    a_form_is_small_and_a_form,
    every_page_says_what_browsers_may_do_with_it,
];

async fn a_form_of_somebody_else_changes_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (mut other, _) = server.signed_in(Role::Owner).await;
    let (others, path) = (other.form_token().await, server.path("settings/invitations"));
    let mut nobody = server.browser();
    let visitors = nobody.form_token().await;
    for token in ["", "nonsense", &others, &visitors, &"0".repeat(32)] {
        let fields = [("form_token", token), ("email", "eve@evil.example"), ("role", "owner")];
        owner.post_bare(&path, &fields).await.assert_says(403, "This form has expired");
    }
    owner.post_bare(&path, &[("role", "owner")]).await.assert_says(403, "This form has expired");
    assert!(server.database.query("SELECT email FROM invitations WHERE email LIKE '%evil%'").is_empty());
    // Signing in is a form, too: nobody is signed in as somebody else without knowing.
    let eve = server.somebody(Role::Viewer).await;
    let fields = [("email", eve.email.as_str()), ("password", PASSWORD), ("form_token", visitors.as_str())];
    let mut victim = server.browser();
    victim.post_bare("/console/sign-in", &fields).await.assert_says(403, "This form has expired");
    let mut victim = server.browser();
    victim.get("/console/sign-in").await;
    victim.post_bare("/console/sign-in", &fields).await.assert_says(403, "This form has expired");
    // Not even with a value of the attacker's own choosing for the browser.
    let mut victim = server.browser();
    victim.cookies.insert("leadkeep_visitor".to_owned(), "chosen".to_owned());
    victim.post_bare("/console/sign-in", &fields).await.assert_says(403, "This form has expired");
    nobody.post_bare("/console/sign-in", &fields).await.assert_goes_to("/console");
}

async fn a_form_of_another_site_changes_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let (token, path) = (owner.form_token().await, server.path("settings/invitations"));
    let fields = [("form_token", token.as_str()), ("email", "bob@acme.com"), ("role", "viewer")];
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://leads.example.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut crossed = owner.clone();
        crossed.headers.push((name.to_owned(), value.to_owned()));
        crossed.post_bare(&path, &fields).await.assert_says(403, "This form has expired");
    }
    for (name, value) in [("origin", "http://leads.example"), ("sec-fetch-site", "same-origin")] {
        let mut own = owner.clone();
        own.headers.push((name.to_owned(), value.to_owned()));
        own.post_bare(&path, &fields).await.assert_says(200, "/console/join/slk_ln_");
    }
}

async fn a_form_that_was_shown_before_a_session_ended_leads_to_signing_in(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, ann) = server.signed_in(Role::Owner).await;
    let token = owner.form_token().await;
    let mut elsewhere = server.signed_in_as(&ann).await;
    elsewhere.post("/console/account/sessions/end-others", &[]).await;
    let fields = [("form_token", token.as_str()), ("role", "viewer"), ("email", "")];
    let answer = owner.post_bare(&server.path("settings/invitations"), &fields).await;
    answer.assert_goes_to("/console/sign-in?ended=1");
    owner.get("/console/sign-in?ended=1").await.assert_says(200, "Your session has ended");
}

async fn a_form_is_small_and_a_form(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let path = server.path("settings/invitations");
    let large = "x".repeat(300_000);
    owner.post(&path, &[("email", &large)]).await.assert_says(413, "too large");
    let many = vec![("a", "b"); 101];
    owner.post(&path, &many).await.assert_says(413, "too large");
    for body in ["%", "\u{0}=\u{0}", "form_token", "&&&&", "=", "form_token=%ff%fe"] {
        assert_eq!(owner.send(Method::POST, &path, Some(body.to_owned())).await.status, 403, "{body:?}");
    }
    assert_eq!(owner.send(Method::POST, &path, None).await.status, 400);
    owner.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    assert_eq!(owner.send(Method::POST, &path, None).await.status, 400);
    let deleted = owner.send(Method::DELETE, &path, None).await;
    assert_eq!((deleted.status, deleted.header("allow")), (405, "POST"));
}

async fn every_page_says_what_browsers_may_do_with_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owner, _) = server.signed_in(Role::Owner).await;
    let members = server.path("settings/members");
    for path in ["/console/sign-in", "/console/account", &members, "/console/nothing", "/console/join/x"] {
        let answer = owner.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(policy.contains("form-action 'self';") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    }
    let page = owner.get(&members).await.text;
    for asset in page.split('"').filter(|text| text.starts_with("/console/assets/")) {
        let answer = server.browser().get(asset).await;
        assert_eq!(answer.status, 200, "{asset}");
        assert!(answer.header("cache-control").contains("immutable"));
    }
    let head = owner.send(Method::HEAD, &members, None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

//! People are asked whether an app may act for them.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};

use crate::{
    browser::{Answer, Browser, encoded},
    server::{ISSUER, OauthApp, PASSWORD, REDIRECT_URI, Server},
};

on_both_databases![
    somebody_allows_an_app_what_it_asks,
    somebody_does_not,
    somebody_signs_in_first_and_comes_back,
    errors_that_nobody_proved_lead_nowhere,
    errors_that_are_the_apps_are_told_to_it,
    the_answer_is_for_the_workspace_that_was_chosen,
    a_tampered_answer_gives_nothing,
    the_page_may_lead_to_the_app_and_nowhere_else,
    signing_in_may_lead_to_the_app_that_asks,
    what_was_allowed_is_withdrawn,
    a_hostile_request_stays_a_request,
];

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn query(app: &OauthApp, more: &[(&str, &str)]) -> String {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", app.client_id.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    encoded(&pairs)
}

fn page(app: &OauthApp, more: &[(&str, &str)]) -> String {
    format!("/oauth/authorize?{}", query(app, more))
}

/// Goes to the page and answers it.
async fn decide(browser: &mut Browser, page: &str, decision: &str) -> Answer {
    browser.fill(page, "/oauth/authorize", &[("decision", decision)]).await
}

#[track_caller]
fn parameter(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

async fn somebody_allows_an_app_what_it_asks(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    let page = page(&app, &[("scope", "leads.read")]);
    let asked = ann.get(&page).await;
    asked.assert_says(200, "Zapier");
    for told in ["Acme", "app.example", "Ann member"] {
        assert!(asked.text.contains(told), "{told}");
    }
    let sent = decide(&mut ann, &page, "allow").await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let address = sent.location();
    assert!(address.starts_with("https://app.example/callback?code=slk_ac_"), "{address}");
    assert_eq!(parameter(address, "state").as_deref(), Some("xyz"));
    assert_eq!(parameter(address, "iss").as_deref(), Some(ISSUER));
    assert_eq!(sent.header("cache-control"), "no-store");
}

async fn somebody_does_not(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, somebody) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    let sent = decide(&mut ann, &page(&app, &[]), "deny").await;
    assert_eq!(parameter(sent.location(), "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(sent.location(), "state").as_deref(), Some("xyz"));
    assert_eq!(parameter(sent.location(), "code"), None);
    assert_eq!(decide(&mut ann, &page(&app, &[]), "perhaps").await.status, 400);
    assert!(server.consents.granted_by(somebody.member.user.id).await.unwrap().is_empty());
}

async fn somebody_signs_in_first_and_comes_back(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Member).await;
    let app = server.oauth_app(true).await;
    let (mut browser, page) = (server.browser(), page(&app, &[]));
    let sign_in = browser.get(&page).await.location().to_owned();
    browser.get(&sign_in).await.assert_says(200, "An app asks to use Leadkeep for you");
    let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
    let back = browser.fill(&sign_in, "/console/sign-in", &fields).await;
    back.assert_goes_to(&page);
    assert_eq!(browser.get(back.location()).await.status, 200);
}

async fn errors_that_nobody_proved_lead_nowhere(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let (app, revoked) = (server.oauth_app(true).await, server.oauth_app(true).await);
    server.management.revoke_app(server.workspace, revoked.id).await.unwrap();
    let mut pages = vec![
        page(&revoked, &[]),
        page(&app, &[("client_id", "nonsense")]),
        page(&app, &[("client_id", "")]),
        page(&app, &[("redirect_uri", "")]),
        format!("{}&redirect_uri=https://evil.example/", page(&app, &[])),
        format!("{}&client_id=x", page(&app, &[])),
        format!("{}&redirect_uri=", page(&app, &[])),
        format!("{}&scope=%FF", page(&app, &[])),
        "/oauth/authorize".to_owned(),
        format!("/oauth/authorize?{}", "x".repeat(6_001)),
    ];
    for uri in [
        "https://evil.example/callback",
        "https://app.example/callback/",
        "https://app.example/callback/../x",
        "https://app.example/callback#x",
        "https://app.example@evil.example/callback",
        "https://app.example%2f@evil.example/callback",
        "HTTPS://app.example/callback",
        "javascript:alert(1)",
    ] {
        pages.push(page(&app, &[("redirect_uri", uri)]));
    }
    let mut nobody = server.browser();
    for page in pages {
        for browser in [&mut ann, &mut nobody] {
            let answer = browser.get(&page).await;
            assert_eq!((answer.status, answer.location()), (400, ""), "{page}");
            assert!(answer.text.contains("No access was given"), "{}", answer.text);
        }
    }
}

async fn errors_that_are_the_apps_are_told_to_it(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let (app, phone) = (server.oauth_app(true).await, server.oauth_app(false).await);
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let cases = [
        (page(&app, &[("response_type", "token")]), "unsupported_response_type"),
        (page(&app, &[("scope", "everything")]), "invalid_scope"),
        (page(&app, &[("code_challenge_method", "plain")]), "invalid_request"),
        (page(&app, &[("code_challenge", "")]), "invalid_request"),
        (page(&phone, &none), "invalid_request"),
        (page(&app, &[none[0], none[1], ("state", "")]), "invalid_request"),
    ];
    for (page, error) in cases {
        // Nobody is sent on who has not signed in.
        let nobody = server.browser().get(&page).await;
        assert!(nobody.location().starts_with("/console/sign-in?next="), "{}", nobody.location());
        let answer = ann.get(&page).await;
        assert_eq!(answer.status, 303, "{page}: {}", answer.text);
        assert!(answer.location().starts_with("https://app.example/callback?"), "{}", answer.location());
        assert_eq!(parameter(answer.location(), "error").as_deref(), Some(error), "{page}");
        assert_eq!(parameter(answer.location(), "iss").as_deref(), Some(ISSUER));
    }
}

async fn the_answer_is_for_the_workspace_that_was_chosen(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, somebody) = server.signed_in(Role::Member).await;
    let other = server.workspace("Other").await;
    let closed = server.workspace("Closed").await;
    for workspace in [other, closed] {
        server.management.add_member(workspace, somebody.member.user.id, Role::Viewer).await.unwrap();
    }
    server.management.set_suspended(closed, true).await.unwrap();
    let page = page(&server.oauth_app(true).await, &[]);
    let asked = ann.get(&page).await;
    asked.assert_says(200, "In which workspace?");
    assert!(asked.text.contains("Other") && !asked.text.contains("Closed"));
    let allow = |workspace| [("decision", "allow"), ("workspace", workspace)];
    // None is chosen for anybody; another's, a suspended one's and nonsense are none.
    let (stranger, closed, chosen) =
        (server.workspace("Stranger").await.to_string(), closed.to_string(), other.to_string());
    for wrong in ["", "nonsense", &stranger, &closed] {
        let answer = ann.fill(&page, "/oauth/authorize", &allow(wrong)).await;
        assert_eq!(answer.status, 200, "{wrong}: {}", answer.text);
        assert!(answer.text.contains("role=\"alert\""), "{wrong}");
    }
    assert!(server.consents.granted_by(somebody.member.user.id).await.unwrap().is_empty());
    assert_eq!(ann.fill(&page, "/oauth/authorize", &allow(&chosen)).await.status, 303);
    let granted = server.consents.granted_by(somebody.member.user.id).await.unwrap();
    assert_eq!(granted[0].workspace, other);
}

async fn a_tampered_answer_gives_nothing(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, somebody) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    let workspace = server.workspace.to_string();
    let answer = |request: String| {
        let workspace = workspace.clone();
        let mut browser = ann.clone();
        async move {
            let fields = [("decision", "allow"), ("workspace", workspace.as_str()), ("request", &request)];
            browser.post("/oauth/authorize", &fields).await
        }
    };
    let evil = query(&app, &[("redirect_uri", "https://evil.example/")]);
    for request in [evil, String::new(), "nonsense".to_owned(), query(&app, &[("client_id", "x")])] {
        let refused = answer(request).await;
        assert_eq!((refused.status, refused.location()), (400, ""));
    }
    assert!(server.consents.granted_by(somebody.member.user.id).await.unwrap().is_empty());
    // Another person's form is not this one's.
    let (mut eve, _) = server.signed_in(Role::Member).await;
    let token = eve.form_token().await;
    let request = query(&app, &[]);
    let fields = [
        ("form_token", token.as_str()),
        ("decision", "allow"),
        ("workspace", &workspace),
        ("request", &request),
    ];
    assert_eq!(ann.post_bare("/oauth/authorize", &fields).await.status, 403);
    // Nobody's answer is nobody's.
    let mut nobody = server.browser();
    let sent = nobody.post("/oauth/authorize", &fields[1..]).await;
    assert!(sent.location().starts_with("/console/sign-in"), "{}", sent.location());
}

async fn the_page_may_lead_to_the_app_and_nowhere_else(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    let asked = ann.get(&page(&app, &[])).await;
    let policy = asked.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:;"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(asked.header("x-frame-options"), "DENY");
    // An app may have opened it in a window that it waits for.
    assert_eq!(asked.header("cross-origin-opener-policy"), "");
}

/// With an error, right after signing in, where the app asks for what it can't have: also to one that is installed.
async fn signing_in_may_lead_to_the_app_that_asks(database: TestDatabase) {
    let server = Server::start(database).await;
    let uri = "com.example.app:/callback";
    let (site, installed) = (server.oauth_app(true).await, server.oauth_app_at(false, uri).await);
    let policy = async |next: &str| {
        let sign_in = format!("/console/sign-in?{}", encoded(&[("next", next)]));
        let mut browser = server.browser();
        let seen = browser.get(&sign_in).await.header("content-security-policy").to_owned();
        let typed = [("email", "nobody@acme.com"), ("password", "wrong horse battery"), ("next", next)];
        let again = browser.post("/console/sign-in", &typed).await;
        assert_eq!(again.header("content-security-policy"), seen, "{}", again.text);
        seen
    };
    for wrong in ["code", "token"] {
        let next = page(&installed, &[("redirect_uri", uri), ("response_type", wrong)]);
        let allowed = policy(&next).await;
        assert!(allowed.contains("form-action 'self' https: http: com.example.app:;"), "{wrong}: {allowed}");
        assert!(policy(&page(&site, &[])).await.contains("form-action 'self' https: http:;"));
    }
    // What nobody registered is none.
    let elsewhere = page(&installed, &[("redirect_uri", "com.example.evil:/callback")]);
    for next in [elsewhere.as_str(), "/console/account"] {
        assert!(!policy(next).await.contains("com.example"), "{next}");
    }
    assert!(policy("/console/account").await.contains("form-action 'self';"));
}

async fn what_was_allowed_is_withdrawn(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, somebody) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    decide(&mut ann, &page(&app, &[]), "allow").await;
    ann.get("/console/account").await.assert_says(200, "Zapier");
    let granted = server.consents.granted_by(somebody.member.user.id).await.unwrap();
    let path = format!("/console/account/apps/{}/withdraw", granted[0].grant);
    let (mut eve, _) = server.signed_in(Role::Owner).await;
    assert_eq!((eve.get(&path).await.status, eve.post(&path, &[]).await.status), (404, 404));
    ann.get(&path).await.assert_says(200, "Withdraw access");
    ann.fill(&path, &path, &[]).await.assert_goes_to("/console/account?done=withdrawn");
    assert_eq!((ann.get(&path).await.status, ann.post(&path, &[]).await.status), (404, 404));
    assert!(!ann.get("/console/account").await.text.contains("Zapier"));
}

async fn a_hostile_request_stays_a_request(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut ann, _) = server.signed_in(Role::Member).await;
    let app = server.oauth_app(true).await;
    let hostile = "\"><script>alert(1)</script>&code=evil#\r\nSet-Cookie: a=b";
    let page = page(&app, &[("state", hostile)]);
    let asked = ann.get(&page).await;
    assert!(!asked.text.contains("<script>alert"), "{}", asked.text);
    for decision in ["allow", "deny"] {
        let sent = decide(&mut ann, &page, decision).await;
        assert_eq!(parameter(sent.location(), "state").as_deref(), Some(hostile), "{}", sent.location());
        assert!(sent.set_cookies().is_empty(), "{:?}", sent.set_cookies());
    }
}

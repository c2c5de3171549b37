//! Signing in, and what keeps somebody signed in.

use leadkeep_domain::Role;
use leadkeep_service::gate::Refusal;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use time::Duration;

use crate::server::{PASSWORD, Server, Setup};

on_both_databases![
    somebody_signs_in_and_out,
    unknown_people_and_wrong_passwords_look_the_same,
    a_cookie_is_seen_by_no_script_and_over_https_by_nobody_else,
    where_people_come_over_https_cookies_do_whoever_translates_it,
    a_session_is_a_new_one_at_each_sign_in,
    a_new_session_stands_though_the_one_before_can_not_be_ended,
    a_session_ends_idle_and_for_good,
    after_signing_in_people_go_on_here_and_nowhere_else,
    attempts_are_limited_and_the_owners_browser_is_not_locked_out,
    the_api_knows_no_cookies,
    hostile_cookies_are_no_sessions,
    where_https_is_required_nothing_is_answered_in_the_clear,
];

async fn somebody_signs_in_and_out(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Owner).await;
    let mut browser = server.browser();
    browser.get("/console").await.assert_goes_to("/console/sign-in?next=%2Fconsole");
    browser.sign_in(&ann.email.to_uppercase(), PASSWORD).await.assert_goes_to("/console");
    let first = format!("/console/w/{}", server.workspace);
    browser.get("/console").await.assert_goes_to(&first);
    browser.get(&first).await.assert_goes_to(&format!("{first}/leads"));
    browser.get(&server.path("settings/members")).await.assert_says(200, &ann.email);
    browser.get("/console/sign-in").await.assert_goes_to("/console");
    let before = browser.clone();
    browser.post("/console/sign-out", &[]).await.assert_goes_to("/console");
    assert_eq!(browser.get("/console/account").await.status, 303);
    // The session is gone, not only its cookie.
    let mut stolen = before;
    assert_eq!(stolen.get("/console/account").await.status, 303);
}

async fn unknown_people_and_wrong_passwords_look_the_same(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Owner).await;
    let mut pages = Vec::new();
    for (email, password) in [(ann.email.as_str(), "wrong horse battery"), ("nobody@acme.com", PASSWORD)] {
        let answer = server.browser().sign_in(email, password).await;
        answer.assert_says(401, "The e-mail or the password is wrong.");
        assert!(answer.text.contains(email), "what was typed stays");
        assert!(!answer.text.contains(password));
        let token = crate::browser::token(&answer.text);
        pages.push(answer.text.replace(email, "").replace(&token, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

async fn a_cookie_is_seen_by_no_script_and_over_https_by_nobody_else(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Owner).await;
    for (scheme, prefix) in [("http", ""), ("https", "__Host-")] {
        let mut browser = server.browser();
        browser.headers.push(("x-forwarded-proto".to_owned(), scheme.to_owned()));
        let answer = browser.sign_in(&ann.email, PASSWORD).await;
        assert_eq!(answer.header("strict-transport-security").is_empty(), scheme == "http");
        let set = answer.set_cookies();
        let session = set.iter().find(|one| one.starts_with(&format!("{prefix}leadkeep_session=slk_ss_")));
        let session = session.unwrap_or_else(|| panic!("{set:?}"));
        for cookie in &set {
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
            assert!(cookie.contains("; Path=/") && !cookie.contains("Domain"), "{cookie}");
            assert_eq!(cookie.contains("; Secure"), scheme == "https", "{cookie}");
        }
        assert!(session.contains("Max-Age=1209600"), "{session}");
    }
}

async fn where_people_come_over_https_cookies_do_whoever_translates_it(database: TestDatabase) {
    let server = Server::set_up(database, Setup { is_public_over_https: true, ..Setup::default() }).await;
    let ann = server.somebody(Role::Owner).await;
    let answer = server.browser().sign_in(&ann.email, PASSWORD).await;
    assert_eq!(answer.status, 303);
    for cookie in answer.set_cookies() {
        assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");
    }
    // So that nobody takes them in the clear.
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

async fn a_session_is_a_new_one_at_each_sign_in(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Owner).await;
    let typed = [("email", ann.email.as_str()), ("password", PASSWORD)];
    // Whoever slipped a session of their own into the browser has nothing of it: it is not taken over, and ends.
    let (mut attacker, _) = server.signed_in(Role::Viewer).await;
    attacker.get("/console/account").await.assert_says(200, "viewer");
    let planted = attacker.cookies["leadkeep_session"].clone();
    let mut browser = server.browser();
    browser.cookies.insert("leadkeep_session".to_owned(), planted.clone());
    browser.post("/console/sign-in", &typed).await.assert_goes_to("/console");
    assert_ne!(browser.cookies["leadkeep_session"], planted);
    browser.get("/console/account").await.assert_says(200, &ann.email);
    assert_eq!(attacker.get("/console/account").await.status, 303);
    // A second sign-in from the same browser ends the first.
    let mut again = browser.clone();
    again.post("/console/sign-in", &typed).await.assert_goes_to("/console");
    assert_ne!(again.cookies["leadkeep_session"], browser.cookies["leadkeep_session"]);
    assert_eq!(again.get("/console/account").await.status, 200);
    assert_eq!(browser.get("/console/account").await.status, 303);
    // Nor is what a browser is told apart by before that of any use after.
    let mut visitor = server.browser();
    visitor.get("/console/sign-in").await;
    assert!(visitor.cookies.contains_key("leadkeep_visitor"));
    visitor.sign_in(&ann.email, PASSWORD).await.assert_goes_to("/console");
    assert!(!visitor.cookies.contains_key("leadkeep_visitor"));
    // A made-up one is as good as none.
    let mut fixed = server.browser();
    let made_up = leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::Session).unwrap();
    fixed.cookies.insert("leadkeep_session".to_owned(), made_up.expose().to_owned());
    fixed.sign_in(&ann.email, PASSWORD).await.assert_goes_to("/console");
    assert_ne!(fixed.cookies["leadkeep_session"], made_up.expose());
}

async fn a_new_session_stands_though_the_one_before_can_not_be_ended(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut browser, ann) = server.signed_in(Role::Owner).await;
    let before = browser.clone();
    server.refuse("DELETE");
    let typed = [("email", ann.email.as_str()), ("password", PASSWORD)];
    browser.post("/console/sign-in", &typed).await.assert_goes_to("/console");
    assert_ne!(browser.cookies["leadkeep_session"], before.cookies["leadkeep_session"]);
    assert_eq!(browser.get("/console/account").await.status, 200);
}

async fn a_session_ends_idle_and_for_good(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut browser, _) = server.signed_in(Role::Owner).await;
    for _ in 0..13 {
        server.clock.advance(Duration::DAY - Duration::MINUTE);
        assert_eq!(browser.get("/console/account").await.status, 200);
    }
    server.clock.advance(Duration::DAY);
    assert_eq!(browser.get("/console/account").await.status, 303);
    let (mut idle, _) = server.signed_in(Role::Owner).await;
    server.clock.advance(Duration::DAY);
    assert_eq!(idle.get("/console/account").await.status, 303);
}

async fn after_signing_in_people_go_on_here_and_nowhere_else(database: TestDatabase) {
    let server = Server::start(database).await;
    let ann = server.somebody(Role::Owner).await;
    let goes = async |next: &str| {
        let mut browser = server.browser();
        server.clock.advance(Duration::MINUTE);
        let page = format!("/console/sign-in?{}", crate::browser::encoded(&[("next", next)]));
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
        let answer = browser.fill(&page, "/console/sign-in", &fields).await;
        let asked = answer.location().to_owned();
        // Not even where the form says so.
        let mut browser = server.browser();
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.post("/console/sign-in", &fields).await.location(), asked);
        // Nor for somebody who is signed in already, nor after signing out.
        assert_eq!(browser.get(&page).await.location(), asked);
        assert_eq!(browser.post("/console/sign-out", &[("next", next)]).await.location(), asked);
        asked
    };
    assert_eq!(goes("/console/account").await, "/console/account");
    for elsewhere in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/api/v1/leads",
        "javascript:alert(1)",
        "/console\r\nSet-Cookie: a=b",
        "/console/../healthz",
    ] {
        assert_eq!(goes(elsewhere).await, "/console", "{elsewhere:?}");
    }
}

async fn attempts_are_limited_and_the_owners_browser_is_not_locked_out(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut owners, ann) = server.signed_in(Role::Owner).await;
    server.clock.advance(Duration::MINUTE);
    let mut statuses = Vec::new();
    for number in 0..12 {
        let mut stranger = server.browser();
        stranger.headers.push(("x-forwarded-for".to_owned(), format!("203.0.113.{number}")));
        let answer = stranger.sign_in(&ann.email, "wrong horse battery").await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 61);
            answer.assert_says(429, "Too many tries");
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [[401; 10].as_slice(), &[429, 429]].concat());
    // The log tells which passwords were wrong, and which were not looked at.
    let noted = |refusal| {
        let address = |last: u8| std::net::IpAddr::from([203, 0, 113, last]);
        (0..12).map(|last| server.refusals.count(refusal, address(last))).collect::<Vec<_>>()
    };
    assert_eq!(noted(Refusal::WrongPassword), [[1; 10].as_slice(), &[0, 0]].concat());
    assert_eq!(noted(Refusal::TooManyAttempts), [[0; 10].as_slice(), &[1, 1]].concat());
    // Not even the right password, from a browser that never was hers; from hers it is.
    let mut stranger = server.browser();
    assert_eq!(stranger.sign_in(&ann.email, PASSWORD).await.status, 429);
    owners.post("/console/sign-out", &[]).await;
    owners.sign_in(&ann.email, PASSWORD).await.assert_goes_to("/console");
    server.clock.advance(Duration::MINUTE);
    stranger.sign_in(&ann.email, PASSWORD).await.assert_goes_to("/console");
}

async fn the_api_knows_no_cookies(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut browser, _) = server.signed_in(Role::Owner).await;
    for path in ["/api/v1/leads", "/v1/leads", "/api/v1/me", "/v1/public/leads"] {
        assert_eq!(browser.get(path).await.status, 401, "{path}");
        assert_eq!(browser.send(Method::POST, path, Some(String::new())).await.status, 401, "{path}");
    }
    let session = browser.cookies["leadkeep_session"].clone();
    browser.headers.push(("authorization".to_owned(), format!("Bearer {session}")));
    assert_eq!(browser.get("/api/v1/leads").await.status, 401);
}

async fn hostile_cookies_are_no_sessions(database: TestDatabase) {
    let server = Server::start(database).await;
    for hostile in ["", "x", "\"\"", "slk_ss_", "%00", "a=b", &"x".repeat(3_000)] {
        let mut browser = server.browser();
        for name in ["leadkeep_session", "leadkeep_visitor", "leadkeep_device"] {
            browser.cookies.insert(name.to_owned(), hostile.to_owned());
        }
        assert_eq!(browser.get("/console/account").await.status, 303, "{hostile:?}");
        assert_eq!(browser.get("/console/sign-in").await.status, 200, "{hostile:?}");
        assert_eq!(browser.sign_in("nobody@acme.com", "wrong horse battery").await.status, 401);
    }
    // Two of one name: nobody knows which is ours.
    let (mut browser, _) = server.signed_in(Role::Owner).await;
    let session = browser.cookies.remove("leadkeep_session").unwrap();
    let twice = format!("leadkeep_session={session}; leadkeep_session={session}");
    browser.cookies.clear();
    browser.headers.push(("cookie".to_owned(), twice));
    assert_eq!(browser.send(Method::GET, "/console/account", None).await.status, 303);
}

async fn where_https_is_required_nothing_is_answered_in_the_clear(database: TestDatabase) {
    let server = Server::set_up(database, Setup { require_https: true, ..Setup::default() }).await;
    let ann = server.somebody(Role::Owner).await;
    let mut browser = server.browser();
    browser.headers.push(("x-forwarded-proto".to_owned(), "https".to_owned()));
    browser.sign_in(&ann.email, PASSWORD).await.assert_goes_to("/console");
    let session = browser.cookies["__Host-leadkeep_session"].clone();
    let mut clear = server.browser();
    clear.cookies.insert("leadkeep_session".to_owned(), session);
    for path in ["/console", "/console/sign-in", "/console/account", "/oauth/authorize?client_id=x"] {
        let answer = clear.get(path).await;
        answer.assert_says(403, "http://leads.example/console");
        assert!(answer.set_cookies().is_empty());
    }
    let typed = [("email", ann.email.as_str()), ("password", PASSWORD)];
    assert_eq!(clear.post_bare("/console/sign-in", &typed).await.status, 403);
    assert_eq!(browser.get("/console/account").await.status, 200);
}

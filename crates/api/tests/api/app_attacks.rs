//! What must not work.

use leadkeep_domain::Role;
use leadkeep_service::oauth::{AuthorizationRequest, AuthorizeError, Unanswerable};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};
use time::Duration;

use crate::app::{Answer, ISSUER, PKCE, REDIRECT_URI, TestApp, TokenPair, parameter};

on_both_databases![
    a_replayed_code_ends_what_it_led_to,
    of_many_exchanges_at_once_one_succeeds_and_the_code_is_burnt,
    a_code_lives_for_a_minute,
    a_code_is_exchanged_with_all_that_belongs_to_it,
    pkce_is_neither_left_out_nor_slipped_in,
    a_refresh_token_used_after_the_grace_ends_its_family,
    a_refresh_token_whose_successor_was_used_ends_its_family,
    a_thief_who_repeats_a_refresh_token_at_once_is_found_by_the_apps_own,
    many_refreshes_at_once_leave_one_pair,
    another_clients_refresh_token_is_no_ones,
    where_people_are_sent_is_proven_first,
    what_an_app_asks_wrongly_it_is_told,
    a_hostile_state_stays_a_state,
    one_workspaces_token_is_nothing_in_another,
    guessed_codes_are_limited,
];

#[track_caller]
fn assert_invalid_grant(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_grant")), "{}", answer.body);
}

async fn a_replayed_code_ends_what_it_led_to(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, other) = (app.oauth_app(true).await, app.oauth_app(true).await);
    let ann = app.member(Role::Member).await;
    let code = app.code(&zapier, &ann).await;
    let first = TokenPair::of(&app.ask_as_skode(&app.exchange(&zapier, &code)).await);
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    // Another client does no harm with it.
    assert_invalid_grant(&app.ask_as_skode(&app.exchange(&other, &code)).await);
    assert_eq!(app.status_with(&first.access).await, 200);
    app.clock.advance(Duration::minutes(30));
    assert_invalid_grant(&app.ask_as_skode(&app.exchange(&zapier, &code)).await);
    assert_eq!((app.status_with(&first.access).await, app.status_with(&second.access).await), (401, 401));
    assert_invalid_grant(&app.refresh(&zapier, &second.refresh).await);
    let log = app.database.query("SELECT action FROM audit_log ORDER BY id");
    assert_eq!(log.iter().filter(|action| *action == "app.code-replayed").count(), 1);
}

async fn of_many_exchanges_at_once_one_succeeds_and_the_code_is_burnt(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let code = app.code(&zapier, &ann).await;
    let body = app.exchange(&zapier, &code);
    let answers = futures_util::future::join_all((0..8).map(|_| app.ask_as_skode(&body))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 7));
    lost.into_iter().for_each(assert_invalid_grant);
    // Somebody else had it, so nobody keeps it.
    assert_eq!(app.status_with(&TokenPair::of(won[0]).access).await, 401);
}

async fn a_code_lives_for_a_minute(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    for (age, expect) in [(Duration::seconds(59), 200), (Duration::seconds(60), 400)] {
        let code = app.code(&zapier, &ann).await;
        app.clock.advance(age);
        assert_eq!(app.ask_as_skode(&app.exchange(&zapier, &code)).await.status, expect, "{age}");
    }
}

async fn a_code_is_exchanged_with_all_that_belongs_to_it(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, other) = (app.oauth_app(true).await, app.oauth_app(true).await);
    let ann = app.member(Role::Member).await;
    let code = app.code(&zapier, &ann).await;
    let right = app.exchange(&zapier, &code);
    let with = |name: &str, value: Value| {
        let mut body = right.clone();
        body[name] = value;
        body
    };
    assert_invalid_grant(&app.ask_as_skode(&app.exchange(&other, &code)).await);
    for uri in ["https://app.example/callback/", "https://app.example/", "https://evil.example/callback"] {
        assert_invalid_grant(&app.ask_as_skode(&with("redirect_uri", uri.into())).await);
    }
    assert_invalid_grant(&app.ask_as_skode(&with("redirect_uri", Value::Null)).await);
    let missing = app.ask_as_skode(&with("code", Value::Null)).await;
    assert_eq!((missing.status, &missing.body["error"]), (400, &json!("invalid_request")));
    assert_invalid_grant(&app.ask_as_skode(&with("code", "nonsense".into())).await);
    let wrong = app.ask_as_skode(&with("client_secret", other.secret.clone().into())).await;
    assert_eq!((wrong.status, &wrong.body["error"]), (401, &json!("invalid_client")));
    // None of it has used it up.
    assert_eq!(app.ask_as_skode(&right).await.status, 200);
}

async fn pkce_is_neither_left_out_nor_slipped_in(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let code = app.code(&zapier, &ann).await;
    let mut body = app.exchange(&zapier, &code);
    for wrong in [Value::Null, "".into(), PKCE.1.into(), PKCE.0.replace('d', "e").into()] {
        body["code_verifier"] = wrong;
        assert_invalid_grant(&app.ask_as_skode(&body).await);
    }
    body["code_verifier"] = PKCE.0.into();
    assert_eq!(app.ask_as_skode(&body).await.status, 200);
    let asking = app.asking(&zapier);
    let plain = AuthorizationRequest { code_challenge: None, code_challenge_method: None, ..asking };
    let code = app.code_of(&plain, &ann).await;
    let mut body = app.exchange(&zapier, &code);
    assert_invalid_grant(&app.ask_as_skode(&body).await);
    body.as_object_mut().unwrap().remove("code_verifier");
    assert_eq!(app.ask_as_skode(&body).await.status, 200);
}

async fn a_refresh_token_used_after_the_grace_ends_its_family(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let (first, elsewhere) = (app.pair(&zapier, &ann).await, app.pair(&zapier, &ann).await);
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    app.clock.advance(Duration::seconds(10));
    assert_invalid_grant(&app.refresh(&zapier, &first.refresh).await);
    for pair in [&first, &second] {
        assert_eq!(app.status_with(&pair.access).await, 401);
        assert_invalid_grant(&app.refresh(&zapier, &pair.refresh).await);
    }
    assert_eq!(app.status_with(&elsewhere.access).await, 200);
    let log = app.database.query("SELECT action FROM audit_log ORDER BY id");
    assert_eq!(log.iter().filter(|action| *action == "app.refresh-token-reused").count(), 1);
}

async fn a_refresh_token_whose_successor_was_used_ends_its_family(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let first = app.pair(&zapier, &ann).await;
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    let third = TokenPair::of(&app.refresh(&zapier, &second.refresh).await);
    // Within the grace, but the answer was not lost.
    assert_invalid_grant(&app.refresh(&zapier, &first.refresh).await);
    assert_eq!(app.status_with(&third.access).await, 401);
}

async fn a_thief_who_repeats_a_refresh_token_at_once_is_found_by_the_apps_own(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let first = app.pair(&zapier, &ann).await;
    let own = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    let thiefs = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    assert_eq!((app.status_with(&own.access).await, app.status_with(&thiefs.access).await), (401, 200));
    assert_invalid_grant(&app.refresh(&zapier, &own.refresh).await);
    assert_eq!(app.status_with(&thiefs.access).await, 401);
    assert_invalid_grant(&app.refresh(&zapier, &thiefs.refresh).await);
    let log = app.database.query("SELECT action FROM audit_log ORDER BY id");
    assert_eq!(log.iter().filter(|action| *action == "app.refresh-token-reused").count(), 1);
}

async fn many_refreshes_at_once_leave_one_pair(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let first = app.pair(&zapier, &ann).await;
    let answers = futures_util::future::join_all((0..8).map(|_| app.refresh(&zapier, &first.refresh))).await;
    let mut live = 0;
    for pair in answers.iter().map(TokenPair::of) {
        live += usize::from(app.status_with(&pair.access).await == 200);
    }
    assert_eq!(live, 1);
}

async fn another_clients_refresh_token_is_no_ones(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, other) = (app.oauth_app(true).await, app.oauth_app(true).await);
    let pair = app.pair(&zapier, &app.member(Role::Member).await).await;
    for _ in 0..2 {
        assert_invalid_grant(&app.refresh(&other, &pair.refresh).await);
    }
    assert_invalid_grant(&app.refresh(&zapier, &pair.access).await);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.status, 200);
}

async fn where_people_are_sent_is_proven_first(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let zapier = app.oauth_app_at(true, &[REDIRECT_URI, "http://127.0.0.1/cb"]).await;
    let asking = app.asking(&zapier);
    let check = async |request: AuthorizationRequest| match app.consents.check(&request, ISSUER).await {
        Ok(_) => None,
        Err(AuthorizeError::Unanswerable(reason)) => Some(reason),
        Err(error) => panic!("{error:?}"),
    };
    let to = |uri: &str| AuthorizationRequest { redirect_uri: Some(uri.to_owned()), ..asking.clone() };
    assert_eq!(check(asking.clone()).await, None);
    assert_eq!(check(to("http://127.0.0.1:49152/cb")).await, None);
    for uri in [
        "https://app.example/callback/",
        "https://app.example/callback/../evil",
        "https://app.example/callback?x=y",
        "https://app.example/callback#x",
        "https://app.example/Callback",
        "https://app.example/call%62ack",
        "https://APP.example/callback",
        "https://app.example:443/callback",
        "https://app.example:444/callback",
        "https://app.example.evil.example/callback",
        "https://app.example@evil.example/callback",
        "https://evil.example/https://app.example/callback",
        "https://evil.example\\@app.example/callback",
        "http://app.example/callback",
        "//app.example/callback",
        "/callback",
        "javascript:alert(1)",
        "http://127.0.0.1:49152/other",
        "http://localhost:49152/cb",
        "http://127.0.0.1:49152@evil.example/cb",
        "https://app.example/callback\r\nSet-Cookie: a=b",
    ] {
        assert_eq!(check(to(uri)).await, Some(Unanswerable::UnregisteredRedirectUri), "{uri}");
    }
    assert_eq!(
        check(AuthorizationRequest { redirect_uri: None, ..asking.clone() }).await,
        Some(Unanswerable::NoRedirectUri)
    );
    let twice = vec!["redirect_uri".to_owned()];
    assert_eq!(
        check(AuthorizationRequest { repeated: twice, ..asking.clone() }).await,
        Some(Unanswerable::NoRedirectUri)
    );
    let twice = vec!["client_id".to_owned()];
    assert_eq!(
        check(AuthorizationRequest { repeated: twice, ..asking.clone() }).await,
        Some(Unanswerable::UnknownApp)
    );
    let unknown = leadkeep_credentials::ClientId::generate().unwrap().to_string();
    for id in [None, Some("nonsense".to_owned()), Some(unknown)] {
        let request = AuthorizationRequest { client_id: id, ..asking.clone() };
        assert_eq!(check(request).await, Some(Unanswerable::UnknownApp));
    }
}

async fn what_an_app_asks_wrongly_it_is_told(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, phone) = (app.oauth_app(true).await, app.oauth_app(false).await);
    let asking = app.asking(&zapier);
    let error = async |request: AuthorizationRequest| match app.consents.check(&request, ISSUER).await {
        Err(AuthorizeError::SendBack(address)) => {
            assert!(address.starts_with("https://app.example/callback?error="), "{address}");
            assert_eq!(parameter(&address, "iss").as_deref(), Some(ISSUER));
            assert_eq!(parameter(&address, "state"), request.state.filter(|state| state.len() < 2_001));
            parameter(&address, "error").unwrap()
        }
        other => panic!("{other:?}"),
    };
    let some = |text: &str| Some(text.to_owned());
    let base = || asking.clone();
    assert_eq!(error(AuthorizationRequest { response_type: None, ..base() }).await, "invalid_request");
    let token = AuthorizationRequest { response_type: some("token"), ..base() };
    assert_eq!(error(token).await, "unsupported_response_type");
    let fragment = AuthorizationRequest { response_mode: some("fragment"), ..base() };
    assert_eq!(error(fragment).await, "invalid_request");
    for scope in ["everything", "leads.read everything", " "] {
        let request = AuthorizationRequest { scope: some(scope), ..base() };
        assert_eq!(error(request).await, "invalid_scope");
    }
    for method in [None, some("plain"), some("s256")] {
        let request = AuthorizationRequest { code_challenge_method: method, ..base() };
        assert_eq!(error(request).await, "invalid_request");
    }
    let short = AuthorizationRequest { code_challenge: some("short"), ..base() };
    assert_eq!(error(short).await, "invalid_request");
    let downgraded = AuthorizationRequest { code_challenge: None, ..base() };
    assert_eq!(error(downgraded).await, "invalid_request");
    let repeated = AuthorizationRequest { repeated: vec!["scope".to_owned()], ..base() };
    assert_eq!(error(repeated).await, "invalid_request");
    let long = AuthorizationRequest { state: some(&"x".repeat(2_001)), ..base() };
    assert_eq!(error(long).await, "invalid_request");
    // A public app without PKCE; any without both PKCE and state.
    let plain = |request: AuthorizationRequest| AuthorizationRequest {
        code_challenge: None,
        code_challenge_method: None,
        ..request
    };
    assert_eq!(error(plain(app.asking(&phone))).await, "invalid_request");
    assert_eq!(error(AuthorizationRequest { state: None, ..plain(base()) }).await, "invalid_request");
    let with_pkce = AuthorizationRequest { state: None, ..base() };
    assert!(app.consents.check(&with_pkce, ISSUER).await.is_ok());
    assert!(app.consents.check(&plain(base()), ISSUER).await.is_ok());
}

async fn a_hostile_state_stays_a_state(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let hostile = "x&code=evil#\r\nSet-Cookie: a=b\r\n\r\n<script>";
    let request = AuthorizationRequest { state: Some(hostile.to_owned()), ..app.asking(&zapier) };
    let asked = app.consents.check(&request, ISSUER).await.unwrap();
    let allowed = app.allow(&asked, &ann).await.unwrap();
    for address in [&allowed, &app.consents.deny(&asked, ISSUER)] {
        assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address}");
        assert_eq!(parameter(address, "state").as_deref(), Some(hostile));
        assert!(!address.contains('#'), "{address}");
    }
    assert!(parameter(&allowed, "code").unwrap().starts_with("slk_ac_"));
    assert_eq!(parameter(&app.consents.deny(&asked, ISSUER), "error").as_deref(), Some("access_denied"));
}

async fn one_workspaces_token_is_nothing_in_another(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let pair = app.pair(&zapier, &ann).await;
    let sister = app.sister().await;
    // The same person in another workspace: another grant, other tokens, other leads.
    let there = app.management.add_member(sister, ann.user.id, Role::Viewer).await.unwrap();
    let theirs = app.pair(&zapier, &there).await;
    let lead = app.lead("a@b.cc").await;
    let get =
        async |token: &str| app.call(reqwest::Method::GET, &format!("/v1/leads/{lead}"), token).await.status;
    assert_eq!((get(&pair.access).await, get(&theirs.access).await), (200, 404));
    let named = app.at_root(reqwest::Method::GET, "/v1/leads").header("x-workspace-id", sister.to_string());
    assert_eq!(crate::app::send(named.bearer_auth(&pair.access)).await.status, 403);
    // Nobody consents where they are no member.
    let (stranger, _) = app.neighbour().await;
    let asked = app.consents.check(&app.asking(&zapier), ISSUER).await.unwrap();
    let pretended = leadkeep_domain::Member { workspace: stranger, ..ann };
    assert!(app.allow(&asked, &pretended).await.is_err());
}

async fn guessed_codes_are_limited(database: TestDatabase) {
    let limit = std::num::NonZeroU32::new(5);
    let app = TestApp::with_limits(database, None, limit).await;
    let zapier = app.oauth_app(true).await;
    let mut body = app.exchange(&zapier, "");
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let guess =
            leadkeep_credentials::Secret::generate(leadkeep_credentials::SecretKind::AuthorizationCode);
        body["code"] = guess.unwrap().expose().into();
        statuses.push(app.ask_as_skode(&body).await.status);
    }
    assert_eq!(statuses, [400, 400, 400, 400, 400, 429, 429]);
}

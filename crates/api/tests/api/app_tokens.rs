//! What an OAuth app gets for its people, and what that is good for.

use leadkeep_domain::{Plan, Role};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::app::{ISSUER, PKCE, REDIRECT_URI, TestApp, TokenPair, parameter, send};

on_both_databases![
    a_code_is_exchanged_as_skodes_document_does,
    a_form_and_a_basic_header_are_taken_too,
    under_the_canonical_prefix_json_is_answered_in_data,
    a_public_app_has_no_secret_and_proves_itself_by_pkce,
    clients_and_apps_are_refused_each_others_grants,
    a_users_token_is_accepted_where_the_dialect_says,
    a_users_calls_are_taken_from_one_bucket_for_app_user_and_workspace,
    a_refresh_token_is_replaced_at_each_use,
    a_lost_answer_is_asked_for_again_within_the_grace,
    a_refresh_may_ask_for_less_and_not_for_more,
    a_refresh_token_ends_after_thirty_days_of_rest,
    a_token_is_introspected_by_its_own_client,
    metadata_say_where_everything_is,
    a_lead_remembers_the_app_and_its_person,
];

async fn a_code_is_exchanged_as_skodes_document_does(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let request = leadkeep_service::oauth::AuthorizationRequest {
        code_challenge: None,
        code_challenge_method: None,
        ..app.asking(&zapier)
    };
    let asked = app.consents.check(&request, ISSUER).await.unwrap();
    let address = app.allow(&asked, &ann).await.unwrap();
    assert!(address.starts_with("https://app.example/callback?code=slk_ac_"), "{address}");
    assert_eq!(parameter(&address, "state").as_deref(), Some("a state"));
    assert_eq!(parameter(&address, "iss").as_deref(), Some(ISSUER));
    // The members of the document's example, and no others.
    let body = json!({
        "grant_type": "authorization_code",
        "code": parameter(&address, "code"),
        "client_id": zapier.client_id,
        "client_secret": zapier.secret,
        "redirect_uri": REDIRECT_URI,
    });
    let answer = app.ask_as_skode(&body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer.body["scope"], leadkeep_domain::ScopeSet::ALL.to_string());
    let pair = TokenPair::of(&answer);
    assert!(pair.access.starts_with("slk_at_") && pair.refresh.starts_with("slk_rt_"));
    let me = app.call(Method::GET, "/v1/me", &pair.access).await;
    assert_eq!(me.body["data"]["credential"]["type"], "app");
    assert_eq!(me.body["data"]["credential"]["name"], "Zapier for Ann");
    assert_eq!(me.body["data"]["workspace"]["id"], app.workspace.to_string());
}

async fn a_form_and_a_basic_header_are_taken_too(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    for prefix in ["/v1", "/api/v1"] {
        let code = app.code(&zapier, &ann).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", PKCE.0),
        ];
        let request = app.at_root(Method::POST, &format!("{prefix}/oauth/token"));
        let request = request.basic_auth(&zapier.client_id, zapier.secret.as_ref());
        let answer = send(form_of(request, &form)).await;
        let pair = TokenPair::of(&answer);
        assert_eq!(app.status_with(&pair.access).await, 200);
    }
}

fn form_of(request: reqwest::RequestBuilder, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let encoded = url_encoded(pairs);
    request.header("content-type", "application/x-www-form-urlencoded").body(encoded)
}

fn url_encoded(pairs: &[(&str, &str)]) -> String {
    let mut url = reqwest::Url::parse("http://x/").unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap().to_owned()
}

async fn under_the_canonical_prefix_json_is_answered_in_data(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let code = app.code(&zapier, &ann).await;
    let answer = app.ask_token(&app.exchange(&zapier, &code)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body["data"]["refresh_token"].as_str().unwrap().starts_with("slk_rt_"));
    let again = app.ask_token(&app.exchange(&zapier, &code)).await;
    again.assert_error(400, "invalid_grant");
}

async fn a_public_app_has_no_secret_and_proves_itself_by_pkce(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (phone, ann) = (app.oauth_app(false).await, app.member(Role::Member).await);
    assert_eq!(phone.secret, None);
    let pair = app.pair(&phone, &ann).await;
    assert_eq!(app.status_with(&pair.access).await, 200);
    assert_eq!(app.refresh(&phone, &pair.refresh).await.status, 200);
    // Some libraries send a header with an empty secret.
    let code = app.code(&phone, &ann).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", PKCE.0),
    ];
    let request = app.at_root(Method::POST, "/v1/oauth/token").basic_auth(&phone.client_id, Some(""));
    assert_eq!(send(form_of(request, &form)).await.status, 200);
    // A confidential app without its secret is nobody.
    let zapier = app.oauth_app(true).await;
    let code = app.code(&zapier, &ann).await;
    let mut body = app.exchange(&zapier, &code);
    body.as_object_mut().unwrap().remove("client_secret");
    let refused = app.ask_as_skode(&body).await;
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")));
}

async fn clients_and_apps_are_refused_each_others_grants(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let zapier = app.oauth_app(true).await;
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": zapier.client_id,
        "client_secret": zapier.secret,
    });
    app.ask_token(&body).await.assert_error(400, "unauthorized_client");
    let refused = app.ask_as_skode(&body).await;
    assert_eq!((refused.status, &refused.body["error"]), (400, &json!("unauthorized_client")));
    assert!(refused.body["message"].as_str().unwrap().contains("authorization_code"));
    for grant in ["authorization_code", "refresh_token"] {
        let body = json!({
            "grant_type": grant,
            "client_id": app.client.client_id.as_str(),
            "client_secret": app.secret,
            "code": "x",
            "refresh_token": "x",
        });
        app.ask_token(&body).await.assert_error(400, "unauthorized_client");
    }
    // An API client is no app that people could be asked about.
    let asking = app.asking(&zapier);
    let id = Some(app.client.client_id.to_string());
    let request = leadkeep_service::oauth::AuthorizationRequest { client_id: id, ..asking };
    assert!(app.consents.check(&request, ISSUER).await.is_err());
}

async fn a_users_token_is_accepted_where_the_dialect_says(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let pair = app.pair(&zapier, &ann).await;
    let status =
        async |prefix: &str| app.call(Method::GET, &format!("{prefix}/leads"), &pair.access).await.status;
    assert_eq!((status("/v1").await, status("/api/v1").await), (200, 200));
    assert_eq!((status("/v1/public").await, status("/workflow-service/api/public/v1").await), (401, 401));
    // An API client's token is none of Skode's.
    assert_eq!(app.status_with(&app.token).await, 401);
    // Neither of the other two secrets is presented to the API.
    let code = app.code(&zapier, &ann).await;
    for secret in [&pair.refresh, &code, zapier.secret.as_ref().unwrap()] {
        assert_eq!(app.status_with(secret).await, 401);
    }
}

async fn a_users_calls_are_taken_from_one_bucket_for_app_user_and_workspace(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, other) = (app.oauth_app(true).await, app.oauth_app(true).await);
    let (ann, bob) = (app.member(Role::Member).await, app.member(Role::Member).await);
    let pair = app.pair(&zapier, &ann).await;
    let remaining = async |token: &str| {
        let answer = app.call(Method::GET, "/v1/leads", token).await;
        let header = |name: &str| answer.header(name).parse::<u32>().unwrap();
        (header("x-ratelimit-limit"), header("x-ratelimit-remaining"))
    };
    assert_eq!(remaining(&pair.access).await, (100, 99));
    // Another consent of the same person, also after it was taken back, is the same bucket.
    let again = app.pair(&zapier, &ann).await;
    assert_eq!(remaining(&again.access).await, (100, 98));
    let granted = app.consents.granted_by(ann.user.id).await.unwrap();
    assert_eq!(granted.len(), 1);
    app.consents.withdraw(&ann.user, granted[0].grant, &crate::app::origin("req-1")).await.unwrap().unwrap();
    let anew = app.pair(&zapier, &ann).await;
    assert_eq!(remaining(&anew.access).await, (100, 97));
    // Another person's, and another app's, are others.
    let bobs = app.pair(&zapier, &bob).await;
    assert_eq!(remaining(&bobs.access).await, (100, 99));
    let others = app.pair(&other, &ann).await;
    assert_eq!(remaining(&others.access).await, (100, 99));
    app.management.set_plan(app.workspace, Plan::Pro).await.unwrap();
    assert_eq!(remaining(&bobs.access).await.0, 1_000);
}

async fn a_refresh_token_is_replaced_at_each_use(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let mut pair = app.pair(&zapier, &ann).await;
    for _ in 0..3 {
        app.clock.advance(Duration::minutes(40));
        let next = TokenPair::of(&app.refresh(&zapier, &pair.refresh).await);
        assert_ne!(next.refresh, pair.refresh);
        // What was issued before lives to its own end.
        assert_eq!((app.status_with(&pair.access).await, app.status_with(&next.access).await), (200, 200));
        pair = next;
    }
    app.clock.advance(Duration::HOUR);
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.status, 200);
}

async fn a_lost_answer_is_asked_for_again_within_the_grace(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let first = app.pair(&zapier, &ann).await;
    let lost = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    app.clock.advance(Duration::milliseconds(9_999));
    let again = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    assert_ne!(again, lost);
    // The first successor is dead, with its access token; nothing else is.
    assert_eq!(app.status_with(&lost.access).await, 401);
    assert_eq!((app.status_with(&first.access).await, app.status_with(&again.access).await), (200, 200));
    let next = TokenPair::of(&app.refresh(&zapier, &again.refresh).await);
    assert_eq!(app.status_with(&next.access).await, 200);
}

async fn a_refresh_may_ask_for_less_and_not_for_more(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let asking = app.asking(&zapier);
    let scope = Some("leads.read leads.write".to_owned());
    let request = leadkeep_service::oauth::AuthorizationRequest { scope, ..asking };
    let code = app.code_of(&request, &ann).await;
    let pair = TokenPair::of(&app.ask_as_skode(&app.exchange(&zapier, &code)).await);
    for wrong in ["runs.read", "leads.read runs.read", "everything", ""] {
        let refused = app.refresh_with(&zapier, &pair.refresh, &json!({"scope": wrong})).await;
        assert_eq!((refused.status, &refused.body["error"]), (400, &json!("invalid_scope")), "{wrong}");
    }
    // A refused one is not used up.
    let less = app.refresh_with(&zapier, &pair.refresh, &json!({"scope": "leads.read"})).await;
    assert_eq!(less.body["scope"], "leads.read");
    let less = TokenPair::of(&less);
    let create = app.at_root(Method::POST, "/v1/leads").json(&json!({"email": "a@b.cc"}));
    assert_eq!(send(create.bearer_auth(&less.access)).await.status, 403);
    // The next may have all again that the person allowed.
    let all = app.refresh(&zapier, &less.refresh).await;
    assert_eq!(all.body["scope"], "leads.read leads.write");
}

async fn a_refresh_token_ends_after_thirty_days_of_rest(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let first = app.pair(&zapier, &ann).await;
    app.clock.advance(Duration::days(30) - Duration::SECOND);
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    app.clock.advance(Duration::days(30) - Duration::SECOND);
    let third = TokenPair::of(&app.refresh(&zapier, &second.refresh).await);
    app.clock.advance(Duration::days(30));
    let ended = app.refresh(&zapier, &third.refresh).await;
    assert_eq!((ended.status, &ended.body["error"]), (400, &json!("invalid_grant")));
}

async fn a_token_is_introspected_by_its_own_client(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Viewer).await);
    let pair = app.pair(&zapier, &ann).await;
    let introspect = async |id: &str, secret: Option<&str>, token: &str| {
        let form = [("token", token), ("token_type_hint", "access_token"), ("client_id", id)];
        let mut form = form.to_vec();
        form.extend(secret.map(|secret| ("client_secret", secret)));
        send(form_of(app.at_root(Method::POST, "/oauth/introspect"), &form)).await
    };
    let (id, secret) = (zapier.client_id.as_str(), zapier.secret.as_deref());
    let access = introspect(id, secret, &pair.access).await;
    assert_eq!(access.status, 200, "{}", access.body);
    let expect = json!({
        "active": true,
        // What a viewer may, though more was allowed.
        "scope": "leads.read conversations.read runs.read",
        "client_id": id,
        "token_type": "Bearer",
        "exp": leadkeep_domain::Clock::now(&*app.clock).unix_timestamp() + 3600,
    });
    assert_eq!(access.body, expect);
    let refresh = introspect(id, secret, &pair.refresh).await;
    assert_eq!((&refresh.body["active"], &refresh.body["token_type"]), (&json!(true), &Value::Null));
    assert_eq!(refresh.body["scope"], access.body["scope"]);
    let dead = json!({"active": false});
    for token in ["nonsense", &app.token, secret.unwrap()] {
        assert_eq!(introspect(id, secret, token).await.body, dead);
    }
    let other = app.oauth_app(true).await;
    assert_eq!(introspect(&other.client_id, other.secret.as_deref(), &pair.access).await.body, dead);
    let client = app.client.client_id.as_str();
    assert_eq!(introspect(client, Some(&app.secret), &pair.access).await.body, dead);
    assert_eq!(introspect(client, Some(&app.secret), &app.token).await.body["active"], true);
    let nobody = introspect(id, None, &pair.access).await;
    assert_eq!((nobody.status, &nobody.body["error"]), (401, &json!("invalid_client")));
    app.members_role(&ann, None).await;
    assert_eq!(introspect(id, secret, &pair.access).await.body, dead);
    assert_eq!(introspect(id, secret, &pair.refresh).await.body, dead);
}

async fn metadata_say_where_everything_is(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let answer = send(app.at_root(Method::GET, "/.well-known/oauth-authorization-server")).await;
    assert_eq!(answer.status, 200);
    let told = |name: &str| answer.body[name].as_str().unwrap().to_owned();
    assert_eq!(told("issuer"), ISSUER);
    assert_eq!(told("authorization_endpoint"), format!("{ISSUER}/oauth/authorize"));
    for name in ["token_endpoint", "revocation_endpoint", "introspection_endpoint"] {
        let path = told(name).strip_prefix(ISSUER).unwrap().to_owned();
        let nobodys = [("grant_type", "client_credentials"), ("token", "x")];
        let nothing = form_of(app.at_root(Method::POST, &path), &nobodys);
        assert_eq!(send(nothing).await.body["error"], "invalid_client", "{path}");
    }
    let expected = json!({
        "issuer": "https://leads.example",
        "authorization_endpoint": "https://leads.example/oauth/authorize",
        "token_endpoint": "https://leads.example/v1/oauth/token",
        "revocation_endpoint": "https://leads.example/oauth/revoke",
        "introspection_endpoint": "https://leads.example/oauth/introspect",
        "scopes_supported": [
            "leads.read", "leads.write", "conversations.read", "conversations.write", "runs.read", "runs.write",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": "https://leads.example/developers/authentication",
    });
    assert_eq!(answer.body, expected);
}

async fn a_lead_remembers_the_app_and_its_person(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let pair = app.pair(&zapier, &ann).await;
    let create = app.at_root(Method::POST, "/v1/leads").json(&json!({"email": "a@b.cc"}));
    let lead = send(create.bearer_auth(&pair.access)).await;
    assert_eq!(lead.status, 201, "{}", lead.body);
    let id = lead.body["data"]["id"].as_str().unwrap();
    let history = app.get(&format!("/leads/{id}/history")).await;
    let actor = &history.body["data"][0]["actor"];
    assert_eq!((&actor["type"], &actor["name"]), (&json!("app"), &json!("Zapier for Ann")));
    let granted = app.consents.granted_by(ann.user.id).await.unwrap();
    assert_eq!(actor["id"], granted[0].grant.to_string());
    // Its last use is noted with what was granted.
    app.write_usage().await;
    assert!(app.consents.granted_by(ann.user.id).await.unwrap()[0].last_used_at.is_some());
}

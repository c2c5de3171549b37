//! The app's next call feels it.

use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{OauthApp, TestApp, TokenPair, send};

on_both_databases![
    a_removed_members_apps_are_refused,
    a_demoted_members_apps_may_no_more_than_the_member,
    a_suspended_workspaces_apps_are_refused,
    so_are_apps_whose_own_workspace_is_suspended,
    what_is_withdrawn_is_refused,
    a_revoked_app_is_refused,
    a_revoked_refresh_token_takes_its_family_along,
    a_revoked_access_token_goes_alone,
    another_clients_token_is_not_revoked,
    a_withdrawal_cancels_what_the_app_has_running,
    a_token_gives_itself_up,
];

async fn set_up(database: TestDatabase) -> (TestApp, OauthApp, leadkeep_domain::Member, TokenPair) {
    let app = TestApp::start(database).await;
    let (zapier, ann) = (app.oauth_app(true).await, app.member(Role::Member).await);
    let pair = app.pair(&zapier, &ann).await;
    assert_eq!(app.status_with(&pair.access).await, 200);
    (app, zapier, ann, pair)
}

#[track_caller]
fn assert_invalid_grant(answer: &crate::app::Answer) {
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_grant")), "{}", answer.body);
}

async fn a_removed_members_apps_are_refused(database: TestDatabase) {
    let (app, zapier, ann, pair) = set_up(database).await;
    let code = app.code(&zapier, &ann).await;
    app.members_role(&ann, None).await;
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_invalid_grant(&app.refresh(&zapier, &pair.refresh).await);
    assert_invalid_grant(&app.ask_as_skode(&app.exchange(&zapier, &code)).await);
    // Whoever comes back begins anew.
    let again = app.management.add_member(app.workspace, ann.user.id, Role::Member).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_eq!(app.status_with(&app.pair(&zapier, &again).await.access).await, 200);
}

async fn a_demoted_members_apps_may_no_more_than_the_member(database: TestDatabase) {
    let (app, _, ann, pair) = set_up(database).await;
    let create = async |email: &str| {
        let create = app.at_root(Method::POST, "/v1/leads").json(&json!({ "email": email }));
        send(create.bearer_auth(&pair.access)).await.status
    };
    assert_eq!(create("a@b.cc").await, 201);
    app.members_role(&ann, Some(Role::Viewer)).await;
    assert_eq!((create("b@b.cc").await, app.status_with(&pair.access).await), (403, 200));
    app.members_role(&ann, Some(Role::Member)).await;
    assert_eq!(create("b@b.cc").await, 201);
}

async fn a_suspended_workspaces_apps_are_refused(database: TestDatabase) {
    let (app, zapier, _, pair) = set_up(database).await;
    app.management.set_suspended(app.workspace, true).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.body["error"], "invalid_client");
    app.management.set_suspended(app.workspace, false).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 200);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.status, 200);
}

async fn so_are_apps_whose_own_workspace_is_suspended(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (zapier, sister) = (app.oauth_app(true).await, app.sister().await);
    let ann = app.member(Role::Member).await;
    let there = app.management.add_member(sister, ann.user.id, Role::Member).await.unwrap();
    let pair = app.pair(&zapier, &there).await;
    assert_eq!(app.status_with(&pair.access).await, 200);
    app.management.set_suspended(app.workspace, true).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 401);
    app.management.set_suspended(app.workspace, false).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 200);
}

async fn what_is_withdrawn_is_refused(database: TestDatabase) {
    let (app, zapier, ann, pair) = set_up(database).await;
    let (bob, code) = (app.member(Role::Member).await, app.code(&zapier, &ann).await);
    let bobs = app.pair(&zapier, &bob).await;
    let granted = app.consents.granted_by(ann.user.id).await.unwrap();
    // Nobody else's to withdraw.
    assert_eq!(
        app.consents.withdraw(&bob.user, granted[0].grant, &crate::app::origin("req-1")).await.unwrap(),
        None
    );
    assert_eq!(app.status_with(&pair.access).await, 200);
    app.consents.withdraw(&ann.user, granted[0].grant, &crate::app::origin("req-1")).await.unwrap().unwrap();
    assert_eq!((app.status_with(&pair.access).await, app.status_with(&bobs.access).await), (401, 200));
    assert_invalid_grant(&app.refresh(&zapier, &pair.refresh).await);
    assert_invalid_grant(&app.ask_as_skode(&app.exchange(&zapier, &code)).await);
    assert_eq!(app.consents.granted_by(ann.user.id).await.unwrap(), []);
    // What is allowed anew leaves what was withdrawn as it is.
    let anew = app.pair(&zapier, &ann).await;
    assert_eq!((app.status_with(&anew.access).await, app.status_with(&pair.access).await), (200, 401));
    assert_invalid_grant(&app.refresh(&zapier, &pair.refresh).await);
}

async fn a_revoked_app_is_refused(database: TestDatabase) {
    let (app, zapier, ann, pair) = set_up(database).await;
    app.management.revoke_app(app.workspace, zapier.id).await.unwrap();
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.body["error"], "invalid_client");
    assert!(app.consents.check(&app.asking(&zapier), "https://leads.example").await.is_err());
    assert_eq!(app.consents.granted_by(ann.user.id).await.unwrap(), []);
}

async fn revoke(app: &TestApp, client: &OauthApp, token: &str) -> u16 {
    let body = json!({"token": token, "client_id": client.client_id, "client_secret": client.secret});
    send(app.at_root(Method::POST, "/v1/oauth/revoke").json(&body)).await.status
}

async fn a_revoked_refresh_token_takes_its_family_along(database: TestDatabase) {
    let (app, zapier, ann, first) = set_up(database).await;
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    let elsewhere = app.pair(&zapier, &ann).await;
    assert_eq!(revoke(&app, &zapier, &second.refresh).await, 200);
    for pair in [&first, &second] {
        assert_eq!(app.status_with(&pair.access).await, 401);
        assert_invalid_grant(&app.refresh(&zapier, &pair.refresh).await);
    }
    // The person's other consent is another family.
    assert_eq!(app.status_with(&elsewhere.access).await, 200);
    assert_eq!(revoke(&app, &zapier, &second.refresh).await, 200, "once more");
    let log = app.database.query("SELECT action FROM audit_log ORDER BY id");
    assert_eq!(log.iter().filter(|action| *action == "app.revoke-authorization").count(), 1);
}

async fn a_revoked_access_token_goes_alone(database: TestDatabase) {
    let (app, zapier, _, first) = set_up(database).await;
    let second = TokenPair::of(&app.refresh(&zapier, &first.refresh).await);
    assert_eq!(revoke(&app, &zapier, &first.access).await, 200);
    assert_eq!((app.status_with(&first.access).await, app.status_with(&second.access).await), (401, 200));
    assert_eq!(app.refresh(&zapier, &second.refresh).await.status, 200);
}

async fn another_clients_token_is_not_revoked(database: TestDatabase) {
    let (app, zapier, ann, pair) = set_up(database).await;
    let other = app.oauth_app(true).await;
    for token in [&pair.access, &pair.refresh, &app.token, &"nonsense".to_owned()] {
        assert_eq!(revoke(&app, &other, token).await, 200);
    }
    assert_eq!(app.status_with(&pair.access).await, 200);
    assert_eq!(app.get("/leads").await.status, 200);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.status, 200);
    let wrong = OauthApp { secret: Some("nonsense".to_owned()), ..zapier.clone() };
    assert_eq!(revoke(&app, &wrong, &pair.access).await, 401);
    // A public app proves itself by the token.
    let phone = app.oauth_app(false).await;
    let pair = app.pair(&phone, &ann).await;
    assert_eq!(revoke(&app, &phone, &pair.refresh).await, 200);
    assert_eq!(app.status_with(&pair.access).await, 401);
}

async fn a_withdrawal_cancels_what_the_app_has_running(database: TestDatabase) {
    let (app, zapier, ann, pair) = set_up(database).await;
    let bobs = app.pair(&zapier, &app.member(Role::Member).await).await;
    let start = async |token: &str| {
        let import = app.at_root(Method::POST, "/v1/leads/import").header("content-type", "text/csv");
        let started = send(import.bearer_auth(token).body("email\na@b.cc\n")).await;
        assert_eq!(started.status, 202, "{}", started.body);
        started.body["data"]["id"].as_str().unwrap().to_owned()
    };
    let (ours, theirs) = (start(&pair.access).await, start(&bobs.access).await);
    let granted = app.consents.granted_by(ann.user.id).await.unwrap();
    app.consents.withdraw(&ann.user, granted[0].grant, &crate::app::origin("req-1")).await.unwrap().unwrap();
    let key = app.key().await;
    let status = async |run: &str| {
        let run = app.call(Method::GET, &format!("/api/v1/workflow-runs/{run}"), &key.secret).await;
        run.body["data"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((status(&ours).await.as_str(), status(&theirs).await.as_str()), ("cancelled", "queued"));
    // So does a demotion, as far as the role goes, and the app's end.
    let viewer = app.member(Role::Member).await;
    let run = start(&app.pair(&zapier, &viewer).await.access).await;
    app.members_role(&viewer, Some(Role::Viewer)).await;
    assert_eq!(status(&run).await, "cancelled");
    app.management.revoke_app(app.workspace, zapier.id).await.unwrap();
    assert_eq!(status(&theirs).await, "cancelled");
}

async fn a_token_gives_itself_up(database: TestDatabase) {
    let (app, zapier, _, pair) = set_up(database).await;
    let gone = app.call(Method::DELETE, "/v1/me/credential", &pair.access).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(app.status_with(&pair.access).await, 401);
    assert_eq!(app.refresh(&zapier, &pair.refresh).await.status, 200);
}

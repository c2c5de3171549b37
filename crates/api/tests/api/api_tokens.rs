//! An API token acts with its creator's role, as it is at the moment of the call.

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{Member, Role, ScopeSet};
use leadkeep_service::{ManagementError, NewApiToken};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, Held, TestApp, send};

on_both_databases![
    only_admins_and_owners_make_tokens,
    a_token_may_what_its_creators_role_may_now,
    a_token_ends_with_its_creators_membership,
    a_token_ends_with_its_workspace,
    a_key_does_not_depend_on_anybody,
];

async fn new_token(app: &TestApp, creator: &Member) -> Held {
    app.api_token_for(ExpiryChoice::Days30, Some(creator)).await
}

async fn me(app: &TestApp, held: &Held) -> Answer {
    app.call(Method::GET, "/api/v1/me", &held.secret).await
}

async fn write(app: &TestApp, held: &Held, email: &str) -> Answer {
    let request = app.at_root(Method::POST, "/api/v1/leads").bearer_auth(&held.secret);
    send(request.json(&json!({"email": email}))).await
}

async fn set_role(app: &TestApp, member: &Member, role: Role) {
    app.management.set_role(app.workspace, member.id, role).await.unwrap();
}

async fn only_admins_and_owners_make_tokens(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let create = |user| {
        let (name, expiry) = ("nightly export".parse().unwrap(), ExpiryChoice::Never);
        app.management.create_token(app.workspace, NewApiToken { name, expiry, acting_as: Some(user) })
    };
    for role in [Role::Owner, Role::Admin] {
        let member = app.member(role).await;
        assert!(create(member.user.id).await.is_ok());
    }
    for role in [Role::Member, Role::Viewer] {
        let member = app.member(role).await;
        let refused = create(member.user.id).await.map(drop);
        assert!(matches!(refused, Err(ManagementError::MayNotMakeCredentials(found)) if found == role));
    }
    let stranger = app.management.create_user("eve@acme.com".parse().unwrap(), "Eve".parse().unwrap());
    let stranger = stranger.await.unwrap().id;
    assert!(matches!(create(stranger).await.map(drop), Err(ManagementError::NotAMember)));
    let former = app.member(Role::Admin).await;
    app.management.remove_member(app.workspace, former.id).await.unwrap();
    assert!(matches!(create(former.user.id).await.map(drop), Err(ManagementError::NotAMember)));
}

async fn a_token_may_what_its_creators_role_may_now(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let ann = app.member(Role::Admin).await;
    let token = new_token(&app, &ann).await;
    let scopes = |answer: &Answer| answer.body["data"]["scopes"].as_array().unwrap().len();
    assert_eq!(write(&app, &token, "first@acme.com").await.status, 201);
    assert_eq!(scopes(&me(&app, &token).await), ScopeSet::ALL.iter().count());

    set_role(&app, &ann, Role::Viewer).await;
    let forbidden = write(&app, &token, "second@acme.com").await;
    forbidden.assert_error(403, "forbidden");
    assert_eq!(forbidden.body["error"]["details"], json!({"required_scope": "leads.write"}));
    assert!(forbidden.body["error"]["message"].as_str().unwrap().contains("leads.write"));
    assert!(forbidden.header("www-authenticate").contains("scope=\"leads.write\""));
    assert_eq!(scopes(&me(&app, &token).await), ScopeSet::READ.iter().count());
    assert_eq!(app.call(Method::GET, "/api/v1/leads", &token.secret).await.status, 200);

    // A member may not make tokens, and the ones that were made go on with all that a member may.
    set_role(&app, &ann, Role::Member).await;
    assert_eq!(write(&app, &token, "third@acme.com").await.status, 201);
    set_role(&app, &ann, Role::Owner).await;
    assert_eq!(write(&app, &token, "fourth@acme.com").await.status, 201);
}

async fn a_token_ends_with_its_creators_membership(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (ann, bob) = (app.member(Role::Admin).await, app.member(Role::Admin).await);
    let (of_ann, of_bob) = (new_token(&app, &ann).await, new_token(&app, &bob).await);
    app.management.remove_member(app.workspace, ann.id).await.unwrap();
    me(&app, &of_ann).await.assert_error(401, "unauthorized");
    assert_eq!(me(&app, &of_bob).await.status, 200);
    // Whoever returns is a member anew: what was made before stays ended.
    app.management.add_member(app.workspace, ann.user.id, Role::Owner).await.unwrap();
    me(&app, &of_ann).await.assert_error(401, "unauthorized");
}

async fn a_token_ends_with_its_workspace(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (token, key) = (app.api_token().await, app.key().await);
    app.management.set_suspended(app.workspace, true).await.unwrap();
    for held in [&token, &key] {
        me(&app, held).await.assert_error(401, "unauthorized");
    }
    app.management.set_suspended(app.workspace, false).await.unwrap();
    for held in [&token, &key] {
        assert_eq!(me(&app, held).await.status, 200);
    }
}

/// A credential of the command line belongs to the operator.
async fn a_key_does_not_depend_on_anybody(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (key, token, ann) = (app.key().await, app.api_token().await, app.member(Role::Owner).await);
    app.management.remove_member(app.workspace, ann.id).await.unwrap();
    for held in [&key, &token] {
        assert_eq!(write(&app, held, &format!("{}@acme.com", held.id)).await.status, 201);
        assert_eq!(app.listed(held).await.creator.name, "operator");
    }
}

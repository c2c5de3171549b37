use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::app::{TestApp, send};

on_both_databases![
    another_workspace_sees_nothing,
    a_header_that_names_another_tenant_is_refused,
    a_suspended_workspace_is_refused_until_it_is_resumed,
];

async fn another_workspace_sees_nothing(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let path = format!("/leads/{}", app.lead("john@acme.com").await);
    let (_, token) = app.neighbour().await;
    let with = |request: RequestBuilder| send(request.bearer_auth(&token));
    let other = |method, path: &str| app.anonymous(method, path);
    with(other(Method::GET, &path)).await.assert_error(404, "not_found");
    with(other(Method::PATCH, &path).json(&json!({"name": "M"}))).await.assert_error(404, "not_found");
    with(other(Method::DELETE, &path)).await.assert_error(404, "not_found");
    with(other(Method::POST, &format!("{path}/restore"))).await.assert_error(404, "not_found");
    with(other(Method::GET, &format!("{path}/history"))).await.assert_error(404, "not_found");
    assert_eq!(with(other(Method::GET, "/leads?status=all")).await.body["data"], json!([]));
    let same = with(other(Method::POST, "/leads").json(&json!({"email": "john@acme.com"}))).await;
    assert_eq!(same.status, 201);
}

async fn a_header_that_names_another_tenant_is_refused(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let (other, _) = app.neighbour().await;
    let organization = app.get("/me").await.body["data"]["organization"]["id"].as_str().unwrap().to_owned();
    let with = |name: &str, value: &str| send(app.request(Method::GET, "/leads").header(name, value));
    let ours = app.workspace.to_string();
    assert_eq!(with("x-workspace-id", &ours).await.status, 200);
    assert_eq!(with("x-organization-id", &organization).await.status, 200);
    for (name, value) in [
        ("x-workspace-id", other.to_string()),
        ("x-workspace-id", "demo".to_owned()),
        ("x-workspace-id", String::new()),
        ("x-organization-id", ours.clone()),
    ] {
        let answer = with(name, &value).await;
        answer.assert_error(403, "forbidden");
        assert!(answer.number("x-ratelimit-remaining") > 0);
    }
    let twice =
        app.request(Method::GET, "/leads").header("x-workspace-id", &ours).header("x-workspace-id", &ours);
    send(twice).await.assert_error(403, "forbidden");
}

async fn a_suspended_workspace_is_refused_until_it_is_resumed(database: TestDatabase) {
    let app = TestApp::start(database).await;
    app.management.set_suspended(app.workspace, true).await.unwrap();
    app.get("/leads").await.assert_error(401, "unauthorized");
    let login = json!({
        "grant_type": "client_credentials",
        "client_id": app.client.client_id.as_str(),
        "client_secret": app.secret,
    });
    app.ask_token(&login).await.assert_error(401, "unauthorized");
    app.management.set_suspended(app.workspace, false).await.unwrap();
    assert_eq!(app.get("/leads").await.status, 200);
    assert_eq!(app.ask_token(&login).await.status, 200);
}

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;

use crate::app::{TestApp, send};

on_both_databases![
    what_is_not_there_is_not_found,
    head_answers_as_get_does_without_a_body,
    a_token_without_the_scope_is_told_which_it_lacks,
];

async fn what_is_not_there_is_not_found(database: TestDatabase) {
    let app = TestApp::start(database).await;
    for id in
        ["01a200d3-22a7-7331-8c13-73a6e3dce12c", "550e8400-...", "x", "%00", "%ff", "..%2f..", "1 OR 1=1"]
    {
        app.get(&format!("/leads/{id}")).await.assert_error(404, "not_found");
    }
    app.get("/nothing").await.assert_error(404, "not_found");
    app.get("/leads/").await.assert_error(404, "not_found");
    send(app.at_root(Method::GET, "/nothing")).await.assert_error(404, "not_found");
}

async fn head_answers_as_get_does_without_a_body(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let id = app.lead("john@acme.com").await;
    for path in
        [format!("/leads/{id}"), "/leads".to_owned(), "/me".to_owned(), format!("/leads/{id}/history")]
    {
        let answer = send(app.request(Method::HEAD, &path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.is_null());
    }
    let nothing = send(app.request(Method::HEAD, "/leads/x")).await;
    assert_eq!((nothing.status, nothing.header("content-type")), (404, "application/json"));
    assert!(nothing.number("content-length") > 0);
}

async fn a_token_without_the_scope_is_told_which_it_lacks(database: TestDatabase) {
    let app = TestApp::start(database).await;
    let id = app.lead("john@acme.com").await;
    let (reader, writer) =
        (app.new_token(Some("leads.read")).await, app.new_token(Some("leads.write")).await);
    let lead = format!("/leads/{id}");
    let cases = [
        (Method::GET, "/leads".to_owned(), &writer, "leads.read"),
        (Method::GET, lead.clone(), &writer, "leads.read"),
        (Method::GET, format!("{lead}/history"), &writer, "leads.read"),
        (Method::POST, "/leads".to_owned(), &reader, "leads.write"),
        (Method::PATCH, lead.clone(), &reader, "leads.write"),
        (Method::DELETE, lead.clone(), &reader, "leads.write"),
        (Method::POST, format!("{lead}/restore"), &reader, "leads.write"),
    ];
    for (method, path, token, scope) in cases {
        // The permission is asked before the body is looked at.
        let answer = send(app.anonymous(method, &path).bearer_auth(token).body("{")).await;
        answer.assert_error(403, "forbidden");
        assert!(answer.body["error"]["message"].as_str().unwrap().contains(scope));
        assert_eq!(answer.body["error"]["details"]["required_scope"], scope);
        let challenge = format!("Bearer realm=\"leadkeep\", error=\"insufficient_scope\", scope=\"{scope}\"");
        assert_eq!(answer.header("www-authenticate"), challenge);
        assert!(answer.number("x-ratelimit-remaining") > 0);
    }
}

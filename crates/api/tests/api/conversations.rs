use std::num::NonZeroU32;

use leadkeep_credentials::ExpiryChoice;
use leadkeep_domain::{AddressRanges, Currency, Plan, Scope, ScopeSet, WorkspaceId};
use leadkeep_service::{NewApiKey, NewWorkspace};
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::app::{TestApp, send};

on_both_databases![
    a_conversation_is_answered_with_every_member,
    a_patch_changes_what_it_names,
    nothing_changed_is_200_and_leaves_no_trace,
    lists_show_what_their_filters_say,
    a_token_without_the_scope_is_told_which_it_lacks,
    another_workspace_sees_nothing,
    head_answers_as_get_does_without_a_body,
    a_site_is_told_of_conversations_on_another_site,
];

/// A server whose client may do everything.
pub(crate) async fn start(database: TestDatabase) -> TestApp {
    let mut app = TestApp::start(database).await;
    app.token = token(&app, app.workspace, ScopeSet::ALL).await;
    app
}

/// The token of a new client with these scopes.
async fn token(app: &TestApp, workspace: WorkspaceId, scopes: ScopeSet) -> String {
    let name = "Website".parse().unwrap();
    let made = app.management.create_client(workspace, name, scopes, NonZeroU32::new(1_000_000)).await;
    let made = made.unwrap();
    let login = json!({
        "grant_type": "client_credentials",
        "client_id": made.client.client_id.as_str(),
        "client_secret": made.secret.expose(),
    });
    app.ask_token(&login).await.body["data"]["access_token"].as_str().unwrap().to_owned()
}

pub(crate) async fn neighbour(app: &TestApp) -> String {
    let new = NewWorkspace {
        name: "Neighbour".parse().unwrap(),
        organization: None,
        plan: Plan::Free,
        currency: Currency::USD,
    };
    let workspace = app.management.create_workspace(new).await.unwrap().id;
    token(app, workspace, ScopeSet::ALL).await
}

/// Creates a conversation; its path.
pub(crate) async fn conversation(app: &TestApp, body: Value) -> String {
    let answer = app.post("/conversations", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    format!("/conversations/{}", answer.body["data"]["id"].as_str().unwrap())
}

async fn a_conversation_is_answered_with_every_member(database: TestDatabase) {
    let app = start(database).await;
    let lead = app.lead("john@acme.com").await;
    app.delete(&format!("/leads/{lead}")).await;
    let now = "2026-01-01T00:00:00.000000Z";
    for (body, lead, subject) in [
        (json!({"channel": "email"}), Value::Null, Value::Null),
        (json!({"channel": "email", "lead_id": null, "subject": null}), Value::Null, Value::Null),
        // An archived lead is a lead.
        (json!({"channel": "email", "lead_id": lead, "subject": " Prices "}), json!(lead), json!(" Prices ")),
    ] {
        let answer = app.post("/conversations", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.body["data"]["id"].clone();
        assert_eq!(id.as_str().unwrap().as_bytes()[14], b'7', "a UUIDv7");
        let mut expected = json!({
            "id": id,
            "lead_id": lead,
            "channel": "email",
            "subject": subject,
            "status": "open",
            "message_count": 0,
            "created_at": now,
            "updated_at": now,
        });
        assert_eq!(answer.body, json!({"data": expected}));
        assert_eq!(app.get("/conversations?limit=1").await.body["data"], json!([expected]));
        expected["messages"] = json!([]);
        let read = app.get(&format!("/conversations/{}", id.as_str().unwrap())).await.body;
        assert_eq!(read, json!({"data": expected, "meta": {"next_cursor": null, "has_more": false}}));
    }
}

async fn a_patch_changes_what_it_names(database: TestDatabase) {
    let app = start(database).await;
    let created = app.post("/conversations", &json!({"channel": "phone", "subject": "Prices"})).await.body;
    let path = format!("/conversations/{}", created["data"]["id"].as_str().unwrap());
    app.clock.advance(Duration::SECOND);
    let mut expected = created;
    expected["data"]["updated_at"] = json!("2026-01-01T00:00:01.000000Z");
    expected["data"]["status"] = json!("closed");
    assert_eq!(app.patch(&path, &json!({"status": "closed"})).await.body, expected);
    expected["data"]["updated_at"] = json!("2026-01-01T00:00:01.000001Z");
    expected["data"]["subject"] = Value::Null;
    let answer = app.patch(&path, &json!({"subject": null})).await;
    assert_eq!((answer.status, answer.body), (200, expected));
}

async fn nothing_changed_is_200_and_leaves_no_trace(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "other", "subject": "Prices"})).await;
    let before = app.get(&path).await.body;
    app.clock.advance(Duration::SECOND);
    for body in [json!({}), json!({"subject": "Prices", "status": "open"})] {
        assert_eq!(app.patch(&path, &body).await.status, 200);
        assert_eq!(app.get(&path).await.body, before);
    }
}

async fn lists_show_what_their_filters_say(database: TestDatabase) {
    let app = start(database).await;
    let lead = app.lead("john@acme.com").await;
    for (subject, lead) in [("a", Value::Null), ("b", json!(lead)), ("c", Value::Null), ("d", json!(lead))] {
        app.clock.advance(Duration::SECOND);
        let path = conversation(&app, json!({"channel": "chat", "subject": subject, "lead_id": lead})).await;
        if subject == "c" || subject == "d" {
            app.patch(&path, &json!({"status": "closed"})).await;
        }
    }
    let check = async |query: &str, expected: &[&str]| {
        assert_eq!(walk(&app, query).await, expected, "{query}");
    };
    check("", &["d", "c", "b", "a"]).await;
    check("limit=1", &["d", "c", "b", "a"]).await;
    check("status=open", &["b", "a"]).await;
    check("status=closed&limit=1", &["d", "c"]).await;
    check(&format!("lead_id={lead}&limit=1"), &["d", "b"]).await;
    check(&format!("lead_id={}&status=open", lead.to_uppercase()), &["b"]).await;
    check("lead_id=01a200d3-22a7-7331-8c13-73a6e3dce12c", &[]).await;
    check("updated_after=2026-01-01T00:00:01Z&limit=1", &["b", "c", "d"]).await;
    check("updated_after=2026-01-01T02:00:01%2B02:00&status=closed&limit=1", &["c", "d"]).await;
    check(&format!("updated_after=2026-01-01T00:00:00Z&lead_id={lead}&status=closed"), &["d"]).await;
}

/// The subjects of all pages, in order.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let (mut subjects, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = app.get(&format!("/conversations?{query}{after}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for conversation in page.body["data"].as_array().unwrap() {
            assert!(conversation.get("messages").is_none());
            subjects.push(conversation["subject"].as_str().unwrap().to_owned());
        }
        match page.body["meta"]["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return subjects,
        }
    }
}

async fn a_token_without_the_scope_is_told_which_it_lacks(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let leads = token(&app, app.workspace, ScopeSet::LEADS).await;
    let reader = token(&app, app.workspace, ScopeSet::of(&[Scope::ConversationsRead])).await;
    let writer = token(&app, app.workspace, ScopeSet::of(&[Scope::ConversationsWrite])).await;
    let (read, write) = ("conversations.read", "conversations.write");
    let messages = format!("{path}/messages");
    for (method, path, token, scope) in [
        (Method::GET, "/conversations", &writer, read),
        (Method::GET, &path, &writer, read),
        (Method::GET, &messages, &writer, read),
        (Method::GET, "/conversations", &leads, read),
        (Method::POST, "/conversations", &reader, write),
        (Method::PATCH, &path, &reader, write),
        (Method::POST, &messages, &reader, write),
        (Method::POST, &messages, &leads, write),
        (Method::GET, "/leads", &reader, "leads.read"),
    ] {
        // The permission is asked before the body is looked at.
        let answer = send(app.anonymous(method, path).bearer_auth(token).body("{")).await;
        answer.assert_error(403, "forbidden");
        assert_eq!(answer.body["error"]["details"]["required_scope"], scope);
    }
    // To write is not to read, but it answers what was written.
    let body = json!({"author": "bot", "text": "Hello"});
    let said = send(app.anonymous(Method::POST, &messages).bearer_auth(&writer).json(&body)).await;
    assert_eq!(said.status, 201);
    assert_eq!(send(app.anonymous(Method::GET, &path).bearer_auth(&reader)).await.status, 200);
}

async fn another_workspace_sees_nothing(database: TestDatabase) {
    let app = start(database).await;
    let lead = app.lead("john@acme.com").await;
    let path = conversation(&app, json!({"channel": "chat", "lead_id": lead})).await;
    let before = app.get(&path).await.body;
    let token = neighbour(&app).await;
    let other = |method, path: &str| app.anonymous(method, path).bearer_auth(&token);
    let messages = format!("{path}/messages");
    let message = json!({"author": "visitor", "text": "Hello"});
    for request in [
        other(Method::GET, &path),
        other(Method::PATCH, &path).json(&json!({"status": "closed"})),
        other(Method::GET, &messages),
        other(Method::POST, &messages).json(&message),
    ] {
        let answer = send(request).await;
        answer.assert_error(404, "not_found");
        assert_eq!(answer.body["error"]["message"], "Conversation not found");
    }
    for list in ["/conversations".to_owned(), format!("/conversations?lead_id={lead}")] {
        assert_eq!(send(other(Method::GET, &list)).await.body["data"], json!([]));
    }
    let with_our_lead = json!({"channel": "chat", "lead_id": lead});
    let answer = send(other(Method::POST, "/conversations").json(&with_our_lead)).await;
    answer.assert_error(422, "validation_error");
    assert_eq!(answer.fields(), ["lead_id"]);
    assert_eq!(app.get(&path).await.body, before);
}

async fn head_answers_as_get_does_without_a_body(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    for path in ["/conversations", &path, &format!("{path}/messages")] {
        let answer = send(app.request(Method::HEAD, path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.is_null());
    }
}

async fn a_site_is_told_of_conversations_on_another_site(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let organization = app.get("/me").await.body["data"]["organization"]["id"].as_str().unwrap().to_owned();
    let site = NewWorkspace {
        name: "Second site".parse().unwrap(),
        organization: Some(organization.parse().unwrap()),
        plan: Plan::Free,
        currency: Currency::USD,
    };
    let site = app.management.create_workspace(site).await.unwrap().id;
    let new = NewApiKey {
        label: "Second site".parse().unwrap(),
        scopes: ScopeSet::ALL,
        expiry: ExpiryChoice::Never,
        limit_per_minute: None,
        allowed_addresses: AddressRanges::default(),
        creator: None,
    };
    let made = app.management.create_key(site, new).await.unwrap();
    let ask = async |id: &str| {
        let request = app.at_root(Method::GET, &format!("/v1/public/conversations/{id}"));
        let answer = send(request.bearer_auth(made.secret.expose())).await;
        (answer.status, answer.code().to_owned())
    };
    assert_eq!(ask(path.rsplit('/').next().unwrap()).await, (403, "FORBIDDEN".to_owned()));
    let nobody = "01a200d3-22a7-7331-8c13-73a6e3dce12c";
    assert_eq!(ask(nobody).await, (404, "CONVERSATION_NOT_FOUND".to_owned()));
}

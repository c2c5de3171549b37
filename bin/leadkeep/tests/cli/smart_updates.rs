//! Smart updates by a server that runs as its users run it, with a model's server beside it.

use std::{process::Command, time::Duration};

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path},
};

use crate::process::{Place, Server};

on_both_databases![
    a_model_behind_an_api_updates_a_lead_and_its_key_is_told_nobody,
    a_server_that_is_killed_while_a_model_thinks_has_changed_nothing,
    a_server_that_is_told_to_stop_finishes_what_a_model_thinks_about,
    what_a_workspace_may_do_is_changed_from_the_command_line,
];

const API_KEY: &str = "sk-model-key-that-nobody-may-see";

/// What a model says, as chat completions say it.
fn completion(changes: &Value) -> Value {
    json!({
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "small-2026",
        "choices": [{
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": json!({"changes": changes}).to_string()},
        }],
        "usage": {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366},
    })
}

/// A model's server that takes its time.
pub(crate) async fn model(delay: Duration) -> MockServer {
    let server = MockServer::start().await;
    let changes = json!([
        {"field": "title", "value": "Head of Data", "confidence": 0.9, "quotes": ["Head of Data"]},
        {"field": "company", "value": "Not In The Text Ltd", "confidence": 0.9, "quotes": ["Not In The Text Ltd"]},
    ]);
    let answer = ResponseTemplate::new(200).set_body_json(completion(&changes)).set_delay(delay);
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {API_KEY}").as_str()))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

/// A server that has it read texts.
pub(crate) fn command(place: &Place, model: &MockServer) -> Command {
    let mut command = place.command(&["serve", "--log", "trace"]);
    command
        .env("LEADKEEP_AI_PROVIDER", "openai")
        .env("LEADKEEP_AI_CREDITS", "free=5")
        .env("LEADKEEP_OPENAI_BASE_URL", format!("{}/v1", model.uri()))
        .env("LEADKEEP_OPENAI_MODEL", "small")
        .env("OPENAI_API_KEY", API_KEY);
    command
}

impl Server {
    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let answer = self.request(Method::POST, path).bearer_auth(token).json(body).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// A lead's id.
    pub(crate) async fn lead(&self, token: &str) -> String {
        let (_, body) = self.post(token, "/leads", &json!({"email": "dana@example.org"})).await.unwrap();
        body["data"]["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }
}

async fn a_model_behind_an_api_updates_a_lead_and_its_key_is_told_nobody(database: TestDatabase) {
    let place = Place::migrated(database);
    let (client, model) = (place.client(), model(Duration::ZERO).await);
    let server = Server::spawn(command(&place, &model));
    let token = server.token(&client).await;
    let path = format!("/leads/{}/ai-update", server.lead(&token).await);
    let text = "Dana, Head of Data there, wrote this private line.";
    let (status, body) = server.post(&token, &path, &json!({"text": text})).await.unwrap();
    assert_eq!(status, 200, "{body}");
    let data = &body["data"];
    assert_eq!((&data["lead"]["title"], &data["lead"]["company"]), (&json!("Head of Data"), &Value::Null));
    assert_eq!(data["refused"][0]["reason"], "evidence_not_in_text");
    assert_eq!((&data["provider"], &data["model"]), (&json!("openai"), &json!("small-2026")));
    assert_eq!(data["credits"], json!({"charged": 1, "remaining": 4}));
    assert_eq!(place.database.query("SELECT input_tokens, output_tokens FROM ai_updates"), ["321|45"]);
    // A model that is away costs nothing.
    model.reset().await;
    let (status, body) = server.post(&token, &path, &json!({"text": text})).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (502, &json!("ai_unavailable")));
    let (_, output, log) = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    for secret in [API_KEY, "private line", "Head of Data"] {
        assert!(!log.contains(secret) && !output.contains(secret), "{secret} was told");
    }
}

async fn a_server_that_is_killed_while_a_model_thinks_has_changed_nothing(database: TestDatabase) {
    let place = Place::migrated(database);
    let (client, model) = (place.client(), model(Duration::from_secs(30)).await);
    let server = Server::spawn(command(&place, &model));
    let token = server.token(&client).await;
    let path = format!("/leads/{}/ai-update", server.lead(&token).await);
    let body = json!({"text": "Dana, Head of Data"});
    let (asked, ()) = tokio::join!(server.post(&token, &path, &body), async {
        while model.received_requests().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(place.database.query("SELECT state FROM ai_ledger"), ["reserved"]);
        server.signal("KILL");
    });
    assert!(asked.is_err());
    assert_eq!(place.database.query("SELECT version FROM leads"), ["1"]);
    assert_eq!(place.database.query("SELECT count(*) FROM ai_updates"), ["0"]);
    // The next server finds the lead as it was; what was reserved is not counted after two minutes.
    let server = Server::spawn(command(&place, &model));
    assert_eq!(server.status(&token, &path.replace("/ai-update", "")).await, 200);
}

async fn a_server_that_is_told_to_stop_finishes_what_a_model_thinks_about(database: TestDatabase) {
    let place = Place::migrated(database);
    let (client, model) = (place.client(), model(Duration::from_secs(2)).await);
    let server = Server::spawn(command(&place, &model));
    let token = server.token(&client).await;
    let path = format!("/leads/{}/ai-update", server.lead(&token).await);
    let body = json!({"text": "Dana, Head of Data"});
    let (asked, ()) = tokio::join!(server.post(&token, &path, &body), async {
        while model.received_requests().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.signal("TERM");
    });
    let (status, body) = asked.unwrap();
    assert_eq!((status, &body["data"]["lead"]["title"]), (200, &json!("Head of Data")));
    assert_eq!(tokio::task::spawn_blocking(|| server.wait()).await.unwrap().0, Some(0));
    assert_eq!(place.database.query("SELECT state FROM ai_ledger"), ["settled"]);
}

async fn what_a_workspace_may_do_is_changed_from_the_command_line(database: TestDatabase) {
    let place = Place::migrated(database);
    let id = place.new_workspace();
    let set = |more: &[&str]| {
        let printed = place.json(&[&["workspace", "set-ai", &id], more].concat());
        (printed["ai_provider"].clone(), printed["ai_fields"].clone())
    };
    assert_eq!(set(&["--provider", "rules"]), (json!("rules"), Value::Null));
    assert_eq!(set(&["--fields", "title, name"]), (json!("rules"), json!("name,title")));
    assert_eq!(set(&["--provider", "default", "--fields", "default"]), (Value::Null, Value::Null));
    let log = "SELECT action FROM audit_log WHERE action = 'workspace.set-ai'";
    assert_eq!(place.database.query(log).len(), 3);
    for wrong in [vec![], vec!["--provider", "gpt"], vec!["--fields", "status"], vec!["--fields", ""]] {
        assert!(!place.complaint(&[&["workspace", "set-ai", &id], &wrong[..]].concat()).is_empty());
    }
}

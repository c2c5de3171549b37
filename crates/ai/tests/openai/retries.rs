//! Servers that fail.

use std::time::{Duration, Instant};

use leadkeep_ai::{
    SmartUpdate, SmartUpdateError,
    openai::{OpenAi, Settings},
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::model::{Model, note, title, tokens};

fn fails(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
}

fn unavailable(error: SmartUpdateError) -> String {
    match error {
        SmartUpdateError::Unavailable { cause, .. } => cause.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn too_many_requests_are_asked_again_when_the_server_says() {
    let begun = Instant::now();
    let model = Model::that_answers([fails(429).insert_header("retry-after", "1"), title()]).await;
    assert_eq!(model.propose().await.unwrap().usage, tokens(1));
    assert_eq!(model.requests().await.len(), 2);
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_server_that_recovers_is_asked_again() {
    let model = Model::that_answers([fails(500), fails(503), title()]).await;
    assert_eq!(model.propose().await.unwrap().changes.len(), 1);
    let bodies = model.bodies().await;
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "the same question");
}

#[tokio::test]
async fn a_server_that_fails_for_ever_is_unavailable() {
    let error = json!({"error": {"message": "secret", "type": "server_error", "code": null}});
    let model = Model::that_answers([fails(500).set_body_json(error)]).await;
    let cause = unavailable(model.propose().await.unwrap_err());
    assert_eq!(cause, "the server answered 500 Internal Server Error: server_error");
    assert_eq!(model.requests().await.len(), 4);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_waited() {
    let far = "Fri, 31 Dec 9999 23:59:59 GMT";
    for wait in ["3600", "99999999999999999999", far] {
        let begun = Instant::now();
        let model = Model::that_answers([fails(429).insert_header("retry-after", wait), title()]).await;
        assert!(unavailable(model.propose().await.unwrap_err()).contains("429"));
        assert_eq!(model.requests().await.len(), 1);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_asked_again() {
    for status in [400, 404, 409, 422] {
        let error = json!({"error": {"message": "?", "type": "x", "code": "model_not_found"}});
        let model = Model::that_answers([fails(status).set_body_json(error), title()]).await;
        let cause = unavailable(model.propose().await.unwrap_err());
        assert!(cause.contains(&status.to_string()) && cause.ends_with("model_not_found"), "{cause}");
        assert_eq!(model.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_not_tried_again() {
    for status in [401, 403] {
        let model = Model::that_answers([fails(status), title()]).await;
        let cause = unavailable(model.propose().await.unwrap_err());
        assert!(cause.starts_with("the server refused the API key"), "{cause}");
        assert_eq!(model.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Model::that_answers([title()]).await;
    for status in [301, 302, 307, 308] {
        let to = format!("{}/v1/chat/completions", elsewhere.server.uri());
        let model = Model::that_answers([fails(status).insert_header("location", to.as_str())]).await;
        assert!(unavailable(model.propose().await.unwrap_err()).contains(&status.to_string()));
    }
    assert!(elsewhere.requests().await.is_empty(), "nobody else sees the key");
}

#[tokio::test]
async fn a_slow_answer_times_out() {
    let model = Model::that_answers([title().set_delay(Duration::from_secs(30))]).await;
    let mut settings = model.settings();
    settings.deadline = Duration::from_millis(300);
    let begun = Instant::now();
    let error = OpenAi::new(settings).unwrap().propose(note()).await.unwrap_err();
    assert!(matches!(error, SmartUpdateError::TimedOut { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn one_slow_attempt_is_tried_again() {
    let model = Model::that_answers([title().set_delay(Duration::from_secs(30)), title()]).await;
    let mut settings = model.settings();
    settings.attempt_timeout = Duration::from_millis(500);
    OpenAi::new(settings).unwrap().propose(note()).await.unwrap();
    assert_eq!(model.requests().await.len(), 2);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    // Bound and let go: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut settings = Settings::new("small-model");
    settings.base_url = format!("http://127.0.0.1:{port}/v1").parse().unwrap();
    settings.deadline = Duration::from_secs(5);
    let cause = unavailable(OpenAi::new(settings).unwrap().propose(note()).await.unwrap_err());
    assert_eq!(cause, "no answer came over the connection");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_unavailable() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = Settings::new("small-model");
    settings.base_url = format!("http://{}/v1", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{").await;
        }
    });
    let cause = unavailable(OpenAi::new(settings).unwrap().propose(note()).await.unwrap_err());
    assert_eq!(cause, "the connection broke in the middle of the answer");
}

#[tokio::test]
async fn a_server_without_tls_is_unavailable_by_https() {
    let model = Model::that_answers([title()]).await;
    let mut settings = model.settings();
    settings.base_url = model.server.uri().replace("http:", "https:").parse().unwrap();
    settings.deadline = Duration::from_secs(5);
    let cause = unavailable(OpenAi::new(settings).unwrap().propose(note()).await.unwrap_err());
    assert_eq!(cause, "no answer came over the connection");
    assert!(model.requests().await.is_empty());
}

use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    app::{Answer, TestApp, send},
    conversations::{conversation, start},
};

on_both_databases![
    a_conversation_is_read_with_its_messages,
    a_visitor_opens_a_closed_conversation_again,
    messages_page_oldest_first_in_both_places,
    messages_at_once_all_count,
];

async fn say(app: &TestApp, path: &str, author: &str, text: &str) -> Answer {
    let answer = app.post(&format!("{path}/messages"), &json!({"author": author, "text": text})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer
}

fn texts(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect()
}

async fn a_conversation_is_read_with_its_messages(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    app.clock.advance(Duration::SECOND);
    let first = say(&app, &path, "visitor", "Hi!\n\tTwo lines 🚀 ").await;
    let second = say(&app, &path, "bot", "Hello").await;
    assert_eq!(
        first.body,
        json!({"data": {
            "id": first.body["data"]["id"],
            "author": "visitor",
            "text": "Hi!\n\tTwo lines 🚀 ",
            "created_at": "2026-01-01T00:00:01.000000Z",
        }})
    );
    let read = app.get(&path).await.body;
    assert_eq!(read["data"]["messages"], json!([first.body["data"], second.body["data"]]));
    assert_eq!(read["data"]["message_count"], 2);
    // Messages of the same moment are a microsecond apart.
    assert_eq!(read["data"]["updated_at"], "2026-01-01T00:00:01.000001Z");
    let alone = app.get(&format!("{path}/messages")).await.body;
    assert_eq!(alone, json!({"data": read["data"]["messages"], "meta": read["meta"]}));
    let kept = app.database.query("SELECT actor_kind, actor_name, request_id FROM conversation_messages");
    assert!(kept.contains(&format!("client|Website|{}", first.header("x-request-id"))), "{kept:?}");
}

async fn a_visitor_opens_a_closed_conversation_again(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    assert_eq!(app.patch(&path, &json!({"status": "closed"})).await.body["data"]["status"], "closed");
    for (author, status) in [("agent", "closed"), ("bot", "closed"), ("visitor", "open")] {
        say(&app, &path, author, "Hello").await;
        assert_eq!(app.get(&path).await.body["data"]["status"], status, "{author}");
    }
}

async fn messages_page_oldest_first_in_both_places(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    for n in 0..5 {
        say(&app, &path, "visitor", &n.to_string()).await;
    }
    let first = app.get(&format!("{path}?limit=2")).await.body;
    assert_eq!(texts(&first["data"]["messages"]), ["0", "1"]);
    assert_eq!((&first["data"]["message_count"], &first["meta"]["has_more"]), (&json!(5), &json!(true)));
    say(&app, &path, "visitor", "late").await;
    // It is one list in two places: a cursor of the one goes on in the other.
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let second = app.get(&format!("{path}/messages?limit=2&cursor={cursor}")).await.body;
    assert_eq!(texts(&second["data"]), ["2", "3"]);
    let cursor = second["meta"]["next_cursor"].as_str().unwrap();
    let third = app.get(&format!("{path}?cursor={cursor}")).await.body;
    assert_eq!(texts(&third["data"]["messages"]), ["4", "late"]);
    assert_eq!(third["meta"], json!({"next_cursor": null, "has_more": false}));
}

async fn messages_at_once_all_count(database: TestDatabase) {
    let app = start(database).await;
    let path = conversation(&app, json!({"channel": "chat"})).await;
    let says = (0..20).map(|n| {
        let body = json!({"author": "visitor", "text": n.to_string()});
        send(app.request(Method::POST, &format!("{path}/messages")).json(&body))
    });
    for answer in futures_util::future::join_all(says).await {
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    let read = app.get(&path).await.body;
    assert_eq!(read["data"]["message_count"], 20);
    let times: Vec<_> =
        read["data"]["messages"].as_array().unwrap().iter().map(|m| &m["created_at"]).collect();
    assert_eq!(times.len(), 20);
    assert!(times.is_sorted_by(|one, next| one.as_str() < next.as_str()), "{times:?}");
}

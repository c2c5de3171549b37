//! Answers that nothing can be made of.

use leadkeep_ai::{SmartUpdateError, Usage};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::model::{Model, changes, completes, says, title, tokens};

/// What is wrong, and what it took.
fn unusable(error: SmartUpdateError) -> (String, Usage) {
    match error {
        SmartUpdateError::Unusable { cause, usage } => (cause.to_string(), usage),
        other => panic!("{other:?}"),
    }
}

/// A bad answer that is repaired: the second question has the bad answer and what is wrong with it.
async fn check(bad: ResponseTemplate, answer: Option<&str>, advice: &str) {
    let model = Model::that_answers([bad, title()]).await;
    let proposal = model.propose().await.unwrap();
    assert_eq!(proposal.changes.len(), 1);
    assert_eq!(proposal.usage, tokens(2));
    let bodies = model.bodies().await;
    let [first, second] = bodies.as_slice() else { panic!("{bodies:?}") };
    let before = first["messages"].as_array().unwrap();
    let messages = second["messages"].as_array().unwrap();
    assert_eq!(messages[..before.len()], before[..], "the same conversation goes on");
    let more: Vec<&str> = messages[before.len()..].iter().filter_map(|m| m["content"].as_str()).collect();
    match (answer, more.as_slice()) {
        (Some(answer), [said, asked]) => {
            assert_eq!(*said, answer);
            assert!(asked.contains(advice), "{asked}");
        }
        (None, [asked]) => assert!(asked.contains(advice), "{asked}"),
        _ => panic!("{more:?}"),
    }
    assert_eq!(second["response_format"], first["response_format"]);
}

#[tokio::test]
async fn truncated_json_is_repaired() {
    let cut = r#"{"changes": [{"field": "ti"#;
    check(says(cut), Some(cut), "cut off").await;
    let message = json!({"content": cut});
    check(completes(&message, "length"), Some(cut), "cut off").await;
}

#[tokio::test]
async fn an_empty_answer_is_repaired() {
    check(says(""), None, "empty").await;
    check(completes(&json!({"content": null}), "stop"), None, "empty").await;
    check(completes(&json!({"content": null}), "length"), None, "cut off").await;
}

#[tokio::test]
async fn what_is_no_json_is_repaired() {
    check(says("Sure! Her title is new."), Some("Sure! Her title is new."), "no JSON").await;
}

#[tokio::test]
async fn what_the_schema_does_not_allow_is_repaired() {
    let change = |field: &str, value: Value, confidence: Value| {
        changes(&json!([{"field": field, "quotes": [], "value": value, "confidence": confidence}]))
    };
    for (answer, advice) in [
        (change("assigned_to", json!("me"), json!(1)), "unknown field"),
        (change("deal_value", json!("50k"), json!(1)), "value of deal_value"),
        (change("deal_stage", json!("closing"), json!(1)), "no such stage"),
        (change("tags", json!(["vip"]), json!(1)), "value of tags"),
        (change("title", json!("CEO"), json!("high")), "invalid type"),
        (r#"{"changes": [], "changes": []}"#.to_owned(), "duplicate field"),
        (r#"{"changes": [], "sql": "DROP"}"#.to_owned(), "unknown field"),
        (r#"{"updates": []}"#.to_owned(), "unknown field"),
    ] {
        check(says(&answer), Some(&answer), advice).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_bad_twice_is_unusable() {
    let model = Model::that_answers([says("no idea"), says(r#"{"changes": 5}"#), title()]).await;
    let (cause, usage) = unusable(model.propose().await.unwrap_err());
    assert_eq!(cause, "the model's answer is not what the schema says");
    assert_eq!(usage, tokens(2));
    assert_eq!(model.requests().await.len(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_argued_with() {
    let refusal = json!({"content": null, "refusal": "I can't help with Dana."});
    for bad in [completes(&refusal, "stop"), completes(&json!({"content": "{"}), "content_filter")] {
        let model = Model::that_answers([bad, title()]).await;
        let (cause, usage) = unusable(model.propose().await.unwrap_err());
        assert_eq!(cause, "the model refused to answer");
        assert_eq!(usage, tokens(1));
        assert_eq!(model.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_completion_is_unusable() {
    for body in ["<html>Sign in</html>", "", "{}", r#"{"choices": []}"#] {
        let model = Model::that_answers([ResponseTemplate::new(200).set_body_string(body), title()]).await;
        let (cause, usage) = unusable(model.propose().await.unwrap_err());
        assert!(cause.starts_with("the answer is no chat completion"), "{cause}");
        assert_eq!(usage, tokens(0));
        assert_eq!(model.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn a_huge_answer_is_refused() {
    let model = Model::that_answers([says(&"x".repeat(2 << 20))]).await;
    let (cause, _) = unusable(model.propose().await.unwrap_err());
    assert_eq!(cause, "the answer is larger than 1048576 bytes");
}

#[tokio::test]
async fn what_the_first_answer_took_counts_where_the_second_is_no_completion() {
    let model = Model::that_answers([says("no idea"), ResponseTemplate::new(200)]).await;
    assert_eq!(unusable(model.propose().await.unwrap_err()).1, tokens(1));
}

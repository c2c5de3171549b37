//! What is made of an answer.

use leadkeep_ai::{ProposedChange, Span, openai::OpenAi};
use leadkeep_domain::Field;
use serde_json::{Value, json};

use crate::model::{Model, TEXT, changes, says, title, tokens};

/// What is proposed where the model says these changes.
async fn proposed(said: &Value) -> Vec<ProposedChange> {
    let model = Model::that_answers([says(&changes(said))]).await;
    model.propose().await.unwrap().changes
}

#[tokio::test]
async fn what_a_model_says_is_proposed_with_its_evidence() {
    let model = Model::that_answers([says(&changes(&json!([
        {"field": "title", "quotes": ["VP of Sales"], "value": "VP of Sales", "confidence": 0.9},
        {"field": "deal_value", "quotes": ["budget IS $50,000.50"], "value": 50000.5, "confidence": 0.8},
        {"field": "tags", "quotes": ["now"], "value": {"add": ["vip"], "remove": []}, "confidence": 0.7},
    ])))])
    .await;
    let proposal = model.propose().await.unwrap();
    assert_eq!(proposal.model.as_deref(), Some("small-model-2025-06-01"));
    assert_eq!(proposal.prompt_version.as_deref(), Some(OpenAi::PROMPT_VERSION));
    assert_eq!(proposal.usage, tokens(1));
    let change = |field, value, confidence, quote: &str| {
        let start = TEXT.find(quote).unwrap();
        ProposedChange { field, value, confidence, evidence: vec![Span { start, end: start + quote.len() }] }
    };
    assert_eq!(
        proposal.changes,
        [
            change(Field::Title, json!("VP of Sales"), 0.9, "VP of Sales"),
            change(Field::DealValue, json!(5_000_050), 0.8, "Budget is $50,000.50"),
            change(Field::Tags, json!(["vip"]), 0.7, "now"),
        ]
    );
}

#[tokio::test]
async fn a_text_that_says_nothing_gives_no_changes() {
    assert_eq!(proposed(&json!([])).await, []);
}

#[tokio::test]
async fn evidence_that_is_not_in_the_text_is_none() {
    let said = json!([{"field": "title", "quotes": ["is CEO", ""], "value": "CEO", "confidence": 0.9}]);
    let changes = proposed(&said).await;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].evidence, []);
}

#[tokio::test]
async fn confidence_outside_the_scale_is_a_guess() {
    let said = json!([
        {"field": "title", "quotes": [], "value": "CEO", "confidence": 7},
        {"field": "company", "quotes": [], "value": "Acme", "confidence": -1},
    ]);
    let sure: Vec<f64> = proposed(&said).await.iter().map(|change| change.confidence).collect();
    assert_eq!(sure, [0.0, 0.0]);
}

#[tokio::test]
async fn of_two_changes_of_a_field_the_surer_one_is_proposed() {
    let said = json!([
        {"field": "title", "quotes": [], "value": "CEO", "confidence": 0.3},
        {"field": "title", "quotes": [], "value": "CFO", "confidence": 0.6},
        {"field": "name", "quotes": [], "value": "Dana Whitlock", "confidence": 0.6},
    ]);
    let changes = proposed(&said).await;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].value, "CFO");
}

#[tokio::test]
async fn a_server_that_names_no_model_had_the_one_it_was_asked_for() {
    let content = changes(&json!([]));
    let body = json!({"choices": [{"message": {"content": content}}]});
    let model = Model::that_answers([wiremock::ResponseTemplate::new(200).set_body_json(body)]).await;
    let proposal = model.propose().await.unwrap();
    assert_eq!(proposal.model.as_deref(), Some("small-model"));
    assert_eq!(proposal.usage, tokens(0));
}

#[tokio::test]
async fn one_provider_answers_many_at_once() {
    let model = Model::that_answers([title()]).await;
    let provider = OpenAi::new(model.settings()).unwrap();
    let ask = || leadkeep_ai::SmartUpdate::propose(&provider, crate::model::note());
    let (one, other) = tokio::join!(ask(), ask());
    assert_eq!(one.unwrap(), other.unwrap());
}

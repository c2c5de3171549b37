//! What must not be seen: the key, and in errors the text.

use std::{error::Error, time::Duration};

use leadkeep_ai::{
    SmartUpdate,
    openai::{ApiKey, BaseUrl, OpenAi, Settings, SettingsError},
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::model::{KEY, Model, TEXT, completes, note, says};

/// An error with all that is behind it, for people and for debugging.
fn everything(error: &dyn Error) -> String {
    let mut all = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        all.push(format!("{cause} {cause:?}"));
        next = cause.source();
    }
    all.join(" ")
}

#[tokio::test]
async fn neither_key_nor_text_is_in_any_error() {
    let echo = json!({"error": {"message": KEY, "code": KEY, "type": TEXT}});
    let wrong =
        json!({"changes": [{"field": KEY, "quotes": [], "value": TEXT, "confidence": 1}]}).to_string();
    for answer in [
        ResponseTemplate::new(401).set_body_json(&echo),
        ResponseTemplate::new(400).set_body_json(&echo),
        ResponseTemplate::new(500).set_body_json(&echo),
        ResponseTemplate::new(302).insert_header("location", format!("http://{KEY}.example").as_str()),
        ResponseTemplate::new(200).set_body_string(format!("{KEY} {TEXT}")),
        ResponseTemplate::new(200).set_body_json(json!({"choices": KEY})),
        says(&format!("{KEY} {TEXT}")),
        says(&wrong),
        completes(&json!({"content": null, "refusal": format!("{KEY} {TEXT}")}), "stop"),
        says(TEXT).set_delay(Duration::from_secs(30)),
    ] {
        let model = Model::that_answers([answer]).await;
        let mut settings = model.settings();
        settings.deadline = Duration::from_millis(600);
        let error = OpenAi::new(settings).unwrap().propose(note()).await.unwrap_err();
        let all = everything(&error);
        assert!(!all.contains(KEY) && !all.contains("VP of Sales") && !all.contains("/v1"), "{all}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_debug() {
    let model = Model::that_answers([says("{}")]).await;
    let settings = model.settings();
    let provider = OpenAi::new(settings.clone()).unwrap();
    let all = format!("{settings:#?} {:?} {provider:#?}", ApiKey::parse(KEY).unwrap());
    assert!(!all.contains(KEY), "{all}");
}

#[test]
fn openai_needs_a_key_and_says_what_to_set() {
    let error = OpenAi::new(Settings::new("small-model")).unwrap_err();
    assert!(matches!(error, SettingsError::NoApiKey), "{error:?}");
    assert!(error.to_string().contains("set the API key"), "{error}");
    let mut settings = Settings::new("small-model");
    settings.api_key = Some(ApiKey::parse(KEY).unwrap());
    assert_eq!(settings.base_url.to_string(), BaseUrl::OPENAI);
    assert!(OpenAi::new(settings).is_ok(), "with the machine's CA certificates");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &str) {
        let mut settings = Settings::new("small-model");
        settings.base_url = "http://127.0.0.1:9/v1".parse().unwrap();
        change(&mut settings);
        let error = OpenAi::new(settings).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(|settings| settings.model = " ".to_owned(), "the model must be");
    check(|settings| settings.model = "a\nb".to_owned(), "the model must be");
    check(|settings| settings.deadline = Duration::from_secs(50), "less than 50 seconds");
    check(|settings| settings.deadline = Duration::ZERO, "the deadline must be");
    check(|settings| settings.attempt_timeout = Duration::ZERO, "the attempt timeout must be");
    check(|settings| settings.temperature = Some(f32::NAN), "the temperature must be");
    check(|settings| settings.temperature = Some(2.5), "the temperature must be");
}

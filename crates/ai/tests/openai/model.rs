//! A server that answers as it is told, and the provider that asks it.

use std::time::Duration;

use leadkeep_ai::{
    Note, Proposal, SmartUpdate, SmartUpdateError, Usage,
    openai::{ApiKey, OpenAi, Settings},
};
use leadkeep_domain::{AiFields, Currency, DealStage, Email, LeadFields};
use serde_json::{Value, json};
use time::macros::date;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

pub(crate) const KEY: &str = "sk-test-0123456789";
pub(crate) const TEXT: &str = "Dana is VP of Sales now. Budget is $50,000.50.";

/// A server with a queue of answers; the last one is given again and again.
pub(crate) struct Model {
    pub(crate) server: MockServer,
}

impl Model {
    pub(crate) async fn that_answers(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let server = MockServer::start().await;
        let mut answers = answers.into_iter().peekable();
        while let Some(answer) = answers.next() {
            let mock = Mock::given(any()).respond_with(answer);
            let mock = if answers.peek().is_some() { mock.up_to_n_times(1) } else { mock };
            server.register(mock).await;
        }
        Self { server }
    }

    /// Short times: no test waits longer.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new("small-model");
        settings.base_url = format!("{}/v1", self.server.uri()).parse().unwrap();
        settings.api_key = Some(ApiKey::parse(KEY).unwrap());
        settings.attempt_timeout = Duration::from_secs(10);
        settings.deadline = Duration::from_secs(20);
        settings
    }

    pub(crate) async fn propose(&self) -> Result<Proposal, SmartUpdateError> {
        OpenAi::new(self.settings()).unwrap().propose(note()).await
    }

    pub(crate) async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }

    /// The bodies of the requests so far.
    pub(crate) async fn bodies(&self) -> Vec<Value> {
        self.requests().await.iter().map(|request| request.body_json().unwrap()).collect()
    }
}

pub(crate) fn note() -> Note {
    let mut lead = LeadFields::new(Email::parse("dana@paper.example").unwrap(), Currency::USD);
    lead.name = Some("Dana Whitlock".parse().unwrap());
    Note {
        lead,
        text: TEXT.to_owned(),
        written_on: date!(2025 - 06 - 13),
        currency: Currency::USD,
        stages: DealStage::ALL.to_vec(),
        fields: AiFields::ANYWHERE.to_vec(),
    }
}

/// A completion whose message has this content. It took 100 tokens to read and 10 to write.
pub(crate) fn says(content: &str) -> ResponseTemplate {
    completes(&json!({"role": "assistant", "content": content}), "stop")
}

pub(crate) fn completes(message: &Value, finish_reason: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "small-model-2025-06-01",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": null}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }))
}

/// An answer of these changes.
pub(crate) fn changes(changes: &Value) -> String {
    json!({ "changes": changes }).to_string()
}

/// A useful answer: a new title.
pub(crate) fn title() -> ResponseTemplate {
    says(&changes(&json!([
        {"field": "title", "quotes": ["VP of Sales"], "value": "VP of Sales", "confidence": 0.9},
    ])))
}

pub(crate) fn tokens(times: u32) -> Usage {
    Usage { input_tokens: 100 * times, output_tokens: 10 * times }
}

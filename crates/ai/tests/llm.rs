//! The provider that asks a model, against a model: `make test-llm` starts a small one.
//!
//! Proves the protocol and that the schema is kept, not that the model is clever.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{collections::HashSet, time::Duration};

use leadkeep_ai::{
    Note, Proposal, SmartUpdate,
    eval::Labelled,
    openai::{OpenAi, SchemaMode, Settings},
};

/// Where the model's server is: `http://127.0.0.1:8000/v1`.
const URL: &str = "LEADKEEP_TEST_LLM_URL";

#[tokio::test]
#[ignore = "needs a model's server: make test-llm"]
async fn a_model_answers_within_the_schema() {
    let provider = OpenAi::new(settings()).unwrap();
    for line in include_str!("../eval/notes.jsonl").lines().take(3) {
        let note = Labelled::parse(line).unwrap().note;
        let proposal = match provider.propose(note.clone()).await {
            Ok(proposal) => proposal,
            Err(error) => panic!("{error:?}: {line}"),
        };
        println!("{}\n  {:?} {:?}", note.text, proposal.changes, proposal.usage);
        check(&note, &proposal);
    }
}

fn settings() -> Settings {
    let url = std::env::var(URL).unwrap_or_else(|_| panic!("{URL} is not set: run make test-llm"));
    let mut settings = Settings::new("any");
    settings.base_url = url.parse().unwrap();
    settings.schema_mode = SchemaMode::JsonObject;
    // A small machine takes its time.
    settings.deadline = Settings::LONGEST_DEADLINE.saturating_sub(Duration::from_millis(100));
    settings.attempt_timeout = settings.deadline;
    settings
}

/// What holds whatever the model says.
fn check(note: &Note, proposal: &Proposal) {
    assert!(proposal.usage.input_tokens > 0 && proposal.usage.output_tokens > 0, "{:?}", proposal.usage);
    assert!(proposal.model.is_some());
    assert_eq!(proposal.prompt_version.as_deref(), Some(OpenAi::PROMPT_VERSION));
    let fields: HashSet<_> = proposal.changes.iter().map(|change| change.field).collect();
    assert_eq!(fields.len(), proposal.changes.len(), "at most one change for each field");
    for change in &proposal.changes {
        assert!((0.0..=1.0).contains(&change.confidence), "{change:?}");
        for span in &change.evidence {
            let quote = note.text.get(span.start..span.end);
            assert!(quote.is_some_and(|quote| !quote.trim().is_empty()), "{change:?}");
        }
    }
}

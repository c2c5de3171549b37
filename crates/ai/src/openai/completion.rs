//! A chat completion, as servers answer it.

use serde::Deserialize;

use super::{fault::Fault, settings::is_model_name, trouble::Trouble};
use crate::Usage;

/// What the server says.
pub(super) struct Completion {
    /// What the model wrote; empty where it wrote nothing.
    pub(super) content: String,
    /// Why it is no answer, whatever it says.
    pub(super) fault: Option<Fault>,
    /// What the server calls the model.
    pub(super) model: Option<String>,
    /// What it took.
    pub(super) usage: Usage,
}

impl Completion {
    /// Reads the body of an answer. What a completion has besides is passed over.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Trouble> {
        let body: Body = serde_json::from_slice(body)
            .map_err(|error| Trouble::NotACompletion { line: error.line(), column: error.column() })?;
        let choice = body.choices.into_iter().next().ok_or(Trouble::NotACompletion { line: 0, column: 0 })?;
        Ok(Self {
            fault: choice.fault(),
            content: choice.message.content.unwrap_or_default(),
            model: body.model.filter(|name| is_model_name(name)),
            usage: body.usage.map(Tokens::counted).unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
struct Body {
    choices: Vec<Choice>,
    model: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

impl Choice {
    fn fault(&self) -> Option<Fault> {
        let refuses = self.message.refusal.as_ref().is_some_and(|refusal| !refusal.is_empty());
        match self.finish_reason.as_deref() {
            _ if refuses => Some(Fault::Refused),
            Some("content_filter") => Some(Fault::Refused),
            Some("length") => Some(Fault::CutOff),
            _ if self.message.content.as_ref().is_none_or(|content| content.trim().is_empty()) => {
                Some(Fault::Empty)
            }
            _ => None,
        }
    }
}

impl Tokens {
    fn counted(self) -> Usage {
        let count = |tokens| u32::try_from(tokens).unwrap_or(u32::MAX);
        Usage { input_tokens: count(self.prompt_tokens), output_tokens: count(self.completion_tokens) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_with_the_least_there_may_be_is_read() {
        let body = br#"{"choices": [{"message": {"content": "{}"}}]}"#;
        let completion = Completion::parse(body).unwrap();
        assert_eq!(completion.content, "{}");
        assert!(completion.fault.is_none());
        assert_eq!(completion.model, None);
        assert_eq!(completion.usage, Usage::default());
    }

    #[test]
    fn counts_beyond_all_measure_are_the_largest() {
        let body = br#"{"choices": [{"message": {}}], "model": "a\nb",
            "usage": {"prompt_tokens": 99999999999, "completion_tokens": 3}}"#;
        let completion = Completion::parse(body).unwrap();
        assert_eq!(completion.usage, Usage { input_tokens: u32::MAX, output_tokens: 3 });
        assert_eq!(completion.model, None, "a model's name is one line");
    }

    #[test]
    fn what_is_no_completion_is_refused() {
        for body in ["", "<html>", "{}", "[]", r#"{"choices": []}"#, r#"{"error": {"message": "no"}}"#] {
            assert!(Completion::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}

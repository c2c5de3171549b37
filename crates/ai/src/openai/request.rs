use bytes::Bytes;
use serde::Serialize;

use super::{SchemaMode, Settings, node::Node, prompt, schema, trouble::Trouble};
use crate::Note;

/// A conversation with a model, as servers want it.
#[derive(Serialize)]
pub(super) struct Request<'s> {
    model: &'s str,
    messages: Vec<Message>,
    response_format: Node,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: String,
}

impl<'s> Request<'s> {
    /// Asks what a note says.
    pub(super) fn new(settings: &'s Settings, note: &Note) -> Self {
        // What makes JSON by a grammar may make it without end. In strict mode a bound would count a model's thoughts too, and
        // the member's name depends on the model.
        let max_tokens = (settings.schema_mode == SchemaMode::JsonObject).then_some(1024);
        let mut request = Self {
            model: &settings.model,
            messages: Vec::new(),
            response_format: schema::response_format(&note.fields, &note.stages, settings.schema_mode),
            temperature: settings.temperature,
            max_tokens,
        };
        request.say("system", prompt::instructions(settings.schema_mode));
        request.say("user", prompt::document(note));
        request
    }

    /// Asks again, after an answer that was of no use.
    pub(super) fn repair(&mut self, answer: &str, advice: &str) {
        // Not every server takes an empty message; and the beginning is enough to know it by.
        const MOST: usize = 8000;
        if !answer.trim().is_empty() {
            self.say("assistant", answer.chars().take(MOST).collect());
        }
        self.say("user", prompt::repair(advice));
    }

    /// The body of the request.
    pub(super) fn body(&self) -> Result<Bytes, Trouble> {
        serde_json::to_vec(self).map(Bytes::from).map_err(Trouble::Request)
    }

    fn say(&mut self, role: &'static str, content: String) {
        self.messages.push(Message { role, content });
    }
}

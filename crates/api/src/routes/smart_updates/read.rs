//! What callers ask of a text.

use leadkeep_domain::{ConversationId, Id, Scope};
use leadkeep_service::{
    gate,
    input::{Fault, Faults, Fields, flag, fraction, text, word},
    smart_updates::{AiOptions, AiRequest, AiSource, MIN_CONFIDENCE, NoteText, as_of},
};
use time::Date;

use crate::{
    caller::Caller,
    problem::{Code, Problem},
};

/// One update of one lead.
pub(super) fn request(mut fields: Fields, caller: &Caller) -> Result<AiRequest, Problem> {
    let written = Written::read(&mut fields, "text")?;
    let options = options(&mut fields);
    let faults = fields.finish().err().map(|Faults(faults)| faults).unwrap_or_default();
    let source = written.source(faults, caller)??;
    Ok(AiRequest { source, options })
}

/// How texts are read.
pub(super) fn options(fields: &mut Fields) -> AiOptions {
    AiOptions {
        as_of: day(fields),
        dry_run: fields.optional("dry_run", flag).unwrap_or(false),
        min_confidence: fields.optional("min_confidence", fraction).unwrap_or(MIN_CONFIDENCE),
        overwrite: fields.optional("overwrite", flag).unwrap_or(true),
    }
}

pub(super) fn day(fields: &mut Fields) -> Option<Date> {
    fields.optional("as_of", text(|day| as_of(&day)))
}

/// The members that say what the text is.
pub(super) struct Written {
    text: Option<String>,
    conversation: Option<ConversationId>,
}

impl Written {
    /// A text that is too long is a body that is too large.
    pub(super) fn read(fields: &mut Fields, name: &str) -> Result<Self, Problem> {
        let written = fields.optional("text", text(Ok));
        if written.as_ref().is_some_and(|text| text.len() > NoteText::MAX) {
            return Err(Problem::new(
                Code::PayloadTooLarge,
                format!("{name} must be at most {} bytes of UTF-8", NoteText::MAX),
            ));
        }
        Ok(Self { text: written, conversation: fields.optional("conversation_id", text(word::<Id<_>>)) })
    }

    /// Where the text comes from, if nothing else is wrong either. Who may not read conversations has none read to it.
    pub(super) fn source(
        self,
        mut faults: Vec<Fault>,
        caller: &Caller,
    ) -> Result<Result<AiSource, Faults>, Problem> {
        let wrong = |faults: &[Fault], member: &str| faults.iter().any(|fault| fault.field == member);
        let source = match (self.text, self.conversation) {
            (Some(text), None) => match NoteText::parse(text) {
                Ok(text) => Some(AiSource::Text(text)),
                Err(invalid) => {
                    faults.push(Fault::new("text", invalid.to_string()));
                    None
                }
            },
            (None, Some(conversation)) => {
                gate::permit(caller.principal(), Scope::ConversationsRead)?;
                Some(AiSource::Conversation(conversation))
            }
            (Some(_), Some(_)) => {
                faults.push(Fault::new("conversation_id", "must be absent where there is a text"));
                None
            }
            (None, None) => {
                if !wrong(&faults, "text") && !wrong(&faults, "conversation_id") {
                    faults.push(Fault::new("text", "is required, or a conversation_id in its place"));
                }
                None
            }
        };
        Ok(source.filter(|_| faults.is_empty()).ok_or(Faults(faults)))
    }
}

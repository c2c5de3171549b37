//! The texts of a run, one line of JSON each, in parts: a part holds whole lines.

use leadkeep_domain::LeadId;
use serde_json::{Value, json};
use time::Date;

use super::{options::Unreadable, upload::PART};
use crate::smart_updates::{AiSource, NoteText, as_of};

/// A lead, and the text to update it from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiItem {
    /// Which lead.
    pub lead: LeadId,
    /// The text.
    pub source: AiSource,
    /// The day that it was written; none for the day that a text is read, or of a conversation's last message.
    pub as_of: Option<Date>,
}

impl AiItem {
    fn to_json(&self) -> Value {
        let (text, conversation) = match &self.source {
            AiSource::Text(text) => (Some(text.as_str()), None),
            AiSource::Conversation(id) => (None, Some(id.to_string())),
        };
        let as_of = self.as_of.map(|day| leadkeep_domain::CloseDate::from_stored(day).to_string());
        json!({"id": self.lead.to_string(), "text": text, "conversation_id": conversation, "as_of": as_of})
    }

    fn from_json(kept: &Value) -> Result<Self, Unreadable> {
        let text = |member: &str| kept[member].as_str();
        let source = match (text("text"), text("conversation_id")) {
            (Some(text), None) => AiSource::Text(NoteText::parse(text.to_owned()).map_err(|_| Unreadable)?),
            (None, Some(id)) => AiSource::Conversation(id.parse().map_err(|_| Unreadable)?),
            _ => return Err(Unreadable),
        };
        Ok(Self {
            lead: text("id").and_then(|id| id.parse().ok()).ok_or(Unreadable)?,
            source,
            as_of: text("as_of").map(as_of).transpose().map_err(|_| Unreadable)?,
        })
    }
}

/// The items as parts.
pub(super) fn to_parts(items: &[AiItem]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for item in items {
        let line = item.to_json().to_string();
        if !part.is_empty() && part.len() + line.len() >= PART {
            parts.push(std::mem::take(&mut part));
        }
        part.extend_from_slice(line.as_bytes());
        part.push(b'\n');
    }
    parts.push(part);
    parts
}

/// The items of a part.
pub(super) fn from_part(part: &[u8]) -> Result<Vec<AiItem>, Unreadable> {
    let lines = part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| AiItem::from_json(&serde_json::from_slice(line).map_err(|_| Unreadable)?)).collect()
}

#[cfg(test)]
mod tests {
    use leadkeep_domain::Id;
    use time::macros::date;

    use super::*;

    #[test]
    fn items_come_back_from_their_parts() {
        let item = |text: String| AiItem {
            lead: Id::generate(),
            source: AiSource::Text(NoteText::parse(text).unwrap()),
            as_of: Some(date!(2026 - 01 - 31)),
        };
        let mut items: Vec<_> =
            (0..9).map(|n| item(format!("Note {n}\n\u{0}{}", "é".repeat(30_000)))).collect();
        items.push(AiItem {
            lead: Id::generate(),
            source: AiSource::Conversation(Id::generate()),
            as_of: None,
        });
        let parts = to_parts(&items);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= PART), "{}", parts.len());
        let back: Vec<_> = parts.iter().flat_map(|part| from_part(part).unwrap()).collect();
        assert_eq!(back, items);
    }
}

//! Rules that read a text without a model: tables of words, and what they mean beside each other.
//!
//! 1. `text`: markup and data are covered, letters taken apart, and what is left is cut into tokens, sentences and clauses. Each
//!    sentence knows who wrote it and of whom it speaks; each clause, how sure it is.
//! 2. `words`: phrases of several languages, as data, and the cues that they give to what stands beside them.
//! 3. A reader for each field (`amount`, `date`, `phone`, `email`, `website`, `job`, `stage`, `tags`, `signature`) collects
//!    candidates, with the words that state them.
//! 4. `candidate`: what is stated more plainly wins; a contradiction is silence.
//! 5. `changes`: what the lead has already is no change.
//!
//! Rules prefer silence to a guess: a field that stays empty is found by a person, one that is wrong is believed.

mod amount;
mod candidate;
mod changes;
mod date;
mod email;
mod job;
mod phone;
mod readings;
mod signature;
mod stage;
mod tags;
mod text;
mod website;
mod words;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

pub use amount::{Money, money};
pub use date::date;
pub use email::email;
pub use phone::{phone, same_phone};

use crate::{Note, Proposal, SmartUpdate, SmartUpdateError, Span};
use changes::Changes;
use text::{Document, Lead, covered};
use words::Lexicon;

/// Reads notes by rules: the same note gives the same proposal, at once and for nothing.
#[derive(Debug)]
pub struct Rules {
    lexicon: Lexicon,
}

impl Rules {
    /// The name that proposals give as their model.
    pub const MODEL: &str = "rules-1";

    /// Reads the tables once, for all notes.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new() }
    }

    /// What a note says of its lead. The time it takes is proportional to the text's length.
    pub fn read(&self, note: &Note) -> Proposal {
        let lead = Lead::new(&note.lead);
        let document = Document::read(&note.text, note.written_on, &lead, &self.lexicon);
        let signed = signature::signed(&document, &lead);
        let mut changes = Changes::new(note, &document);
        changes.job(&lead, &signed);
        changes.contact(&lead, &signed);
        changes.deal(&lead);
        changes.tags();
        Proposal { changes: changes.into_list(), model: Some(Self::MODEL.to_owned()), ..Proposal::default() }
    }

    /// The parts of a note that are no statement of anybody: what addresses the machine, markup, code and data. A model may
    /// take them for one; whoever checks its evidence does not.
    pub fn instructions(&self, note: &Note) -> Vec<Span> {
        let document = Document::read(&note.text, note.written_on, &Lead::new(&note.lead), &self.lexicon);
        let addressed = document.instructions.iter().filter_map(|range| document.span(range.clone()));
        covered(&note.text).into_iter().chain(addressed).collect()
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl SmartUpdate for Rules {
    async fn propose(&self, note: Note) -> Result<Proposal, SmartUpdateError> {
        Ok(self.read(&note))
    }
}

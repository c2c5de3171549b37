//! What stands behind a quote: for whoever checks what a model says of a text.

use leadkeep_domain::DealStage;

use super::{
    Rules, amount,
    candidate::agreed,
    date, email, phone, stage,
    text::{Document, Lead, tokens},
    words::Cue,
};
use crate::{Note, Span};

/// Beginnings of words that are said of a stage.
const STAGE_WORDS: &[(DealStage, &[&str])] = &[
    (DealStage::New, &["new"]),
    (DealStage::Contacted, &["contact", "reach", "spoke", "call", "mail", "wrote", "messag"]),
    (DealStage::Qualified, &["qualif", "budget", "fit"]),
    (DealStage::Proposal, &["propos", "quot", "offer", "bid", "estimate", "pricing"]),
    (DealStage::Negotiation, &["negotiat", "redline", "term", "haggl", "counter", "discount"]),
    (DealStage::Won, &["won", "win", "sign", "countersign", "order", "closed", "purchase"]),
    (DealStage::Lost, &["lost", "lose", "declin", "reject", "pass", "cancel", "chose", "competitor", "went"]),
];

impl Rules {
    /// The amounts, days, telephone numbers and addresses of a note, each from its first character to its last: `$1,500,000` is
    /// one, and `$1,500` in it is none. They may overlap, as a number may be read as several.
    pub fn readings(&self, note: &Note) -> Vec<Span> {
        let tokens = tokens(&note.text);
        let ranges = amount::written(&tokens)
            .into_iter()
            .map(|written| written.range)
            .chain(date::written(&tokens, note.written_on).into_iter().map(|written| written.range))
            .chain(phone::written(&tokens).into_iter().map(|written| written.range))
            .chain(email::written(&tokens).into_iter().map(|(range, _)| range));
        ranges
            .filter_map(|range| {
                let found = tokens.get(range)?;
                Some(Span { start: found.first()?.span.start, end: found.last()?.span.end })
            })
            .collect()
    }

    /// Whether a sentence may say that the deal is at this stage: the rules read none else, it is not denied or asked, and
    /// there is a word for the stage.
    pub fn may_state(&self, sentence: &Note, stage: DealStage) -> bool {
        let lead = Lead::new(&sentence.lead);
        let document = Document::read(&sentence.text, sentence.written_on, &lead, &self.lexicon);
        if let Some(read) = agreed(stage::stages(&document, &lead)) {
            return read.value == stage;
        }
        let doubtful = document.sentences.iter().any(|said| said.asks || said.cues.has(Cue::Negated));
        let words = STAGE_WORDS.iter().find(|(of, _)| *of == stage).map_or(&[][..], |(_, words)| words);
        let has_word =
            document.tokens.iter().any(|token| words.iter().any(|word| token.lower.starts_with(word)));
        has_word && !doubtful
    }
}

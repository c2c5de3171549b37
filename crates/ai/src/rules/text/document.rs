use std::ops::Range;

use leadkeep_domain::DealStage;
use time::Date;

use super::{
    clauses::clauses,
    cover::covered,
    lead::Lead,
    letter::{Author, GREETINGS, Letter, take_apart},
    lines::lines,
    mood::{Mood, comes_back, names_deal, sets_apart, takes_aside},
    people::{People, Who},
    sentence::{Sentence, asks, corrects, sentences, union},
    token::{Kind, Token, tokens},
};
use crate::{
    Span,
    rules::words::{Cue, Cues, Lexicon, Meaning},
};

/// A text, understood as far as its sentences.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    /// Its tokens, but those that are covered.
    pub(crate) tokens: Vec<Token<'t>>,
    /// The cues of the phrase that each token is part of.
    pub(crate) cues: Vec<Cues>,
    /// Stages that are stated.
    pub(crate) stages: Vec<(Range<usize>, DealStage)>,
    /// What is said, by us or by the lead.
    pub(crate) sentences: Vec<Sentence>,
    /// The lead's own lines of `From`.
    pub(crate) senders: Vec<Range<usize>>,
    /// The lead's signatures, line by line.
    pub(crate) signatures: Vec<Vec<Range<usize>>>,
    /// Sentences that address the machine.
    pub(crate) instructions: Vec<Range<usize>>,
    /// The day it was written.
    pub(crate) written_on: Date,
}

impl<'t> Document<'t> {
    /// Reads a text about this lead.
    pub(crate) fn read(text: &'t str, written_on: Date, lead: &Lead, lexicon: &Lexicon) -> Self {
        let tokens = without_fillers(uncovered(text));
        let (cues, stages) = meanings(&tokens, lexicon);
        let letter = take_apart(&tokens, &cues, &lines(&tokens), lead, lexicon);
        let (sentences, instructions) = say(&tokens, &cues, &letter, lead);
        let Letter { senders, signatures, .. } = letter;
        Self { tokens, cues, stages, sentences, senders, signatures, instructions, written_on }
    }

    /// The cues of these tokens.
    pub(crate) fn cues(&self, range: Range<usize>) -> Cues {
        union(&self.cues, range)
    }

    /// These tokens.
    pub(crate) fn slice(&self, range: Range<usize>) -> &[Token<'t>] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// One token.
    pub(crate) fn token(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    /// Where these tokens are in the text.
    pub(crate) fn span(&self, range: Range<usize>) -> Option<Span> {
        let tokens = self.tokens.get(range)?;
        Some(Span { start: tokens.first()?.span.start, end: tokens.last()?.span.end })
    }
}

/// The tokens of a text, with a line's end in place of what is covered.
fn uncovered(text: &str) -> Vec<Token<'_>> {
    let covered = covered(text);
    let mut hidden = covered.iter().peekable();
    let mut kept: Vec<Token<'_>> = Vec::new();
    for mut token in tokens(text) {
        while hidden.next_if(|span| span.end <= token.span.start).is_some() {}
        if hidden.peek().is_some_and(|span| token.span.start >= span.start) {
            if kept.last().is_some_and(|last| last.kind == Kind::Break) {
                continue;
            }
            token.kind = Kind::Break;
        }
        kept.push(token);
    }
    kept
}

/// Without what people say while they think, and the commas around it.
fn without_fillers(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    const FILLERS: &[&str] = &["um", "uh", "uhm", "umm", "erm", "hmm", "äh", "ähm", "euh", "lol", "btw"];
    const UNFINISHED: &[&str] = &[
        "is", "'s", "are", "was", "the", "a", "an", "to", "by", "at", "as", "of", "for", "on", "in", "and",
        "us", "me", "him", "her", "it", "that", "like", "they", "he", "she",
    ];
    let mut kept: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let hesitates = token.is("er") && tokens.peek().is_some_and(|next| next.is(","));
        if !(token.is_any(FILLERS) || hesitates) {
            kept.push(token);
            continue;
        }
        let _comma = tokens.next_if(|next| next.is(","));
        let unfinished =
            matches!(kept.as_slice(), [.., word, comma] if comma.is(",") && word.is_any(UNFINISHED));
        if unfinished {
            kept.pop();
        }
    }
    kept
}

fn meanings(tokens: &[Token<'_>], lexicon: &Lexicon) -> (Vec<Cues>, Vec<(Range<usize>, DealStage)>) {
    let mut cues = vec![Cues::NONE; tokens.len()];
    let mut stages = Vec::new();
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((len, meanings)) = lexicon.at(rest) else {
            at += 1;
            continue;
        };
        let mut stated = false;
        for meaning in meanings {
            match meaning {
                Meaning::Cue(cue) => cues.iter_mut().skip(at).take(len).for_each(|cues| cues.add(cue)),
                Meaning::Stage(stage) => {
                    stages.push((at..at + len, stage));
                    stated = true;
                }
            }
        }
        // A stated stage hides no cue: "signed the contract" speaks of a contract, too, and "proposal is out" of a proposal.
        if let Some((1, meanings)) =
            lexicon.at(rest.get(..1).filter(|_| stated && len > 1).unwrap_or_default())
        {
            for meaning in meanings {
                if let (Meaning::Cue(cue), Some(cues)) = (meaning, cues.get_mut(at)) {
                    cues.add(cue);
                }
            }
        }
        at += if stated { 1 } else { len };
    }
    (cues, stages)
}

/// What is said to people, and what to the machine.
fn say(
    tokens: &[Token<'_>],
    cues: &[Cues],
    letter: &Letter,
    lead: &Lead,
) -> (Vec<Sentence>, Vec<Range<usize>>) {
    let mut people = People { tokens, cues, lead, focus: Who::Lead };
    let (mut said, mut instructions) = (Vec::new(), Vec::new());
    let mut mood = Mood { commanded: false, elsewhere: false };
    let mut paragraphs = letter.paragraphs.iter().peekable();
    for (line, author) in &letter.prose {
        while paragraphs.next_if(|start| **start <= line.start).is_some() {
            mood = Mood { commanded: false, elsewhere: false };
        }
        let mut before = Who::Lead;
        let mut introduced = false;
        for range in sentences(tokens, line.clone()) {
            let sentence_cues = union(cues, range.clone());
            let focus = people.focus;
            let greets = tokens.get(range.start).is_some_and(|token| token.is_any(GREETINGS));
            let mentions =
                if greets { Vec::new() } else { people.mentions(range.clone(), *author == Author::Lead) };
            let named = mentions.iter().any(|mention| {
                mention.who == Who::Lead
                    && tokens.get(mention.at).is_some_and(|token| lead.is_called(&token.lower))
            });
            if mood.is_to_the_machine(tokens, &range, sentence_cues, named) {
                people.focus = focus;
                instructions.push(range);
                continue;
            }
            mood.elsewhere = sentence_cues.has(Cue::OtherDeal)
                || names_deal(tokens, cues, &range, lead)
                || (mood.elsewhere && !named && !comes_back(tokens, &range));
            let mut clauses = clauses(tokens, cues, range.clone());
            let asks = asks(tokens, &range, &mut clauses);
            if sentence_cues.has(Cue::OtherDeal)
                && takes_aside(tokens, &range)
                && let Some(last) = said.last_mut()
            {
                let last: &mut Sentence = last;
                last.elsewhere |= last.range.end == range.start;
            }
            let corrects = tokens.get(range.clone()).is_some_and(corrects);
            said.push(Sentence {
                corrects,
                cues: sentence_cues,
                clauses,
                author: *author,
                asks,
                elsewhere: mood.elsewhere,
                mentions,
                before,
                introduced,
                range: range.clone(),
            });
            mood.elsewhere &= !sets_apart(tokens, &range);
            introduced = ends_with_another(said.last(), cues);
            before = people.focus;
        }
    }
    (said, instructions)
}

/// Whether a sentence spoke last of somebody else, by name or office.
fn ends_with_another(sentence: Option<&Sentence>, cues: &[Cues]) -> bool {
    let last = sentence.and_then(|sentence| sentence.mentions.last());
    last.is_some_and(|last| {
        last.who == Who::Other && cues.get(last.at).is_some_and(|cues| !cues.has(Cue::Third))
    })
}

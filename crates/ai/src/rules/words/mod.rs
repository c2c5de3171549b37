//! The words that rules know, as data, and how they are found in a text.

mod cue;
mod deal;
mod job;
mod lexicon;
mod mood;
mod people;
mod stages;
mod titles;
mod typo;

pub(crate) use cue::{Cue, Cues};
pub(crate) use lexicon::{Lexicon, Meaning};
pub(crate) use titles::{ADJECTIVES, HEAD_ENDINGS, HEADS, MODIFIERS, OF, STARTS, is_ordinary_word};

/// Phrases that share a meaning, separated by `|`. A phrase of several words hides the meanings of the words in it.
type Phrases<M> = &'static [(M, &'static str)];

use std::collections::HashMap;

use leadkeep_domain::DealStage;

use super::{Cue, Phrases, deal, job, mood, people, stages, typo};
use crate::rules::text::{Token, tokens};

/// The tokens of a word of a phrase. A clitic stands alone: `'s`.
fn words_of(word: &str) -> Vec<String> {
    if word.starts_with('\'') {
        return vec![word.to_owned()];
    }
    tokens(word).into_iter().map(|token| token.lower.into_owned()).collect()
}

/// What a phrase means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A cue for what stands around it.
    Cue(Cue),
    /// A stage, stated.
    Stage(DealStage),
}

/// All phrases, by their first words.
#[derive(Debug)]
pub(crate) struct Lexicon {
    by_first_word: HashMap<String, Vec<Phrase>>,
}

#[derive(Debug)]
struct Phrase {
    rest: Vec<String>,
    meaning: Meaning,
}

impl Lexicon {
    /// All that the tables have.
    pub(crate) fn new() -> Self {
        let mut lexicon = Self { by_first_word: HashMap::new() };
        for table in [mood::PHRASES, deal::PHRASES, job::PHRASES, people::PHRASES] {
            lexicon.learn(table, Meaning::Cue);
        }
        lexicon.learn(stages::PHRASES, Meaning::Stage);
        for phrases in lexicon.by_first_word.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
        }
        lexicon
    }

    fn learn<M: Copy>(&mut self, table: Phrases<M>, meaning: impl Fn(M) -> Meaning) {
        for (of, phrases) in table {
            for phrase in phrases.split('|') {
                let mut words = phrase.split(' ').flat_map(words_of);
                let Some(first) = words.next() else { continue };
                let rest = words.collect();
                self.by_first_word.entry(first).or_default().push(Phrase { rest, meaning: meaning(*of) });
            }
        }
    }

    /// The longest phrases that begin with the first of these tokens, and how many tokens they have.
    pub(crate) fn at<'l>(
        &'l self,
        tokens: &[Token<'_>],
    ) -> Option<(usize, impl Iterator<Item = Meaning> + 'l)> {
        let (first, after) = tokens.split_first()?;
        let phrases = self.phrases(&first.lower)?;
        let longest = phrases.iter().find(|phrase| phrase.begins(after))?.rest.len();
        let after: Vec<String> = after.iter().take(longest).map(|token| token.lower.to_string()).collect();
        let matching = phrases.iter().filter(move |phrase| phrase.rest == after).map(|phrase| phrase.meaning);
        Some((longest + 1, matching))
    }

    /// The phrases that begin with this word, or with the one that it is a slip of.
    fn phrases(&self, lower: &str) -> Option<&Vec<Phrase>> {
        self.by_first_word.get(lower).or_else(|| self.by_first_word.get(typo::meant(lower)?))
    }

    /// Whether a phrase begins with this word.
    pub(crate) fn knows(&self, lower: &str) -> bool {
        self.by_first_word.contains_key(lower)
    }
}

impl Phrase {
    fn begins(&self, tokens: &[Token<'_>]) -> bool {
        self.rest.len() <= tokens.len() && self.rest.iter().zip(tokens).all(|(word, token)| token.is(word))
    }
}

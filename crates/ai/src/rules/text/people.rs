use std::ops::Range;

use super::{
    lead::Lead,
    token::{Kind, Token},
};
use crate::rules::words::{Cue, Cues, HEADS, is_ordinary_word};

/// Whom a word speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The lead.
    Lead,
    /// Anybody else.
    Other,
}

/// A word that speaks of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) at: usize,
    pub(crate) who: Who,
}

/// Finds out who is spoken of, sentence by sentence.
pub(super) struct People<'d, 't> {
    pub(super) tokens: &'d [Token<'t>],
    pub(super) cues: &'d [Cues],
    pub(super) lead: &'d Lead,
    /// Of whom the last sentence spoke last: `he` and `she` mean this one.
    pub(super) focus: Who,
}

impl People<'_, '_> {
    /// The mentions of a sentence, in order.
    pub(super) fn mentions(&mut self, sentence: Range<usize>, lead_writes: bool) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for at in sentence.clone() {
            let who = self.named(at, &sentence).or_else(|| self.pronoun(at, lead_writes));
            if let Some(who) = who {
                mentions.push(Mention { at, who });
                // Within a sentence "he" is the one who was named before.
                if who == Who::Other || !self.is_possessive(at) {
                    self.focus = who;
                }
            }
        }
        self.focus = self.subject(&mentions).unwrap_or(self.focus);
        mentions
    }

    /// The one whom a sentence is about: the first that is no possessor. "He" in the next sentence is this one.
    fn subject(&self, mentions: &[Mention]) -> Option<Who> {
        let subject = mentions.iter().find(|mention| !self.is_possessive(mention.at)).or(mentions.first());
        subject.map(|mention| mention.who)
    }

    /// `his`, and `Kofi's` before what is his: his boss, his number, his budget.
    fn is_possessive(&self, at: usize) -> bool {
        const OWNED: Cues = Cues::of(&[
            Cue::Relation,
            Cue::TitleLabel,
            Cue::Phone,
            Cue::Mail,
            Cue::Site,
            Cue::NameLabel,
            Cue::Company,
            Cue::Price,
        ]);
        let owns = self.token(at + 1).is_some_and(|next| next.is("'s"))
            && (self.cues(at + 2).has_any(OWNED) || self.cues(at + 3).has(Cue::Relation));
        owns || self.token(at).is_some_and(|token| token.is_any(OWNERS))
    }

    fn pronoun(&self, at: usize, lead_writes: bool) -> Option<Who> {
        let cues = self.cues(at);
        if lead_writes {
            return match () {
                () if self.token(at).is_some_and(|token| {
                    token.is_any(&[
                        "i", "my", "ich", "mein", "meine", "je", "j'", "mon", "ma", "yo", "mi", "io", "ik",
                        "mijn", "jeg", "jag", "min", "eu", "meu",
                    ])
                }) =>
                {
                    Some(Who::Lead)
                }
                // "Ihr Angebot" is ours.
                () if self.token(at).is_some_and(|token| {
                    token.is_capitalised() && (token.lower.starts_with("ih") || token.is("sie"))
                }) =>
                {
                    None
                }
                () if cues.has(Cue::Third) => Some(Who::Other),
                () => None,
            };
        }
        let itself = self.token(at).is_some_and(|token| token.is_any(&["herself", "himself"]));
        cues.has(Cue::Third).then_some(if itself { Who::Lead } else { self.focus })
    }

    fn named(&self, at: usize, sentence: &Range<usize>) -> Option<Who> {
        let token = self.token(at)?;
        if token.kind != Kind::Word {
            return None;
        }
        if self.lead.is_called(&token.lower) {
            return Some(if self.is_namesake(at, sentence) { Who::Other } else { Who::Lead });
        }
        // "Son's name is Kian."
        let bare = at == sentence.start && self.token(at + 1).is_some_and(|next| next.is("'s"));
        if (bare || self.is_introduced(at, sentence)) && self.cues(at).has(Cue::Relation)
            || self.is_their_officer(at, sentence)
        {
            return Some(Who::Other);
        }
        self.is_somebody(at, sentence).then_some(Who::Other)
    }

    /// Behind a possessive or an article, perhaps with an adjective between: `his old boss`.
    fn is_introduced(&self, at: usize, sentence: &Range<usize>) -> bool {
        const ARTICLES: &[&str] = &["'s", "the", "a", "der", "die", "le", "la", "el", "il", "de", "het"];
        const ADJECTIVES: &[&str] = &[
            "old", "new", "former", "direct", "current", "own", "late", "younger", "older", "big", "little",
            "business", "alter", "neuer", "neue", "ancien", "ancienne", "nouveau", "nouvelle",
        ];
        let before = |back: usize| {
            at.checked_sub(back).filter(|at| sentence.contains(at)).and_then(|at| self.token(at))
        };
        let owned = |token: &Token<'_>| token.is_any(OWNERS) || token.is_any(ARTICLES);
        let described = before(1).is_some_and(|token| token.is_any(ADJECTIVES));
        before(1).is_some_and(owned) || (described && before(2).is_some_and(owned))
    }

    /// A relative: `Frank Tillery`, where the lead is John Tillery.
    fn is_namesake(&self, at: usize, sentence: &Range<usize>) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before > sentence.start) else { return false };
        let Some(token) = self.token(before) else { return false };
        if token.is_any(&[
            "another",
            "other",
            "different",
            "anderer",
            "andere",
            "autre",
            "otro",
            "otra",
            "altro",
            "altra",
            "outro",
        ]) {
            return true;
        }
        let further = before.checked_sub(1).filter(|at| *at >= sentence.start).and_then(|at| self.token(at));
        if self.lead.is_called(&token.lower)
            && further.is_some_and(|token| token.is_any(&["another", "different"]))
        {
            return true;
        }
        token.is_capitalised()
            && self.token(at).is_some_and(|token| !token.text.eq(&token.lower))
            && !self.lead.is_called(&token.lower)
            && !is_ordinary_word(&token.lower)
            && self.cues(before) == Cues::NONE
            && self.lead.names().first().is_some_and(|first| {
                let short =
                    token.lower.starts_with(first.as_str()) || first.starts_with(token.lower.as_ref());
                !short && self.token(at).is_some_and(|token| !token.is(first))
            })
    }

    /// `their CFO`, but not `she is their CFO`.
    fn is_their_officer(&self, at: usize, sentence: &Range<usize>) -> bool {
        let owner = (sentence.start..at)
            .rev()
            .take(3)
            .find(|before| self.token(*before).is_some_and(|token| token.is_any(OWNERS)));
        owner.is_some_and(|owner| {
            let officer = self.token(at).is_some_and(|token| HEADS.contains(&token.lower.as_ref()));
            let stated = owner.checked_sub(1).is_some_and(|before| {
                self.cues(before).has_any(Cues::of(&[Cue::Becomes, Cue::TitleLabel]))
                    || self.token(before).is_some_and(|token| token.is("as"))
            });
            let plain = (owner + 1..at).all(|between| {
                self.token(between).is_some_and(Token::is_word)
                    && !self.cues(between).has_any(Cues::of(&[Cue::TitleLabel, Cue::Becomes]))
            });
            officer && plain && !stated
        })
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    pub(super) fn cues(&self, at: usize) -> Cues {
        self.cues.get(at).copied().unwrap_or_default()
    }
}

/// Possessives.
const OWNERS: &[&str] = &[
    "his", "her", "their", "our", "my", "your", "its", "sein", "seine", "seinen", "ihr", "ihre", "ihren",
    "unser", "unsere", "mein", "meine", "son", "sa", "ses", "leur", "leurs", "notre", "mon", "ma", "su",
    "sus", "nuestro", "nuestra", "mi", "suo", "sua", "nostro", "seu", "zijn", "haar", "hun", "onze", "hans",
    "hennes", "sin",
];

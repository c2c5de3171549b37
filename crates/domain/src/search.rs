//! What people find leads by: the words of their names, companies and e-mails.

use std::collections::BTreeSet;

use crate::{Invalid, LeadFields, Text};

/// The longest word that is kept, in characters: of longer ones the beginning.
const LONGEST: usize = 64;

/// How many words of a lead are kept.
const MOST: usize = 48;

/// The words that a lead is found by. Each part of its name, company and e-mail that has no space in it is one, and so is each
/// piece of it between signs: `john.smith@acme.com` is also `john`, `smith`, `acme.com`, `acme` and `com`.
pub fn words_of(fields: &LeadFields) -> BTreeSet<String> {
    let email = fields.email.as_str();
    let domain = email.rsplit_once('@').map(|(_, domain)| domain);
    let texts = [fields.name.as_ref().map(Text::as_str), fields.company.as_ref().map(Text::as_str)];
    // The e-mail first: of a name of very many words, the last are not kept.
    let names = texts.into_iter().flatten().flat_map(str::split_whitespace);
    let parts = std::iter::once(email).chain(domain).chain(names);
    // The pieces before the whole: a whole that is kept has all of its pieces beside it.
    let pieces = |part| str::split(part, parts_words).chain([part]);
    let mut words = BTreeSet::new();
    for word in parts.flat_map(pieces).filter_map(word) {
        if words.len() == MOST {
            break;
        }
        words.insert(word);
    }
    words
}

/// Whether it is a sign between words. The dot above a letter is none: [`word`] takes it away.
fn parts_words(c: char) -> bool {
    !c.is_alphanumeric() && c != DOT_ABOVE
}

/// What is left of a capital I with a dot in lower case, and what some write a dotted letter with.
const DOT_ABOVE: char = '\u{307}';

/// A word as it is compared: in lower case, without signs around it. None if nothing is left.
fn word(text: &str) -> Option<String> {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = bare.chars().flat_map(char::to_lowercase).filter(|c| *c != DOT_ABOVE);
    let word: String = lower.take(LONGEST).collect();
    (!word.is_empty()).then_some(word)
}

/// What somebody searches for: beginnings of words, all of which a lead must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(BTreeSet<String>);

impl Search {
    /// How many characters may be typed.
    pub const LONGEST: usize = 200;
    /// How many words are looked for.
    const WORDS: usize = 8;
    /// How many characters a word must have: with one, nearly all leads would be looked through.
    const SHORTEST: usize = 2;

    /// Parses what was typed; none if it is empty.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        if text.chars().count() > Self::LONGEST {
            return Err(Invalid::new(format!("must have at most {} characters", Self::LONGEST)));
        }
        let words: BTreeSet<String> = text.split_whitespace().filter_map(word).collect();
        if words.is_empty() && text.trim().is_empty() {
            return Ok(None);
        }
        if !words.iter().any(|word| word.chars().count() >= Self::SHORTEST) {
            return Err(Invalid::new(format!("must have a word of at least {} letters", Self::SHORTEST)));
        }
        if words.len() > Self::WORDS {
            return Err(Invalid::new(format!("must have at most {} words", Self::WORDS)));
        }
        Ok(Some(Self(words)))
    }

    /// What was typed, as it can be parsed again.
    pub fn text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Whether a lead with these [words](words_of) is one that is looked for.
    pub fn finds(&self, words: &BTreeSet<String>) -> bool {
        let begins = |prefix: &String| {
            words.range::<String, _>(prefix..).next().is_some_and(|word| word.starts_with(prefix.as_str()))
        };
        self.0.iter().all(begins)
    }

    /// What words begin with, each once.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Whether a word has no pieces but itself. Of a word that has, each piece is a word of the lead, too.
pub fn is_one_piece(word: &str) -> bool {
    word.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, Email};

    fn fields(email: &str, name: &str, company: &str) -> LeadFields {
        let mut fields = LeadFields::new(Email::parse(email).unwrap(), Currency::USD);
        fields.name = Some(name.parse().unwrap());
        fields.company = Some(company.parse().unwrap());
        fields
    }

    fn words(fields: &LeadFields) -> Vec<String> {
        words_of(fields).into_iter().collect()
    }

    #[test]
    fn each_part_is_a_word_and_each_piece_of_it() {
        let found = words(&fields("J.Smith@mail.Acme.com", "Dr. John Smith-O'Neil", "ACME (Corp.)"));
        let expected = [
            "acme",
            "com",
            "corp",
            "dr",
            "j",
            "j.smith@mail.acme.com",
            "john",
            "mail",
            "mail.acme.com",
            "neil",
            "o",
            "smith",
            "smith-o'neil",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn words_of_other_scripts_are_words() {
        let found = words(&fields("a@b.cc", "Łukasz ŻÓŁĆ", "株式会社 アクメ"));
        for word in ["łukasz", "żółć", "株式会社", "アクメ"] {
            assert!(found.iter().any(|one| one == word), "{found:?}");
        }
    }

    /// As some write it: a letter, and a dot above it.
    #[test]
    fn a_dot_above_a_letter_parts_no_words() {
        let found = words(&fields("a@b.cc", "Z\u{307}ak-Nowak", "x"));
        for word in ["zak-nowak", "zak", "nowak"] {
            assert!(found.iter().any(|one| one == word), "{found:?}");
        }
    }

    #[test]
    fn what_is_kept_whole_is_kept_in_pieces() {
        let name = (0..40).map(|n| format!("a{n}-b{n}")).collect::<Vec<_>>().join(" ");
        let found = words_of(&fields("İ.Ş@Mail.Acme.com", &name[..190], "x"));
        assert!(found.contains("i.ş@mail.acme.com"), "{found:?}");
        for word in found.iter().filter(|word| !is_one_piece(word)) {
            for piece in word.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
                assert!(found.contains(piece), "{piece} of {word}");
            }
        }
    }

    #[test]
    fn however_long_a_name_is_few_words_are_kept() {
        let name = "a".repeat(190);
        assert!(words(&fields("a@b.cc", &name, "x")).iter().all(|word| word.chars().count() <= 64));
        let name = (0..60).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&fields("a@b.cc", &name, "x")).len(), 48);
    }

    #[test]
    fn a_lead_is_found_by_all_of_the_words() {
        let words = words_of(&fields("john.smith@acme.com", "John Smith", "Acme"));
        for (text, found) in [
            ("smi", true),
            ("jo acme.c", true),
            ("smith bob", false),
            ("mith", false),
            ("zz", false),
            ("JOHN.", true),
        ] {
            assert_eq!(Search::parse(text).unwrap().unwrap().finds(&words), found, "{text}");
        }
    }

    #[test]
    fn what_is_typed_is_beginnings_of_words() {
        let search = Search::parse("  ACME. john  ").unwrap().unwrap();
        assert_eq!(search.prefixes().collect::<Vec<_>>(), ["acme", "john"]);
        assert_eq!(Search::parse("   "), Ok(None));
        for bad in ["a", "a b", "?!", "1 2 3 4 5 6 7 8 9 10", &"a".repeat(201)] {
            assert!(Search::parse(bad).is_err(), "{bad}");
        }
    }
}

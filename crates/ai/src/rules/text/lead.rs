use leadkeep_domain::{LeadFields, Text};

use super::token::{Kind, tokens};

/// How the lead may be called.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    names: Vec<String>,
    company: Vec<String>,
    /// Its address, in lower case.
    pub(crate) email: String,
}

impl Lead {
    /// The words of its name, its company and its address.
    pub(crate) fn new(fields: &LeadFields) -> Self {
        let words = |text: Option<&str>| words(text.unwrap_or_default());
        Self {
            names: words(fields.name.as_ref().map(Text::as_str)),
            company: words(fields.company.as_ref().map(Text::as_str)),
            email: fields.email.key(),
        }
    }

    /// The words of its name, in lower case.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether this is a word of its name.
    pub(crate) fn is_called(&self, lower: &str) -> bool {
        self.names.iter().any(|name| name == lower)
    }

    /// Whether this is a word of its company's name.
    pub(crate) fn works_at(&self, lower: &str) -> bool {
        self.company.iter().any(|word| word == lower)
    }

    /// Whether these words name it: its first name, and nothing that contradicts the rest.
    pub(crate) fn is_named(&self, words: &[String]) -> bool {
        let shared = words.iter().filter(|word| self.is_called(word)).count();
        shared > 0 && (shared == self.names.len() || shared == words.len() || (shared >= 2))
    }
}

fn words(text: &str) -> Vec<String> {
    let words =
        tokens(text).into_iter().filter(|token| token.kind == Kind::Word && token.text.chars().count() > 1);
    words.map(|token| token.lower.into_owned()).filter(|word| word != "'s").collect()
}

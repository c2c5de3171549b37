use std::borrow::Cow;

use crate::Span;

/// The smallest part of a text that rules look at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'t> {
    /// As written.
    pub(crate) text: &'t str,
    /// In lower case, with a straight apostrophe.
    pub(crate) lower: Cow<'t, str>,
    /// Where it is.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether white space, or the beginning of the text, is before it.
    pub(crate) spaced: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with digits behind them: `Q2`. Clitics are words of their own: `she`, `'s`.
    Word,
    /// Digits, with the separators among them: `82.300,50`.
    Number,
    /// An e-mail address.
    Email,
    /// A domain, or a URL.
    Site,
    /// A character of any other kind.
    Mark,
    /// The end of a line.
    Break,
}

impl Token<'_> {
    /// Whether it is this word or mark, in lower case.
    pub(crate) fn is(&self, lower: &str) -> bool {
        self.lower == lower
    }

    /// Whether it is one of these words or marks, in lower case.
    pub(crate) fn is_any(&self, lower: &[&str]) -> bool {
        lower.contains(&self.lower.as_ref())
    }

    /// Whether it is a word that begins with a capital.
    pub(crate) fn is_capitalised(&self) -> bool {
        self.kind == Kind::Word && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is a word.
    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Cuts a text into tokens, from left to right: each character is looked at a bounded number of times.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut cutter = Cutter { text, at: 0, spaced: true, no_address_before: 0, tokens: Vec::new() };
    while cutter.step() {}
    cutter.tokens
}

struct Cutter<'t> {
    text: &'t str,
    at: usize,
    spaced: bool,
    /// Up to here it is known that no address begins.
    no_address_before: usize,
    tokens: Vec<Token<'t>>,
}

impl Cutter<'_> {
    fn step(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return false };
        if first == '\n' {
            self.push(first.len_utf8(), Kind::Break);
            self.spaced = true;
        } else if first.is_whitespace() || is_invisible(first) {
            self.at += first.len_utf8();
            self.spaced = true;
        } else if let Some((len, kind)) = self.address(rest) {
            self.push(len, kind);
        } else if first.is_ascii_digit() {
            self.push(number_len(rest), Kind::Number);
        } else if first.is_alphabetic() {
            self.word(rest);
        } else if let Some(len) = clitic_len(rest, self.spaced) {
            self.push(len, Kind::Word);
        } else {
            self.push(first.len_utf8(), Kind::Mark);
        }
        true
    }

    fn push(&mut self, len: usize, kind: Kind) {
        let span = Span { start: self.at, end: self.at + len };
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        self.tokens.push(Token { text, lower: lower(text), span, kind, spaced: self.spaced });
        self.at = span.end;
        self.spaced = false;
    }

    /// An address that begins here. Runs without one are looked through once.
    fn address(&mut self, rest: &str) -> Option<(usize, Kind)> {
        if self.at < self.no_address_before || !rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        let run = rest.split(|c: char| !in_address(c)).next().unwrap_or_default();
        let run = if run.contains("://") {
            run
        } else {
            run.split([':', '=', '?', '&']).next().unwrap_or_default()
        };
        let found = super::address::recognise(run);
        if found.is_none() {
            self.no_address_before = self.at + run.len();
        }
        found
    }

    fn word(&mut self, rest: &str) {
        let len = currency_len(rest).unwrap_or_else(|| word_len(rest));
        let word = rest.get(..len).unwrap_or_default();
        match split_clitic(word) {
            Some(cut) if cut > 0 => {
                self.push(cut, Kind::Word);
                self.push(len - cut, Kind::Word);
            }
            _ => self.push(len, Kind::Word),
        }
    }
}

fn in_address(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '@' | '/' | ':' | '?' | '=' | '&' | '~')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| c.is_uppercase() || c == '’') {
        Cow::Owned(text.to_lowercase().replace('’', "'"))
    } else {
        Cow::Borrowed(text)
    }
}

/// `R` of `R240 000`, `EUR` of `EUR12,500`: a currency that abuts on its number.
fn currency_len(rest: &str) -> Option<usize> {
    const CODES: &[&str] = &[
        "R", "USD", "EUR", "GBP", "CHF", "NOK", "SEK", "DKK", "CAD", "AUD", "INR", "ZAR", "PLN", "SGD",
        "AED", "Rs", "kr",
    ];
    const DIGITS: usize = 3;
    let len = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let code = rest.get(..len)?;
    let digits = rest.get(len..)?.bytes().take_while(u8::is_ascii_digit).take(DIGITS).count();
    let magnified = rest.get(len + digits..)?.starts_with(['k', 'K', 'm', 'M', ',', '.']);
    (CODES.contains(&code)
        && (digits >= DIGITS || digits > 0 && magnified && len > 1 || digits > 1 && magnified))
        .then_some(len)
}

/// Letters and digits, and apostrophes and soft signs between letters.
fn word_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let between_letters =
            matches!(c, '\'' | '’') && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(c.is_alphanumeric() || between_letters || is_combining(c)) {
            return at;
        }
    }
    rest.len()
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Digits, and single separators between two digits.
fn number_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let between_digits = matches!(c, '.' | ',' | '\'' | '’')
            && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !(c.is_ascii_digit() || between_digits) {
            return at;
        }
    }
    rest.len()
}

/// `'s`, `'d` … that stand alone behind something that is no word.
fn clitic_len(rest: &str, spaced: bool) -> Option<usize> {
    if spaced {
        return None;
    }
    let after = rest.strip_prefix('\'').or_else(|| rest.strip_prefix('’'))?;
    let letters = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    matches!(letters, "s" | "d" | "ll" | "ve" | "re" | "m")
        .then_some(rest.len() - after.len() + letters.len())
}

/// Where a word is cut in two: before `'s` and its like, behind `d'` and its like.
fn split_clitic(word: &str) -> Option<usize> {
    let (at, mark) = word.char_indices().find(|(_, c)| matches!(c, '\'' | '’'))?;
    let head = word.get(..at)?;
    let tail = word.get(at + mark.len_utf8()..)?;
    if matches!(tail.to_lowercase().as_str(), "s" | "d" | "ll" | "ve" | "re" | "m") {
        return Some(at);
    }
    let elided = matches!(
        head.to_lowercase().as_str(),
        "d" | "l" | "m" | "n" | "s" | "t" | "j" | "c" | "qu" | "un" | "dell" | "all" | "nell" | "sull"
    );
    elided.then_some(at + mark.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let tokens = tokens(text);
        assert_eq!(tokens.iter().map(|token| token.text).collect::<Vec<_>>(), expected, "{text}");
        for token in &tokens {
            assert_eq!(text.get(token.span.start..token.span.end), Some(token.text));
        }
    }

    #[test]
    fn a_text_is_cut_into_words_numbers_addresses_and_marks() {
        check("he's VP, now.", &["he", "'s", "VP", ",", "now", "."]);
        check("didn't O'Brien l’offre", &["didn't", "O'Brien", "l’", "offre"]);
        check("82.300,50 € 88'000 $31,250.00.", &["82.300,50", "€", "88'000", "$", "31,250.00", "."]);
        check("23,4k Q2 3rd", &["23,4", "k", "Q2", "3", "rd"]);
        check("<dana@x.example>, acme.example.", &["<", "dana@x.example", ">", ",", "acme.example", "."]);
        check("https://a.example/b?c=d end", &["https://a.example/b?c=d", "end"]);
        check("seventy-five\n", &["seventy", "-", "five", "\n"]);
        check("", &[]);
    }
}

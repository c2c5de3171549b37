use std::{fmt, str::FromStr};

use crate::Invalid;

/// A line of text: 1 to `MAX` characters, none of them a control character, not blank. Kept as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

/// The name of an organization, a workspace, a person or a credential.
pub type Name = Text<200>;

impl<const MAX: usize> Text<MAX> {
    /// Parses what a caller wrote.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if text.chars().all(is_invisible) {
            return Err(Invalid::new("must not be blank"));
        }
        // Characters are at most as many as bytes: count them only where it matters.
        if text.len() > MAX && text.chars().count() > MAX {
            return Err(Invalid::new(format!("must be at most {MAX} characters long")));
        }
        refuse_control_characters(&text)?;
        Ok(Self(text))
    }

    /// Takes back what was parsed before it was stored: a rule that was made stricter since must not hide the row.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Spaces, and the characters of Unicode that only steer the writing of others.
pub(crate) fn is_invisible(c: char) -> bool {
    let steers = matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_whitespace() || steers
}

/// Refuses control characters, line separators, and what turns the direction of writing so that a text passes for another:
/// they have no business in a line, and PostgreSQL stores no NUL.
pub(crate) fn refuse_control_characters(text: &str) -> Result<(), Invalid> {
    let breaks_the_line =
        |c| matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| c.is_control() || breaks_the_line(c)) {
        return Err(Invalid::new("must not contain control characters"));
    }
    Ok(())
}

/// Refuses control characters in a text of several lines. What steers the writing stays: telephones put it around numbers.
pub(crate) fn refuse_control_characters_but_breaks(text: &str) -> Result<(), Invalid> {
    let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(allowed) {
        return Ok(());
    }
    Err(Invalid::new("must not contain control characters other than line breaks and tabs"))
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        assert_eq!(Text::<5>::parse(text).is_ok(), accepted, "{text:?}");
    }

    #[test]
    fn a_line_is_short_and_printable_and_not_blank() {
        check("short", true);
        check("ééééé", true); // characters count, not bytes
        check(" a ", true); // kept as written
        check("longer", false);
        check("", false);
        check("  ", false);
        check("\u{200b}\u{2060}", false); // nothing to see
        check("a\0b", false);
        check("a\nb", false);
        check("a\u{7f}", false);
        check("a\u{85}b", false); // a C1 control
        check("a\u{2028}b", false);
        check("a\u{202e}b", false); // the rest from right to left
    }
}

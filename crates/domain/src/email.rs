use std::{fmt, str::FromStr};

use email_address::{EmailAddress, Options};

use crate::{Invalid, text::refuse_control_characters};

/// An e-mail address, kept as written; two are the same address when their [comparison keys](Email::key) are.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    written: String,
}

/// What fits into an SMTP path (RFC 5321 §4.5.3.1.3, less its brackets).
const MAX_BYTES: usize = 254;

impl Email {
    /// Parses a bare address with a dotted domain: no display name, no comment, no domain literal.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let written = text.into();
        if written.len() > MAX_BYTES {
            return Err(Invalid::new(format!("must be at most {MAX_BYTES} bytes long")));
        }
        refuse_control_characters(&written)?;
        let options =
            Options { minimum_sub_domains: 2, allow_domain_literal: false, allow_display_text: false };
        EmailAddress::parse_with_options(&written, options)
            .map_err(|_| Invalid::new("must be an e-mail address such as name@example.com"))?;
        Ok(Self { written })
    }

    /// Takes back what was parsed before it was stored.
    pub fn from_stored(written: String) -> Self {
        Self { written }
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What addresses are compared by: lower case in all of Unicode. Computed here because databases disagree on case
    /// (SQLite's NOCASE knows ASCII only).
    pub fn key(&self) -> String {
        self.written.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.written, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        assert_eq!(Email::parse(text).is_ok(), accepted, "{text:?}");
    }

    #[test]
    fn bare_addresses_with_a_dotted_domain_are_accepted() {
        check("john@acme.com", true);
        check("john.smith+tag@mail.acme.co.uk", true);
        check("JOHN@ACME.COM", true);
        check("josé@exämple.de", true);
        check("o'brien@acme.ie", true);
    }

    #[test]
    fn everything_else_is_refused() {
        check("", false);
        check("john", false);
        check("john@", false);
        check("@acme.com", false);
        check("john@acme", false);
        check("john@@acme.com", false);
        check("john smith@acme.com", false);
        check(" john@acme.com", false);
        check("john@acme.com ", false);
        check("John <john@acme.com>", false);
        check("john@[127.0.0.1]", false);
        check("john@acme..com", false);
        check(".john@acme.com", false);
        check("john@acme.com\0", false);
        check("john@acme.com\r\nBcc: x@y.zz", false);
        check(&format!("{}@acme.com", "a".repeat(64)), true);
        check(&format!("{}@acme.com", "a".repeat(65)), false);
        check(&format!("john@{}.com", "a.".repeat(150)), false);
    }

    #[test]
    fn case_is_ignored_beyond_ascii() {
        let key = |text: &str| Email::from_stored(text.to_owned()).key();
        assert_eq!(key("John@Acme.COM"), key("john@acme.com"));
        assert_eq!(key("JOSÉ@EXÄMPLE.DE"), key("josé@exämple.de"));
    }
}

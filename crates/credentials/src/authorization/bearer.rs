use super::after_scheme;
use crate::Malformed;
use std::fmt;

/// Longer than any token of ours, shorter than anything that could be a burden.
const MAX_LENGTH: usize = 512;

/// The token of an `Authorization: Bearer` header, in the form that RFC 6750 §2.1 calls `b64token`, of 512
/// characters at most. What it means, [`Secret::parse`](crate::Secret::parse) tells.
#[derive(Clone, Copy)]
pub struct BearerToken<'a>(&'a str);

impl<'a> BearerToken<'a> {
    /// Reads the header's value. Fails if the scheme is another, or if what follows is no token.
    ///
    /// ```
    /// use leadkeep_credentials::BearerToken;
    ///
    /// assert!(BearerToken::parse_header("Bearer abc").is_ok_and(|token| token.expose() == "abc"));
    /// assert!(BearerToken::parse_header("Basic abc").is_err());
    /// ```
    pub fn parse_header(value: &'a str) -> Result<Self, Malformed> {
        let token = after_scheme(value, "Bearer").ok_or(Malformed)?;
        if token.len() <= MAX_LENGTH && is_b64token(token) { Ok(Self(token)) } else { Err(Malformed) }
    }

    /// The token. Never log it.
    pub fn expose(&self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for BearerToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(..)")
    }
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

use super::after_scheme;
use crate::Malformed;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;
use zeroize::Zeroizing;

/// Room for an identifier and a secret with every character percent-encoded.
const MAX_LENGTH: usize = 1024;

/// A client's identifier and secret from an `Authorization: Basic` header, as RFC 6749 §2.3.1 has it: both are
/// form-urlencoded, joined by a colon, and put into base64. Both are visible ASCII or spaces (appendices A.1, A.2).
///
/// Debug shows the identifier only. The secret's memory is wiped when the value is dropped.
pub struct BasicCredentials {
    /// The client's identifier, decoded; never empty.
    pub id: String,
    secret: Zeroizing<String>,
}

impl BasicCredentials {
    /// Reads the header's value. Fails if the scheme is another, if what follows is over 1,024 characters or not
    /// encoded as above, or if the identifier is empty.
    ///
    /// ```
    /// use leadkeep_credentials::BasicCredentials;
    ///
    /// let client = BasicCredentials::parse_header("Basic aWQ6c2VjcmV0").unwrap();
    /// assert_eq!((client.id.as_str(), client.expose_secret()), ("id", "secret"));
    /// ```
    pub fn parse_header(value: &str) -> Result<Self, Malformed> {
        let encoded =
            after_scheme(value, "Basic").filter(|text| text.len() <= MAX_LENGTH).ok_or(Malformed)?;
        let joined = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| Malformed)?);
        let mut parts = joined.splitn(2, |byte| *byte == b':');
        let id = parts.next().and_then(form_decode).filter(|id| !id.is_empty()).ok_or(Malformed)?;
        let secret = parts.next().and_then(form_decode).ok_or(Malformed)?;
        Ok(Self { id: id.to_string(), secret })
    }

    /// The secret, decoded; empty if the client sent none. Never log it.
    pub fn expose_secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicCredentials").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Undoes `application/x-www-form-urlencoded`; none if an escape is cut short or a character is not printable ASCII.
fn form_decode(text: &[u8]) -> Option<Zeroizing<String>> {
    let mut decoded = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        let character = match byte {
            b'+' => ' ',
            b'%' => escaped(rest.next()?, rest.next()?)?,
            other => char::from(other),
        };
        if !matches!(character, ' '..='~') {
            return None;
        }
        decoded.push(character);
    }
    Some(decoded)
}

fn escaped(high: u8, low: u8) -> Option<char> {
    let (high, low) = (char::from(high).to_digit(16)?, char::from(low).to_digit(16)?);
    char::from_u32(high << 4 | low)
}

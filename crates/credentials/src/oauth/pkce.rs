//! Proof Key for Code Exchange (RFC 7636): who asks for the tokens is who asked for the code.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// What an app commits itself to when it asks for a code: the SHA-256 of a secret of its own, in base64url. The method `plain`
/// is not taken: whoever sees the request would have the secret (RFC 9700 §2.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

/// Why a challenge is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidChallenge {
    /// The method is another, or left out, which means `plain` (RFC 7636 §4.3).
    #[error("code_challenge_method must be S256")]
    Method,
    /// It is no SHA-256 in base64url.
    #[error("code_challenge must be the base64url of a SHA-256, 43 characters without padding")]
    Form,
}

/// The secret behind a challenge: 43 to 128 letters, digits and `-._~` (RFC 7636 §4.1). Never shown.
pub struct CodeVerifier(Zeroizing<String>);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`.
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, InvalidChallenge> {
        if method != Some("S256") {
            return Err(InvalidChallenge::Method);
        }
        let mut digest = [0; 32];
        let is_digest =
            challenge.len() == 43 && URL_SAFE_NO_PAD.decode_slice(challenge, &mut digest) == Ok(digest.len());
        if is_digest { Ok(Self(challenge.to_owned())) } else { Err(InvalidChallenge::Form) }
    }

    /// Takes back what was parsed before it was stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CodeVerifier {
    /// Takes what was presented; none if it can be no verifier.
    pub fn parse(presented: &str) -> Option<Self> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let is_verifier = (43..=128).contains(&presented.len()) && presented.bytes().all(unreserved);
        is_verifier.then(|| Self(Zeroizing::new(presented.to_owned())))
    }

    /// Whether this is the secret behind the challenge.
    pub fn answers(&self, challenge: &CodeChallenge) -> bool {
        let ours = URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()));
        ours.as_bytes().ct_eq(challenge.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeVerifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_rfcs_verifier_answers_its_challenge() {
        let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
        assert!(CodeVerifier::parse(VERIFIER).unwrap().answers(&challenge));
        let other = VERIFIER.replace('d', "e");
        assert!(!CodeVerifier::parse(&other).unwrap().answers(&challenge));
        // What `plain` would take.
        assert!(!CodeVerifier::parse(CHALLENGE).unwrap().answers(&challenge));
        assert_eq!(format!("{:?}", CodeVerifier::parse(VERIFIER)), "Some(CodeVerifier(…))");
    }

    #[test]
    fn only_s256_is_taken() {
        let refused = |challenge, method| CodeChallenge::parse(challenge, method).err();
        assert_eq!(refused(CHALLENGE, None), Some(InvalidChallenge::Method));
        assert_eq!(refused(CHALLENGE, Some("plain")), Some(InvalidChallenge::Method));
        assert_eq!(refused(CHALLENGE, Some("s256")), Some(InvalidChallenge::Method));
        for wrong in
            ["", "short", &CHALLENGE.replace('-', "+"), &format!("{CHALLENGE}="), &CHALLENGE.repeat(2)]
        {
            assert_eq!(refused(wrong, Some("S256")), Some(InvalidChallenge::Form), "{wrong}");
        }
    }

    #[test]
    fn a_verifier_is_long_and_plain() {
        for wrong in ["", &"a".repeat(42), &"a".repeat(129), &format!("{}+", "a".repeat(43)), &"é".repeat(30)]
        {
            assert!(CodeVerifier::parse(wrong).is_none(), "{wrong}");
        }
        assert!(CodeVerifier::parse(&"~".repeat(128)).is_some());
    }
}

//! When a code may be exchanged.

use time::{Duration, OffsetDateTime};

use super::{CodeChallenge, CodeVerifier};

/// How long a code lives: 60 seconds. RFC 6749 §4.1.2 allows ten minutes at most.
pub const CODE_LIFETIME: Duration = Duration::seconds(60);

/// What is kept of a code that was issued.
#[derive(Clone, Copy, Debug)]
pub struct IssuedCode<'a> {
    /// The first moment at which it is no longer valid.
    pub expires_at: OffsetDateTime,
    /// Whether it was exchanged before.
    pub is_exchanged: bool,
    /// Whether the consent was taken back meanwhile.
    pub is_revoked: bool,
    /// Where its person was sent with it.
    pub redirect_uri: &'a str,
    /// What the app committed itself to, if it did.
    pub challenge: Option<&'a CodeChallenge>,
}

/// What comes with a code that is to be exchanged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exchange<'a> {
    /// Whether the client that asks is the one that the code was issued to.
    pub is_by_its_client: bool,
    /// `redirect_uri`
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`
    pub verifier: Option<&'a str>,
}

/// Why a code is not exchanged. Outside it is `invalid_grant`, whatever the reason (RFC 6749 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// It was issued to another client.
    WrongClient,
    /// It was exchanged before: somebody else has it. What it led to is to be revoked (RFC 6749 §4.1.2).
    Replayed,
    /// Its minute is over.
    Expired,
    /// The person has taken back the consent.
    Revoked,
    /// Another redirect URI was named than the one that the code was sent to, or none.
    WrongRedirectUri,
    /// The app committed itself to a secret and shows none, or another; or it did not, and shows one (RFC 9700 §4.8.2).
    WrongVerifier,
}

impl IssuedCode<'_> {
    /// Whether it may be exchanged so at `now`.
    pub fn check(&self, exchange: Exchange<'_>, now: OffsetDateTime) -> Result<(), CodeRefusal> {
        if !exchange.is_by_its_client {
            return Err(CodeRefusal::WrongClient);
        }
        if self.is_exchanged {
            return Err(CodeRefusal::Replayed);
        }
        if self.is_revoked {
            return Err(CodeRefusal::Revoked);
        }
        if self.expires_at <= now {
            return Err(CodeRefusal::Expired);
        }
        if exchange.redirect_uri != Some(self.redirect_uri) {
            return Err(CodeRefusal::WrongRedirectUri);
        }
        let is_proven = match (self.challenge, exchange.verifier) {
            (None, None) => true,
            (Some(challenge), Some(verifier)) => {
                CodeVerifier::parse(verifier).is_some_and(|verifier| verifier.answers(challenge))
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if is_proven { Ok(()) } else { Err(CodeRefusal::WrongVerifier) }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2030-01-01 09:00 UTC);
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const URI: &str = "https://app.example/cb";

    #[test]
    fn a_code_is_exchanged_once_in_time_by_whom_it_was_issued_to() {
        #[track_caller]
        fn check(code: IssuedCode<'_>, exchange: Exchange<'_>, expect: Result<(), CodeRefusal>) {
            assert_eq!(code.check(exchange, NOW), expect);
        }
        let challenge =
            CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Some("S256")).unwrap();
        let code = IssuedCode {
            expires_at: NOW + CODE_LIFETIME,
            is_exchanged: false,
            is_revoked: false,
            redirect_uri: URI,
            challenge: Some(&challenge),
        };
        let plain = IssuedCode { challenge: None, ..code };
        let right = Exchange { is_by_its_client: true, redirect_uri: Some(URI), verifier: Some(VERIFIER) };
        let without = Exchange { verifier: None, ..right };
        check(code, right, Ok(()));
        check(plain, without, Ok(()));
        check(code, Exchange { is_by_its_client: false, ..right }, Err(CodeRefusal::WrongClient));
        // Another client learns nothing, and does no harm, by a code that was used.
        let used = IssuedCode { is_exchanged: true, ..code };
        check(used, Exchange { is_by_its_client: false, ..right }, Err(CodeRefusal::WrongClient));
        check(used, right, Err(CodeRefusal::Replayed));
        check(used, without, Err(CodeRefusal::Replayed));
        check(IssuedCode { expires_at: NOW, ..used }, right, Err(CodeRefusal::Replayed));
        check(IssuedCode { is_revoked: true, ..code }, right, Err(CodeRefusal::Revoked));
        check(IssuedCode { expires_at: NOW, ..code }, right, Err(CodeRefusal::Expired));
        check(code, Exchange { redirect_uri: None, ..right }, Err(CodeRefusal::WrongRedirectUri));
        let elsewhere = Exchange { redirect_uri: Some("https://app.example/cb/"), ..right };
        check(code, elsewhere, Err(CodeRefusal::WrongRedirectUri));
        // The proof is neither left out nor added: both are how codes are injected.
        check(code, without, Err(CodeRefusal::WrongVerifier));
        check(plain, right, Err(CodeRefusal::WrongVerifier));
        let wrong = VERIFIER.replace('d', "e");
        check(code, Exchange { verifier: Some(&wrong), ..right }, Err(CodeRefusal::WrongVerifier));
        check(code, Exchange { verifier: Some(""), ..right }, Err(CodeRefusal::WrongVerifier));
    }
}

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName},
};
use uuid::Uuid;

/// The id of a request: the caller's `X-Request-Id` if it is well formed, else one of ours.
#[derive(Clone, Debug)]
pub struct RequestId(String);

/// The header that carries it, both ways.
pub(crate) static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long a caller's id may be.
const MAX: usize = 128;

impl RequestId {
    /// Takes the caller's or makes one.
    pub(crate) fn choose(headers: &HeaderMap) -> Self {
        let given = headers.get(&HEADER).and_then(|value| value.to_str().ok());
        match given.filter(|id| is_well_formed(id)) {
            Some(id) => Self(id.to_owned()),
            None => Self(Uuid::now_v7().to_string()),
        }
    }

    /// The id of a request that is being answered.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::choose(request.headers()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters, digits and `-_.:`: nothing that a log or a header could trip over.
fn is_well_formed(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=MAX).contains(&id.len()) && id.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_short_ids_are_taken_over() {
        #[track_caller]
        fn check(id: &str, accepted: bool) {
            assert_eq!(is_well_formed(id), accepted, "{id:?}");
        }
        check("req-1", true);
        check("0197a6e2-7e5b-7c3a-9f52-0d6c1c7a9b10", true);
        check("trace:span.1_2", true);
        check(&"a".repeat(128), true);
        check(&"a".repeat(129), false);
        check("", false);
        check("two words", false);
        check("line\nbreak", false);
        check("\"quoted\"", false);
        check("é", false);
    }
}

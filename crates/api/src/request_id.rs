use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use uuid::{NoContext, Timestamp, Uuid};

/// The id of a request: the caller's `X-Request-Id` if it is well formed, else one of ours.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

/// The header that carries it, both ways.
pub(crate) static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long a caller's id may be.
const MAX: usize = 128;

impl RequestId {
    /// Takes the caller's or makes one.
    pub(crate) fn choose(headers: &HeaderMap) -> Self {
        match headers.get(&HEADER).filter(|id| id.to_str().is_ok_and(is_well_formed)) {
            Some(id) => Self(id.clone()),
            None => Self::generate(),
        }
    }

    /// Its random part tells it from all others: ids of one millisecond need no order, which threads would have to agree on.
    fn generate() -> Self {
        let id = Uuid::new_v7(Timestamp::now(NoContext));
        let mut text = Uuid::encode_buffer();
        let text: &str = id.hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown")))
    }

    /// The id of a request that is being answered.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::choose(request.headers()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The same in an answer's header.
    pub(crate) fn as_header(&self) -> HeaderValue {
        self.0.clone()
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

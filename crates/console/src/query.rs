//! What an address asks for, and addresses that ask.

use actix_web::HttpRequest;

/// The pairs of a query, as they were written.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// How many pairs are looked at.
    const MOST: usize = 50;

    /// Of a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        let owned = pairs.map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self(owned.take(Self::MOST).collect())
    }

    /// A value, without spaces around it; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// A value that is there and not empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// The path with those of the pairs that say something.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn an_address_says_what_is_asked_and_no_more() {
        assert_eq!(address("/a", &[("x", ""), ("y", "")]), "/a");
        assert_eq!(address("/a", &[("x", "1 2&3"), ("y", ""), ("z", "é")]), "/a?x=1+2%263&z=%C3%A9");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = address("/a", &[("q", "a b&c=\"d"), ("none", ""), ("é", " 1 ")]);
        let query = Query::of(&TestRequest::with_uri(&written).to_http_request());
        assert_eq!((query.get("q"), query.get("none"), query.get("é")), ("a b&c=\"d", "", "1"));
        assert_eq!((query.given("q").is_some(), query.given("none")), (true, None));
    }
}

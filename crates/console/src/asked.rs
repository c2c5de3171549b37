//! What an address asks for behind its path, and addresses that ask for something.

use actix_web::HttpRequest;
use url::form_urlencoded;

/// The names and values behind the `?` of an address.
pub(crate) struct Asked(Vec<(String, String)>);

impl Asked {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect())
    }

    /// The first value of a name; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The path with these names and values behind it; those that are empty are left out.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let written = address("/a", &[("q", "a b&c=\"d"), ("none", ""), ("é", "1")]);
        assert_eq!(written, "/a?q=a+b%26c%3D%22d&%C3%A9=1");
        let asked = Asked::of(&TestRequest::with_uri(&written).to_http_request());
        assert_eq!((asked.get("q"), asked.get("none"), asked.get("é")), ("a b&c=\"d", "", "1"));
        assert_eq!(address("/a", &[("q", "")]), "/a");
    }
}

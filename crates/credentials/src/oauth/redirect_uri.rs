//! Where an app's people are sent back to.

use std::fmt;

use thiserror::Error;
use url::Url;

/// An address that people are sent back to with a code, as it is registered or as a request names it.
///
/// It has one spelling: what a URL parser would write differently is refused, so that comparing texts compares addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectUri(String);

/// Why an address can't be redirected to. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidRedirectUri {
    /// It is too long.
    #[error("must have at most {} characters", RedirectUri::LONGEST)]
    TooLong,
    /// It is no address, or one that browsers would read as another.
    #[error(
        "must be a whole address, as a browser writes it: lower-case scheme and host, no default port, no spaces, dots or escapes to resolve"
    )]
    Form,
    /// Its scheme is not taken.
    #[error(
        "must begin with https://, or with http:// and a loopback address (127.0.0.1, [::1], localhost), or for an app on people's devices with a scheme of its own that has a dot, such as com.example.app:/"
    )]
    Scheme,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("must not have a fragment (#…)")]
    Fragment,
    /// It has a user name or password.
    #[error("must not have a user name or password")]
    UserInfo,
}

impl RedirectUri {
    /// The most characters.
    pub const LONGEST: usize = 1000;

    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, InvalidRedirectUri> {
        if text.len() > Self::LONGEST {
            return Err(InvalidRedirectUri::TooLong);
        }
        if text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::Form)?;
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(InvalidRedirectUri::UserInfo);
        }
        if !is_allowed_scheme(&url) {
            return Err(InvalidRedirectUri::Scheme);
        }
        if !is_plain_host(&url) {
            return Err(InvalidRedirectUri::Form);
        }
        let visible = text.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\');
        // An empty path may be left out: https://app.example is written https://app.example/ by a parser.
        let as_written = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        if visible && as_written { Ok(Self(text.to_owned())) } else { Err(InvalidRedirectUri::Form) }
    }

    /// Takes back what was parsed before it was stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is of a scheme of an app's own: what is installed on people's devices, and can keep no secret.
    pub fn is_of_installed_app(&self) -> bool {
        !self.0.starts_with("https://") && !self.0.starts_with("http://")
    }

    /// Whether a request may name this address where `self` is registered: the same text, or on a loopback address the same
    /// but for the port, as a program takes one that is free (RFC 8252 §7.3).
    pub fn allows(&self, named: &Self) -> bool {
        self == named
            || match (self.on_loopback(), named.on_loopback()) {
                (Some(ours), Some(theirs)) => ours == theirs,
                _ => false,
            }
    }

    /// The address with more parameters in its query, behind those that it has.
    pub fn with_parameters<'a>(&self, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(parameters);
        let separator = match self.0.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{}{separator}{}", self.0, encoded.finish())
    }

    /// What a content security policy calls all places of its scheme (CSP 3 §2.3.1), such as `https:`. Browsers hold a form's
    /// policy against each step of where its answer leads, and the app may lead on to another place of its own.
    pub fn scheme_source(&self) -> &str {
        let end = self.0.find(':').map_or(0, |at| at + 1);
        self.0.get(..end).unwrap_or_default()
    }

    /// Where it leads, for people: the host, or the scheme of an app.
    pub fn place(&self) -> &str {
        match self.0.split_once(':') {
            Some(("http" | "https", _)) => authority(&self.0),
            Some((scheme, _)) => scheme,
            None => &self.0,
        }
    }

    /// Host, and path with query, if it is plain HTTP, which is on loopback only.
    fn on_loopback(&self) -> Option<(&str, &str)> {
        let rest = self.0.strip_prefix("http://")?;
        let authority = authority(&self.0);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        Some((host, rest.get(authority.len()..)?))
    }
}

/// What is between `//` and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// What a name or an address is made of: a parser takes more, which other programs may read differently.
fn is_plain_host(url: &Url) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'[' | b']' | b':');
    url.host_str().is_none_or(|host| host.bytes().all(plain))
}

fn is_allowed_scheme(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")),
        // An app's own: the name of a domain turned around (RFC 8252 §7.1), so it has a dot, and is none that browsers run.
        own => own.contains('.'),
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedirectUri({})", self.0)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> RedirectUri {
        RedirectUri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn addresses_that_can_be_redirected_to() {
        #[track_caller]
        fn check(text: &str, place: &str, source: &str, is_installed: bool) {
            let uri = parsed(text);
            assert_eq!((uri.place(), uri.scheme_source()), (place, source));
            assert_eq!(uri.is_of_installed_app(), is_installed);
        }
        check("https://app.example/callback", "app.example", "https:", false);
        check("https://app.example", "app.example", "https:", false);
        check("https://app.example:8443/cb?a=b", "app.example:8443", "https:", false);
        check("https://xn--bcher-kva.example/cb", "xn--bcher-kva.example", "https:", false);
        check("http://127.0.0.1/cb", "127.0.0.1", "http:", false);
        check("http://127.0.0.1:49152/cb", "127.0.0.1:49152", "http:", false);
        check("http://[::1]:49152/cb", "[::1]:49152", "http:", false);
        check("http://localhost:3000/cb", "localhost:3000", "http:", false);
        check("com.example.app:/oauth", "com.example.app", "com.example.app:", true);
        check("com.example.app://oauth/cb", "com.example.app", "com.example.app:", true);
    }

    #[test]
    fn addresses_that_cannot() {
        #[track_caller]
        fn check(text: &str, expect: InvalidRedirectUri) {
            assert_eq!(RedirectUri::parse(text).err(), Some(expect), "{text}");
        }
        use InvalidRedirectUri::{Form, Fragment, Scheme, TooLong, UserInfo};
        check("", Form);
        check("/callback", Form);
        check("//app.example/callback", Form);
        check("https:app.example/callback", Form);
        check("https:///callback", Form);
        check("HTTPS://app.example/", Form);
        check("https://App.Example/", Form);
        check("https://app.example:443/", Form);
        check("https://app.example/a/../b", Form);
        check("https://app.example/a/%2e%2e/b", Form);
        check("https://app.example\\@evil.example/", UserInfo);
        check("https://app.example/a\\b", Form);
        check("https://app.example/ b", Form);
        check("https://app.example/\r\nSet-Cookie: a=b", Form);
        check("https://app.example/\tb", Form);
        check(" https://app.example/", Form);
        check("https://bücher.example/", Form);
        check("https://app.example/é", Form);
        check("http://app.example/", Scheme);
        check("http://127.0.0.1.evil.example/", Scheme);
        check("http://localhost.evil.example/", Scheme);
        check("http://127.0.0.2/", Scheme);
        check("http://2130706433/", Form);
        check("javascript:alert(1)", Scheme);
        check("data:text/html,hi", Scheme);
        check("file:///etc/passwd", Scheme);
        check("myapp:/cb", Scheme);
        check("https://app.example/#", Fragment);
        check("https://app.example/cb#a", Fragment);
        for host in ["x;sandbox", "x,y", "*", "a'b", "$x", "x*y.example", "a_b.example"] {
            check(&format!("https://{host}/cb"), Form);
        }
        check("https://user@app.example/", UserInfo);
        check("https://user:pass@app.example/", UserInfo);
        check("https://@app.example/", UserInfo);
        check(&format!("https://app.example/{}", "a".repeat(1000)), TooLong);
    }

    #[test]
    fn a_request_names_the_very_address_or_another_port_of_the_same_device() {
        #[track_caller]
        fn check(registered: &str, named: &str, expect: bool) {
            assert_eq!(parsed(registered).allows(&parsed(named)), expect, "{registered} {named}");
        }
        let web = "https://app.example/cb";
        check(web, web, true);
        check(web, "https://app.example/cb/", false);
        check(web, "https://app.example/cb?a=b", false);
        check(web, "https://app.example/cb/more", false);
        check(web, "https://app.example/c", false);
        check(web, "https://app.example/CB", false);
        check(web, "https://app.example/%63b", false);
        check(web, "https://app.example:8443/cb", false);
        check(web, "https://app.example.evil.example/cb", false);
        check(web, "http://localhost/cb", false);
        check("https://app.example", "https://app.example/", false);
        check("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true);
        check("http://127.0.0.1:3000/cb", "http://127.0.0.1:49152/cb", true);
        check("http://127.0.0.1:3000/cb", "http://127.0.0.1/cb", true);
        check("http://[::1]/cb", "http://[::1]:49152/cb", true);
        check("http://localhost/cb?a=b", "http://localhost:1/cb?a=b", true);
        check("http://127.0.0.1/cb", "http://127.0.0.1:1/other", false);
        check("http://127.0.0.1/cb", "http://127.0.0.1:1/cb?a=b", false);
        check("http://127.0.0.1/cb", "http://localhost/cb", false);
        check("http://127.0.0.1/cb", "http://[::1]/cb", false);
        check("com.example.app:/cb", "com.example.app:/cb", true);
        check("com.example.app:/cb", "com.example.app2:/cb", false);
        check("com.example.app://a:1/cb", "com.example.app://a:2/cb", false);
    }

    #[test]
    fn parameters_go_behind_those_that_are_there_and_break_out_of_nothing() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            let hostile = [("code", "a b"), ("state", "x&y=z#\r\nSet-Cookie: é")];
            assert_eq!(parsed(text).with_parameters(hostile), expect);
        }
        let query = "code=a+b&state=x%26y%3Dz%23%0D%0ASet-Cookie%3A+%C3%A9";
        check("https://app.example/cb", &format!("https://app.example/cb?{query}"));
        check("https://app.example/cb?a=b", &format!("https://app.example/cb?a=b&{query}"));
        check("https://app.example/cb?", &format!("https://app.example/cb?{query}"));
        check("com.example.app:/cb", &format!("com.example.app:/cb?{query}"));
    }
}

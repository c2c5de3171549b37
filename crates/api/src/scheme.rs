//! Whether a request comes over https.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName},
    web,
};
use leadkeep_domain::AddressRanges;

use crate::{client_address::peer, state::ApiState};

static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How a request travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear, at least on a part of its way: whoever was there could read it.
    Http,
    /// Encrypted, as far as anybody here can tell.
    Https,
}

/// How the request travelled: as this listener is, or as a trusted proxy says.
pub fn scheme(request: &HttpRequest) -> Scheme {
    if request.app_config().secure() {
        return Scheme::Https;
    }
    let state = request.app_data::<web::Data<ApiState>>();
    state.map_or(Scheme::Http, |state| {
        behind_proxies(&state.trusted_proxies, peer(request), request.headers())
    })
}

/// Each proxy replaces what came to it, or adds to it how it was called. So all that is said must be `https`: anything else was
/// said by a proxy that was called in the clear, or by a caller who wanted to hide that it was.
fn behind_proxies(trusted: &AddressRanges, peer: IpAddr, headers: &HeaderMap) -> Scheme {
    if !trusted.contain(peer) {
        return Scheme::Http;
    }
    let mut said = headers.get_all(&FORWARDED_PROTO).peekable();
    let is_said = said.peek().is_some();
    let mut hops = said.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    if is_said && hops.all(|hop| hop.trim() == "https") { Scheme::Https } else { Scheme::Http }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_that_says_https_throughout_is_believed() {
        #[track_caller]
        fn check(trusted: &str, peer: &str, headers: &[&str], expect: Scheme) {
            let mut request = TestRequest::default();
            for value in headers {
                request = request.append_header((FORWARDED_PROTO.clone(), *value));
            }
            let request = request.to_http_request();
            let trusted = AddressRanges::parse(trusted).unwrap();
            let found = behind_proxies(&trusted, peer.parse().unwrap(), request.headers());
            assert_eq!(found, expect, "{headers:?} from {peer}");
        }
        use Scheme::{Http, Https};
        check("", "10.0.0.1", &["https"], Http); // nobody is trusted
        check("10.0.0.0/8", "9.9.9.9", &["https"], Http); // not our proxy
        check("10.0.0.0/8", "10.0.0.1", &[], Http); // it says nothing
        check("10.0.0.0/8", "10.0.0.1", &["https"], Https);
        check("10.0.0.0/8", "10.0.0.1", &["http"], Http);
        check("10.0.0.0/8", "10.0.0.1", &[" https "], Https);
        check("10.0.0.0/8", "10.0.0.1", &["https, https"], Https); // two proxies
        check("10.0.0.0/8", "10.0.0.1", &["https", "https"], Https); // two lines are one list
        check("10.0.0.0/8", "10.0.0.1", &["https, http"], Http); // the first is the caller's own, or the second hop is plain
        check("10.0.0.0/8", "10.0.0.1", &["http, https"], Http); // the caller came in the clear
        check("10.0.0.0/8", "10.0.0.1", &["https", "http"], Http);
        check("10.0.0.0/8", "10.0.0.1", &["https,"], Http);
        check("10.0.0.0/8", "10.0.0.1", &[""], Http);
        check("10.0.0.0/8", "10.0.0.1", &["HTTPS"], Http); // no proxy writes it so
        check("10.0.0.0/8", "10.0.0.1", &["https://"], Http);
        check("10.0.0.0/8", "10.0.0.1", &["wss"], Http);
        check("10.0.0.0/8", "10.0.0.1", &["httpsx"], Http);
        check("::1", "::1", &["https"], Https);
    }

    #[test]
    fn what_is_no_text_is_not_believed() {
        let value = actix_web::http::header::HeaderValue::from_bytes(b"https\xff").unwrap();
        let request =
            TestRequest::default().append_header((FORWARDED_PROTO.clone(), value)).to_http_request();
        let trusted = AddressRanges::parse("::1").unwrap();
        let peer = "::1".parse().unwrap();
        assert_eq!(behind_proxies(&trusted, peer, request.headers()), Scheme::Http);
    }
}

//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName},
    web,
};
use leadkeep_domain::AddressRanges;

use crate::state::ApiState;

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of a request's client, found once.
#[derive(Clone, Copy, Debug)]
struct ClientAddress(IpAddr);

/// Where the request comes from: the peer, or what a trusted proxy says of it.
pub fn address(request: &HttpRequest) -> IpAddr {
    let known = request.extensions().get().copied();
    if let Some(ClientAddress(known)) = known {
        return known;
    }
    let peer = peer(request);
    let state = request.app_data::<web::Data<ApiState>>();
    let found = state.map_or(peer, |state| behind_proxies(&state.trusted_proxies, peer, request.headers()));
    request.extensions_mut().insert(ClientAddress(found));
    found
}

/// Whether a proxy that is trusted is at the other end of the connection.
pub fn comes_by_a_proxy(request: &HttpRequest) -> bool {
    let state = request.app_data::<web::Data<ApiState>>();
    state.is_some_and(|state| state.trusted_proxies.contain(peer(request)))
}

/// Who is at the other end of the connection.
pub(crate) fn peer(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical())
}

/// Each proxy adds the address that it was called from at the end. From there on back it is followed as long as those who say
/// so are trusted; what somebody wrote before them is anybody's invention.
fn behind_proxies(trusted: &AddressRanges, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    if !trusted.contain(client) {
        return client;
    }
    let values: Vec<&str> =
        headers.get_all(&FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default()).collect();
    let mut hops = values.iter().rev().flat_map(|value| value.rsplit(','));
    while trusted.contain(client) {
        let Some(hop) = hops.next().and_then(|hop| parse(hop.trim())) else { break };
        client = hop;
    }
    client
}

/// An address as proxies write it: bare, or with a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse().ok();
    let address = bare.or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    let bracketed =
        || hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(|ip| ip.parse().ok());
    address.or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_trusted_hops_are_believed() {
        #[track_caller]
        fn check(trusted: &str, peer: &str, headers: &[&str], expect: &str) {
            let mut request = TestRequest::default();
            for value in headers {
                request = request.append_header((FORWARDED_FOR.clone(), *value));
            }
            let request = request.to_http_request();
            let trusted = AddressRanges::parse(trusted).unwrap();
            let found = behind_proxies(&trusted, peer.parse().unwrap(), request.headers());
            assert_eq!(found, expect.parse::<IpAddr>().unwrap(), "{headers:?}");
        }
        check("", "10.0.0.1", &["1.2.3.4"], "10.0.0.1"); // nobody is trusted
        check("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.0/8", "10.0.0.1", &["1.2.3.4"], "1.2.3.4");
        check("10.0.0.0/8", "9.9.9.9", &["1.2.3.4"], "9.9.9.9"); // not our proxy
        check("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4"], "1.2.3.4"); // the first is forged
        check("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4"); // two proxies
        check("10.0.0.0/8", "10.0.0.1", &["6.6.6.6", "1.2.3.4"], "1.2.3.4"); // two lines are one list
        check("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, nonsense"], "10.0.0.1"); // whoever says nonsense says nothing
        check("10.0.0.0/8", "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"); // all ours
        check("10.0.0.0/8", "10.0.0.1", &["1.2.3.4:5678"], "1.2.3.4");
        check("10.0.0.0/8", "10.0.0.1", &["[2001:db8::1]:5678"], "2001:db8::1");
        check("10.0.0.0/8", "10.0.0.1", &["[2001:db8::1]"], "2001:db8::1");
        check("::1", "::1", &["::ffff:1.2.3.4"], "1.2.3.4");
        check("10.0.0.0/8", "::ffff:10.0.0.1", &["1.2.3.4"], "1.2.3.4");
    }
}

//! The stylesheet, the module and the icon as they go over the wire.

use std::io::Read as _;

use flate2::read::GzDecoder;
use leadkeep_console::Assets;
use leadkeep_domain::Role;
use leadkeep_testkit::{TestDatabase, on_both_databases};
use reqwest::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};

use crate::server::Server;

on_both_databases![what_is_the_same_for_everybody_is_compressed, pages_are_never_compressed];

async fn what_is_the_same_for_everybody_is_compressed(database: TestDatabase) {
    let server = Server::start(database).await;
    let http = reqwest::Client::new();
    for asset in Assets::new().all() {
        for (accepted, is_compressed) in [("gzip, deflate, br", true), ("br, gzip;q=0", false), ("", false)] {
            let request = http.get(format!("http://{}{}", server.address, asset.path));
            let answer = request.header(ACCEPT_ENCODING, accepted).send().await.unwrap();
            let headers = answer.headers().clone();
            let header = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(header(CONTENT_ENCODING).as_deref(), is_compressed.then_some("gzip"), "{accepted}");
            assert_eq!(header(VARY).as_deref(), Some("Accept-Encoding"));
            assert_eq!(header(CACHE_CONTROL).as_deref(), Some("public, max-age=31536000, immutable"));
            assert_eq!(header(CONTENT_TYPE).as_deref(), Some(asset.content_type));
            let body = answer.bytes().await.unwrap();
            if is_compressed {
                assert!(body.len() < asset.bytes.len(), "{}", asset.path);
                let mut plain = Vec::new();
                GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
                assert!(plain == asset.bytes, "{}", asset.path);
            } else {
                assert!(body == asset.bytes, "{}", asset.path);
            }
        }
    }
}

/// The token of their forms would be told by their length: BREACH.
async fn pages_are_never_compressed(database: TestDatabase) {
    let server = Server::start(database).await;
    let (mut browser, _) = server.signed_in(Role::Owner).await;
    browser.headers.push(("accept-encoding".to_owned(), "gzip".to_owned()));
    for path in ["/console/account", &server.path("leads?q=john")] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.header("content-encoding")), (200, ""), "{path}");
        assert!(page.text.contains("form_token") && page.text.ends_with("</html>"), "{path}");
    }
}

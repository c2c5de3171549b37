use leadkeep_credentials::{BasicCredentials, BearerToken, Malformed};
use proptest::prelude::*;

#[track_caller]
fn check_basic(value: &str, expect: Option<(&str, &str)>) {
    let parsed = BasicCredentials::parse_header(value);
    let parts = parsed.as_ref().map(|client| (client.id.as_str(), client.expose_secret()));
    assert_eq!(parts, expect.ok_or(&Malformed));
}

#[test]
fn basic_credentials_are_form_urlencoded_within_base64() {
    check_basic("Basic Y2xpZW50OnNlY3JldA==", Some(("client", "secret")));
    check_basic("bASIC Y2xpZW50OnNlY3JldA==", Some(("client", "secret"))); // the scheme in any case
    check_basic("Basic   Y2xpZW50OnNlY3JldA==", Some(("client", "secret"))); // more spaces than one
    check_basic("Basic YSUzQWIrYzp4JTJCeSUyNSt6", Some(("a:b c", "x+y% z"))); // a%3Ab+c:x%2By%25+z
    check_basic("Basic aWQ6YTpi", Some(("id", "a:b"))); // id:a:b, a colon that the client did not encode
    check_basic("Basic aWQ6", Some(("id", ""))); // id:, an empty secret
    check_basic(&format!("Basic YTph{}", "YWFh".repeat(255)), Some(("a", &"a".repeat(766)))); // 1,024 characters
}

#[test]
fn other_basic_values_are_refused() {
    check_basic("", None); // empty
    check_basic("Basic", None); // nothing after the scheme
    check_basic("Basic ", None); // nothing after the space
    check_basic("Bearer Y2xpZW50OnNlY3JldA==", None); // another scheme
    check_basic("BasicY2xpZW50OnNlY3JldA==", None); // no space
    check_basic("Basic\tY2xpZW50OnNlY3JldA==", None); // a tab is no space
    check_basic(" Basic Y2xpZW50OnNlY3JldA==", None); // a space before
    check_basic("Basic Y2xpZW50OnNlY3JldA== ", None); // a space after
    check_basic("Basic Y2xpZW50OnNlY3JldA", None); // no padding
    check_basic("Basic Y2xpZW50OnNlY3JldB==", None); // bits set after the last byte
    check_basic("Basic client:secret", None); // no base64
    check_basic("Basic aWRzZWNyZXQ=", None); // idsecret, no colon
    check_basic("Basic OnNlY3JldA==", None); // :secret, an empty identifier
    check_basic("Basic aWQ6JXp6", None); // id:%zz, no hexadecimal digits
    check_basic("Basic aWQ6JTQ=", None); // id:%4, cut short
    check_basic("Basic aWQ6/w==", None); // a byte that is not ASCII
    check_basic("Basic aWQ6JTBB", None); // id:%0A, an encoded line end
    check_basic("Basic YSVDMyVBOTpz", None); // a%C3%A9:s, an encoded character that is not ASCII
    check_basic(&format!("Basic YTph{}", "YWFh".repeat(256)), None); // 1,028 characters
    check_basic(&format!("Basic YTph{}", "YWFh".repeat(1 << 18)), None); // one megabyte
}

#[track_caller]
fn check_bearer(value: &str, expect: Option<&str>) {
    let parsed = BearerToken::parse_header(value);
    assert_eq!(parsed.as_ref().map(BearerToken::expose), expect.ok_or(&Malformed));
}

#[test]
fn a_bearer_token_follows_its_scheme() {
    check_bearer("Bearer slat_abc", Some("slat_abc"));
    check_bearer("bearer slat_abc", Some("slat_abc")); // the scheme in any case
    check_bearer("BEARER slat_abc", Some("slat_abc")); // the scheme in any case
    check_bearer("Bearer    slat_abc", Some("slat_abc")); // more spaces than one
    check_bearer("Bearer aZ09-._~+/==", Some("aZ09-._~+/==")); // every class of b64token
    check_bearer(&format!("Bearer {}", "a".repeat(512)), Some(&"a".repeat(512))); // the longest
}

#[test]
fn other_bearer_values_are_refused() {
    check_bearer("", None); // empty
    check_bearer("Bearer", None); // nothing after the scheme
    check_bearer("Bearer ", None); // nothing after the space
    check_bearer("Basic slat_abc", None); // another scheme
    check_bearer("Bearers slat_abc", None); // another scheme that begins alike
    check_bearer("slat_abc", None); // no scheme
    check_bearer("Bearer\tslat_abc", None); // a tab is no space
    check_bearer(" Bearer slat_abc", None); // a space before
    check_bearer("Bearer slat_abc ", None); // a space after
    check_bearer("Bearer slat abc", None); // two words
    check_bearer("Bearer slat_abc,slat_def", None); // two tokens
    check_bearer("Bearer ==", None); // padding of nothing
    check_bearer("Bearer a=b", None); // padding within
    check_bearer("Bearer \"slat_abc\"", None); // quoted
    check_bearer("Bearer slat_é", None); // non-ASCII
    check_bearer(&format!("Bearer {}", "a".repeat(513)), None); // one too long
    check_bearer(&format!("Bearer {}", "a".repeat(1 << 20)), None); // one megabyte
}

#[test]
fn debug_output_shows_no_secret() {
    let client = BasicCredentials::parse_header("Basic Y2xpZW50OnNlY3JldA==").unwrap();
    assert_eq!(format!("{client:?}"), r#"BasicCredentials { id: "client", .. }"#);
    assert_eq!(format!("{:?}", BearerToken::parse_header("Bearer slat_abc").unwrap()), "BearerToken(..)");
}

proptest! {
    #[test]
    fn no_value_breaks_the_parsers(scheme in "(Basic|Bearer|) {0,2}", rest in any::<String>()) {
        let value = format!("{scheme}{rest}");
        let _ = BasicCredentials::parse_header(&value);
        let _ = BearerToken::parse_header(&value);
    }
}

use leadkeep_credentials::{ClientId, Malformed, Secret, SecretKind};
use proptest::prelude::*;

// The last six characters were computed apart from this crate, with zlib's crc32 and long division by 62.
const CLIENT_ID: &str = "slk_ci_00000000000000000000000000000000000000002kaqcA";
const CLIENT_SECRET: &str = "slk_cs_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2x81PZ";
const ACCESS_TOKEN: &str = "slk_at_K3x9m2pQ7vR1sT8uW4yZ6aB0cD5eF3gH2iJ9kL7m2JuN2M";
const REFRESH_TOKEN: &str = "slk_rt_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd0omAup";
const API_TOKEN: &str = "slat_0000000000000000000000000000000000036616000OvM";
// The bytes 0, 1, … 31.
const API_KEY: &str = "sk_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

#[track_caller]
fn check(presented: &str, expect: Option<SecretKind>) {
    assert_eq!(Secret::parse(presented).ok().map(|secret| secret.kind()), expect);
}

#[test]
fn golden_vectors_are_taken() {
    check(CLIENT_ID, Some(SecretKind::ClientId));
    check(CLIENT_SECRET, Some(SecretKind::ClientSecret));
    check(ACCESS_TOKEN, Some(SecretKind::AccessToken));
    check(REFRESH_TOKEN, Some(SecretKind::RefreshToken));
    check(API_TOKEN, Some(SecretKind::ApiToken)); // its check is padded with zeros
    check(API_KEY, Some(SecretKind::ApiKey));
    check(&format!("sk_live_{}", "_".repeat(42) + "8"), Some(SecretKind::ApiKey)); // 32 bytes 0xFF, but for two bits
    check(&format!("sk_live_{}", "-".repeat(42) + "w"), Some(SecretKind::ApiKey)); // the other URL-safe character
}

#[test]
fn what_has_another_form_is_refused() {
    check("", None); // empty
    check(" ", None); // blank
    check("slk_at_", None); // only a prefix
    check("sk_live_", None); // only a prefix
    check(&ACCESS_TOKEN[..52], None); // one character short
    check(&format!("{ACCESS_TOKEN}M"), None); // one character long
    check(&API_KEY[..50], None); // one character short
    check(&format!("{API_KEY}A"), None); // one character long
    check(&format!("{API_KEY}="), None); // padded
    check(&format!(" {ACCESS_TOKEN}"), None); // a space before
    check(&format!("{ACCESS_TOKEN}\n"), None); // a line end after
    check(&ACCESS_TOKEN.replace("slk_at_", "SLK_AT_"), None); // the prefix in capitals
    check(&ACCESS_TOKEN.replace("slk_at_", "slk_xx_"), None); // an unknown prefix
    check(&ACCESS_TOKEN.replace("slk_at_", ""), None); // no prefix
    check(&API_KEY.replace("sk_live_", "sk_test_"), None); // an unknown prefix
    check(&API_KEY.replace("sk_live_", "slat_"), None); // another kind's prefix
    check(&ACCESS_TOKEN.to_uppercase(), None); // other case
    check(&ACCESS_TOKEN.replace('K', "é"), None); // non-ASCII, longer
    check(&ACCESS_TOKEN.replace("K3", "é"), None); // non-ASCII, of the same number of bytes
    check(&API_KEY.replace("AA", "é"), None); // non-ASCII, of the same number of bytes
    check(&ACCESS_TOKEN.replace('K', "-"), None); // not base62
    check(&API_KEY.replace('w', "+"), None); // base64 of the other alphabet
    check(&ACCESS_TOKEN.replace('K', "\0"), None); // a control character
    check(&"a".repeat(1 << 20), None); // one megabyte
    check(&format!("slk_at_{}", "0".repeat(1 << 20)), None); // one megabyte after a prefix
    check(&format!("sk_live_{}", "A".repeat(1 << 20)), None); // one megabyte after a prefix
}

#[test]
fn base64url_that_is_not_canonical_is_refused() {
    let body = "A".repeat(42);
    for last in ('0'..='9').chain('A'..='Z').chain('a'..='z').chain(['-', '_']) {
        // The last character bears four bits; in these sixteen the other two are zero.
        let canonical = "AEIMQUYcgkosw048".contains(last);
        check(&format!("sk_live_{body}{last}"), canonical.then_some(SecretKind::ApiKey));
    }
}

#[test]
fn the_refusal_says_nothing_about_the_input() {
    let refusal = Secret::parse("slk_at_almost").err().unwrap();
    assert_eq!(refusal, Malformed);
    assert_eq!(refusal.to_string(), "the credential is malformed");
}

#[test]
fn only_the_kind_asked_for_is_taken() {
    for kind in SecretKind::ALL {
        assert_eq!(Secret::parse_as(kind, ACCESS_TOKEN).is_ok(), kind == SecretKind::AccessToken, "{kind:?}");
        assert_eq!(Secret::parse_as(kind, API_KEY).is_ok(), kind == SecretKind::ApiKey, "{kind:?}");
    }
}

#[test]
fn no_prefix_begins_with_another() {
    for kind in SecretKind::ALL {
        let begins = SecretKind::ALL.into_iter().filter(|other| kind.prefix().starts_with(other.prefix()));
        assert_eq!(begins.collect::<Vec<_>>(), [kind]);
    }
}

#[test]
fn a_preview_is_the_first_twelve_and_the_last_four_characters() {
    let preview = |text| Secret::parse(text).ok().unwrap().preview();
    assert_eq!(preview(API_KEY), "sk_live_AAEC…dHh8");
    assert_eq!(preview(ACCESS_TOKEN), "slk_at_K3x9m…uN2M");
    assert_eq!(preview(API_TOKEN), "slat_0000000…0OvM");
}

#[test]
fn a_client_id_is_parsed_and_shown_in_full() {
    let id = ClientId::parse(CLIENT_ID).unwrap();
    assert_eq!((id.as_str(), id.to_string().as_str()), (CLIENT_ID, CLIENT_ID));
    assert_eq!(id, ClientId::from_stored(CLIENT_ID.to_owned()));
    assert_eq!(ClientId::parse(CLIENT_SECRET), Err(Malformed), "a secret is no identifier");
    assert_eq!(ClientId::parse(&CLIENT_ID.replace("2kaqcA", "2kaqcB")), Err(Malformed), "a wrong check");
}

proptest! {
    #[test]
    fn one_changed_character_is_refused(
        golden in prop::sample::select(vec![CLIENT_ID, CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN, API_TOKEN]),
        place in any::<prop::sample::Index>(),
        other in prop_oneof![4 => "[0-9A-Za-z_]", 1 => any::<char>().prop_map(String::from)],
    ) {
        let kind = Secret::parse(golden).ok().unwrap().kind();
        let place = place.index(golden.len());
        prop_assume!(golden[place..=place] != other);
        let changed = format!("{}{other}{}", &golden[..place], &golden[place + 1..]);
        prop_assert!(Secret::parse_as(kind, &changed).is_err());
    }

    #[test]
    fn two_swapped_neighbours_are_refused(place in 7..52_usize) {
        let mut swapped = ACCESS_TOKEN.to_owned().into_bytes();
        swapped.swap(place, place + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assume!(swapped != ACCESS_TOKEN);
        prop_assert!(Secret::parse(&swapped).is_err());
    }

    #[test]
    fn no_input_breaks_the_parser(kind in prop::sample::select(&SecretKind::ALL), body in any::<String>()) {
        prop_assert!(Secret::parse(&body).is_err());
        let prefixed = format!("{}{body}", kind.prefix());
        prop_assert!(Secret::parse(&prefixed).is_err());
    }
}

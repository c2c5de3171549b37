use leadkeep_credentials::{Secret, SecretKind, find_secrets};
use proptest::prelude::*;
use std::ops::Range;

const ACCESS_TOKEN: &str = "slk_at_K3x9m2pQ7vR1sT8uW4yZ6aB0cD5eF3gH2iJ9kL7m2JuN2M";
const REFRESH_TOKEN: &str = "slk_rt_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd0omAup";
const CLIENT_ID: &str = "slk_ci_00000000000000000000000000000000000000002kaqcA";
const CLIENT_SECRET: &str = "slk_cs_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2x81PZ";
const API_TOKEN: &str = "slat_0000000000000000000000000000000000036616000OvM";
const API_KEY: &str = "sk_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

const SECRET_KINDS: [SecretKind; 5] = [
    SecretKind::ClientSecret,
    SecretKind::AccessToken,
    SecretKind::RefreshToken,
    SecretKind::ApiKey,
    SecretKind::ApiToken,
];

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expect: &[&str]) {
    let found: Vec<_> = find_secrets(bytes.as_ref()).collect();
    assert_eq!(found.iter().map(|it| it.secret.expose()).collect::<Vec<_>>(), expect);
    for it in &found {
        assert_eq!(&bytes.as_ref()[it.range.clone()], it.secret.expose().as_bytes());
    }
}

#[test]
fn every_kind_of_secret_is_found_and_no_client_identifier() {
    check(CLIENT_SECRET, &[CLIENT_SECRET]);
    check(ACCESS_TOKEN, &[ACCESS_TOKEN]);
    check(REFRESH_TOKEN, &[REFRESH_TOKEN]);
    check(API_KEY, &[API_KEY]);
    check(API_TOKEN, &[API_TOKEN]);
    check(CLIENT_ID, &[]);
    check(format!("{CLIENT_ID}:{CLIENT_SECRET}"), &[CLIENT_SECRET]);
}

#[test]
fn secrets_are_found_wherever_people_leave_them() {
    for secret in [CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN, API_KEY, API_TOKEN] {
        check(format!("'{secret}'"), &[secret]); // in quotes
        check(format!("{{\"key\":\"{secret}\"}}"), &[secret]); // in JSON
        check(format!("\"a\\n{secret}\\n\""), &[secret]); // between escapes of JSON
        check(format!("# old\r\nKEY={secret}\r\n"), &[secret]); // in an env file
        check(format!("https://a:{secret}@b.example/?token={secret}&x=1"), &[secret; 2]); // in a URL
        check(format!("https://b.example/?next=%3Ftoken%3D{secret}%26x"), &[secret]); // in a URL within a URL
        check(format!("curl -H 'Authorization: Bearer {secret}'"), &[secret]); // in a command
        check(format!("key-{secret}"), &[secret]); // glued to a word
        check(format!("keyX{secret}"), &[secret]); // the prefix in the middle of a word
        check(format!("\0{secret}\0"), &[secret]); // between NULs
        check([b"\xff", secret.as_bytes(), b"\xff\xc3"].concat(), &[secret]); // between bytes that are no UTF-8
        check(format!("é{secret}é"), &[secret]); // between other letters
        check(format!("{secret},{secret}"), &[secret; 2]); // twice
    }
}

#[test]
fn after_a_check_anything_may_follow() {
    check(format!("{ACCESS_TOKEN}M"), &[ACCESS_TOKEN]);
    check(format!("{API_TOKEN}_old"), &[API_TOKEN]);
    check(format!("{API_TOKEN}{REFRESH_TOKEN}{API_KEY}"), &[API_TOKEN, REFRESH_TOKEN, API_KEY]);
}

#[test]
fn of_two_that_overlap_the_first_is_found() {
    let ends_in_sk = "slat_000000000000000000000000000000000000919015EUsk";
    check(ends_in_sk, &[ends_in_sk]);
    check(format!("{ends_in_sk}{}", &API_KEY[2..]), &[ends_in_sk]);
}

#[test]
fn without_a_check_what_goes_on_is_something_else() {
    for next in "09AZaz-_".chars() {
        check(format!("{API_KEY}{next}"), &[]);
    }
    for next in "= .:;,/+~%&\\\"'\n\0é".chars() {
        check(format!("{API_KEY}{next}"), &[API_KEY]);
    }
    check(format!("{API_KEY}{API_KEY}"), &[API_KEY]); // the first goes on, the second does not
}

#[test]
fn what_is_no_secret_is_not_found() {
    check("", &[]); // nothing
    check("slat_", &[]); // only a prefix
    check(&API_TOKEN[..50], &[]); // cut at the end
    check(&API_KEY[..50], &[]); // cut at the end
    check(&API_TOKEN[1..], &[]); // cut at the beginning
    check(API_TOKEN.replace("OvM", "OvN"), &[]); // a wrong check
    check(API_KEY.replace("Hh8", "Hh9"), &[]); // base64url that is not canonical
    check(API_KEY.replace("AAEC", "AA+C"), &[]); // base64 of the other alphabet
    check(ACCESS_TOKEN.replace("slk_at_", "SLK_AT_"), &[]); // the prefix in capitals
    check(ACCESS_TOKEN.replace("K3", "é"), &[]); // non-ASCII, of the same number of bytes
    check([API_TOKEN.as_bytes()[..50].as_ref(), b"\xff"].concat(), &[]); // no UTF-8
    check(format!("{}\n{}", &API_TOKEN[..20], &API_TOKEN[20..]), &[]); // broken over two lines
}

#[test]
fn what_almost_was_a_secret_hides_none_that_begins_within() {
    for secret in [CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN, API_KEY, API_TOKEN] {
        for almost in [CLIENT_ID, CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN, API_KEY, API_TOKEN] {
            for cut in 1..almost.len() {
                check(format!("{}{secret}", &almost[..cut]), &[secret]);
            }
        }
    }
}

/// At one look a character this ends at once; at one look for each pair of characters it would take an hour.
#[test]
fn hostile_texts_are_gone_through_once() {
    for kind in SecretKind::ALL {
        check(kind.prefix().repeat(20_000), &[]);
        check(format!("{}{}", kind.prefix(), "0".repeat(100_000)), &[]);
    }
    check("s".repeat(100_000), &[]);
    check("sk_live_A".repeat(10_000), &[]);
    assert_eq!(find_secrets(API_TOKEN.repeat(1_000).as_bytes()).count(), 1_000);
}

#[test]
fn after_the_end_nothing_is_found() {
    let mut found = find_secrets(API_TOKEN.as_bytes());
    assert!(found.next().is_some());
    assert!(found.next().is_none());
    assert!(found.next().is_none());
}

#[test]
fn debug_output_shows_no_secret() {
    let text = format!("key={API_KEY}");
    let found = find_secrets(text.as_bytes()).next().unwrap();
    assert_eq!(format!("{found:?}"), "FoundSecret { range: 4..55, kind: ApiKey, .. }");
}

/// Bytes that are often almost a secret.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        prop::sample::select(&SecretKind::ALL).prop_map(|kind| kind.prefix().into()),
        "[0-9A-Za-z_-]{1,60}".prop_map(String::into_bytes),
        (prop::sample::select(vec![API_KEY, API_TOKEN, CLIENT_SECRET]), 1..50_usize)
            .prop_map(|(secret, cut)| secret.as_bytes()[..cut].into()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn goes_on_in_base64url(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
}

/// Tries every place, and every length near those that secrets have.
fn find_slowly(bytes: &[u8]) -> Vec<Range<usize>> {
    let is_secret = |range: &Range<usize>| {
        let secret = str::from_utf8(&bytes[range.clone()]).ok().and_then(|text| Secret::parse(text).ok());
        secret.is_some_and(|secret| match secret.kind() {
            SecretKind::ClientId => false,
            SecretKind::ApiKey => !goes_on_in_base64url(&bytes[range.end..]),
            _ => true,
        })
    };
    let all = (0..bytes.len()).flat_map(|start| (start + 50..start + 55).map(move |end| start..end));
    all.filter(|range| range.end <= bytes.len()).filter(is_secret).collect()
}

proptest! {
    #[test]
    fn a_secret_is_found_wherever_it_is_planted(
        kind in prop::sample::select(&SECRET_KINDS),
        before in noise(),
        after in noise(),
    ) {
        let secret = Secret::generate(kind).ok().unwrap();
        let goes_on = kind == SecretKind::ApiKey && goes_on_in_base64url(&after);
        let after = if goes_on { [b"\"", &after[..]].concat() } else { after };
        let bytes = [&before, secret.expose().as_bytes(), &after].concat();

        let planted = find_secrets(&bytes).find(|found| found.range.start == before.len());
        prop_assert!(planted.is_some_and(|found| found.secret.expose() == secret.expose()));
    }

    #[test]
    fn exactly_what_a_slow_search_finds_is_found(
        parts in prop::collection::vec((noise(), prop::sample::select(&SecretKind::ALL)), 0..3),
    ) {
        let with_secret = |(noise, kind): (Vec<u8>, SecretKind)| {
            [&noise, Secret::generate(kind).ok().unwrap().expose().as_bytes()].concat()
        };
        let bytes: Vec<u8> = parts.into_iter().flat_map(with_secret).collect();

        let found: Vec<_> = find_secrets(&bytes).map(|found| found.range).collect();
        prop_assert_eq!(found, find_slowly(&bytes));
    }
}

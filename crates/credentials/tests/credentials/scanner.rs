use leadkeep_credentials::{LocatedSecret, Secret, SecretKind, SecretScanner, find_secrets};
use proptest::prelude::*;

const API_TOKEN: &str = "slat_0000000000000000000000000000000000036616000OvM";
const API_KEY: &str = "sk_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Line, column and text of what is found in data that come in these pieces.
fn scan<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(usize, usize, String)> {
    let mut scanner = SecretScanner::new();
    let mut found: Vec<LocatedSecret> = pieces.into_iter().flat_map(|piece| scanner.push(piece)).collect();
    found.extend(scanner.finish());
    found.iter().map(|it| (it.line, it.column, it.secret.expose().to_owned())).collect()
}

/// The same by looking at the whole.
fn scan_whole(bytes: &[u8]) -> Vec<(usize, usize, String)> {
    let located = |found: leadkeep_credentials::FoundSecret| {
        let before = &bytes[..found.range.start];
        let lines = before.split(|byte| *byte == b'\n');
        let column = lines.clone().next_back().unwrap().len() + 1;
        (lines.count(), column, found.secret.expose().to_owned())
    };
    find_secrets(bytes).map(located).collect()
}

#[test]
fn a_secret_is_found_wherever_the_data_are_cut() {
    for secret in [API_TOKEN, API_KEY] {
        let text = format!("a\nb {secret}\n");
        for cut in 0..=text.len() {
            let (head, tail) = text.as_bytes().split_at(cut);
            assert_eq!(scan([head, tail]), [(2, 3, secret.to_owned())], "cut at {cut}");
        }
        let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
        assert_eq!(scan(bytes), [(2, 3, secret.to_owned())]);
        assert_eq!(scan([&b""[..], text.as_bytes(), b""]), [(2, 3, secret.to_owned())]);
    }
}

#[test]
fn what_goes_on_in_the_next_piece_is_something_else() {
    assert_eq!(scan([API_KEY.as_bytes(), b"A"]), []);
    assert_eq!(scan([API_KEY.as_bytes(), b"."]).len(), 1);
    assert_eq!(scan([API_KEY.as_bytes()]).len(), 1);
}

#[test]
fn nothing_is_found_in_nothing() {
    assert_eq!(scan([]), []);
    assert_eq!(scan([&b""[..], b""]), []);
}

#[test]
fn lines_end_with_a_line_feed_and_columns_count_bytes() {
    #[track_caller]
    fn check(before: &str, line: usize, column: usize) {
        let found = scan([format!("{before}{API_TOKEN}").as_bytes()]);
        assert_eq!(found, [(line, column, API_TOKEN.to_owned())]);
    }
    check("", 1, 1);
    check("é ", 1, 4);
    check("\n", 2, 1);
    check("a\r\nb\r\n\t", 3, 2);
    check(&"\n".repeat(1_000), 1_001, 1);
    check(&"x".repeat(100_000), 1, 100_001);
}

#[test]
fn a_located_secret_is_not_shown() {
    let found = SecretScanner::new().push(format!("{API_KEY}{}", " ".repeat(100)).as_bytes());
    assert_eq!(format!("{found:?}"), "[LocatedSecret { line: 1, column: 1, kind: ApiKey, .. }]");
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        Just(b"\n".to_vec()),
        prop::sample::select(&SecretKind::ALL).prop_map(|kind| kind.prefix().into()),
        (prop::sample::select(vec![API_KEY, API_TOKEN]), 1..52_usize)
            .prop_map(|(secret, cut)| secret.as_bytes()[..cut.min(secret.len())].into()),
        prop::sample::select(&SecretKind::ALL).prop_map(|kind| Secret::generate(kind)
            .ok()
            .unwrap()
            .expose()
            .into()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_what_the_whole_gives(
        bytes in noise(),
        sizes in prop::collection::vec(0..150_usize, 0..20),
    ) {
        let (mut pieces, mut rest) = (Vec::new(), &bytes[..]);
        for size in sizes {
            let (piece, behind) = rest.split_at(size.min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        prop_assert_eq!(scan(pieces), scan_whole(&bytes));
    }
}

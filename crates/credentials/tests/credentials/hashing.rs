use leadkeep_credentials::{Hasher, MasterKey, Purpose, Secret, SecretHash, SecretKind, WrongHashLength};
use std::collections::HashSet;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const ACCESS_TOKEN: &str = "slk_at_K3x9m2pQ7vR1sT8uW4yZ6aB0cD5eF3gH2iJ9kL7m2JuN2M";
const API_KEY: &str = "sk_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn hasher(key: &str, purpose: Purpose) -> Hasher {
    MasterKey::parse_hex(key).unwrap().hasher(purpose)
}

fn hash(hasher: &Hasher, text: &str) -> SecretHash {
    hasher.hash(&Secret::parse(text).ok().unwrap())
}

/// The expected values were computed apart from this crate, with the reference bindings of BLAKE3 for Python. They
/// must never change: stored hashes would no longer match.
#[track_caller]
fn check(text: &str, expect: &str) {
    let hash = hash(&hasher(KEY, Purpose::Secrets), text);
    assert_eq!(blake3::Hash::from_bytes(*hash.as_bytes()).to_hex().as_str(), expect);
}

#[test]
fn golden_hashes_stay_as_they_are() {
    check(ACCESS_TOKEN, "7439aa554cef76d425a552072960f43141a3a19f6c035c75be61f10e2e6894ac");
    check(API_KEY, "a942f27dea86fbe6f88c7d80a6c75b831554807ff2caacc25a4b0b249c710375");
}

#[test]
fn a_hash_depends_on_secret_key_and_purpose() {
    let other_key = "ff".repeat(32);
    let hashes = HashSet::from([
        hash(&hasher(KEY, Purpose::Secrets), ACCESS_TOKEN),
        hash(&hasher(KEY, Purpose::Secrets), API_KEY),
        hash(&hasher(KEY, Purpose::Cursors), ACCESS_TOKEN),
        hash(&hasher(&other_key, Purpose::Secrets), ACCESS_TOKEN),
    ]);
    assert_eq!(hashes.len(), 4);
}

#[test]
fn the_prefix_is_part_of_what_is_hashed() {
    let hasher = hasher(KEY, Purpose::Secrets);
    let refresh_token = ACCESS_TOKEN.replace("slk_at_", "slk_rt_");
    assert_ne!(hash(&hasher, ACCESS_TOKEN), hash(&hasher, &refresh_token));
}

#[test]
fn a_hash_returns_from_storage() {
    let stored = hash(&hasher(KEY, Purpose::Secrets), ACCESS_TOKEN);
    assert!(SecretHash::from_bytes(*stored.as_bytes()).matches(&stored));
    assert_eq!(SecretHash::try_from(stored.as_bytes().as_slice()), Ok(stored));
    assert_eq!(SecretHash::try_from(&[0; 31][..]), Err(WrongHashLength));
    assert_eq!(SecretHash::try_from(&[0; 33][..]), Err(WrongHashLength));
    assert_eq!(SecretHash::try_from(&[][..]), Err(WrongHashLength));
}

#[test]
fn hashes_that_differ_in_one_bit_do_not_match() {
    let zero = SecretHash::from_bytes([0; 32]);
    for byte in 0..32 {
        for bit in 0..8 {
            let mut bytes = [0; 32];
            bytes[byte] = 1 << bit;
            assert!(!SecretHash::from_bytes(bytes).matches(&zero));
        }
    }
}

#[test]
fn a_mac_proves_its_bytes_and_nothing_else() {
    let cursors = hasher(KEY, Purpose::Cursors);
    let mac = cursors.mac(b"cursor");
    assert_eq!(mac, 0xd65f_ea46_11ef_d9f6_b231_1993_e8bd_f128_u128.to_be_bytes(), "golden, as above");
    assert!(cursors.verify_mac(b"cursor", &mac));
    assert!(!cursors.verify_mac(b"cursos", &mac), "other bytes");
    assert!(!cursors.verify_mac(b"cursor", &mac[..15]), "cut short");
    assert!(!cursors.verify_mac(b"cursor", &[]), "none");
    assert!(!cursors.verify_mac(b"cursor", &[&mac[..], &[0]].concat()), "too long");
    assert!(!hasher(KEY, Purpose::Secrets).verify_mac(b"cursor", &mac), "another purpose");
    assert!(!hasher(&"00".repeat(32), Purpose::Cursors).verify_mac(b"cursor", &mac), "another key");
}

#[test]
fn debug_output_shows_neither_hash_nor_key() {
    let hasher = hasher(KEY, Purpose::Secrets);
    assert_eq!(format!("{hasher:?}"), "Hasher { key_id: KeyId(130464107), .. }");
    let secret = Secret::generate(SecretKind::ApiKey).ok().unwrap();
    assert_eq!(format!("{:?}", hasher.hash(&secret)), "SecretHash(..)");
}

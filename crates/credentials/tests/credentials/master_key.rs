use leadkeep_credentials::{InvalidKey, KeyId, MasterKey, Purpose};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// `expect` is the key as it is written, or none if it is refused.
#[track_caller]
fn check(text: &str, expect: Option<&str>) {
    let written = MasterKey::parse_hex(text).map(|key| key.to_hex().to_string());
    assert_eq!(written.as_deref(), expect.ok_or(&InvalidKey));
}

#[test]
fn a_key_is_64_hexadecimal_digits() {
    check(KEY, Some(KEY));
    check(&KEY.to_uppercase(), Some(KEY)); // either case
    check(&format!("\u{feff}{KEY}"), None); // a byte order mark
    check(&format!("{KEY}\n"), Some(KEY)); // as files end
    check(&format!(" \t{KEY}\r\n"), Some(KEY)); // whitespace around
    check("", None); // empty
    check(&KEY[..63], None); // one digit short
    check(&KEY[..62], None); // one byte short
    check(&format!("{KEY}0"), None); // one digit long
    check(&format!("{KEY}00"), None); // one byte long
    check(&format!("0x{}", &KEY[2..]), None); // a radix prefix
    check(&KEY.replace("0f", "+f"), None); // a sign
    check(&KEY.replace("0f", "0g"), None); // not a digit
    check(&KEY.replace("0f", "é"), None); // non-ASCII of the same number of bytes
    check(&KEY.replace("0f10", "0f 10"), None); // whitespace within
    check(&"0".repeat(1 << 20), None); // one megabyte
}

#[test]
fn the_refusal_says_what_to_do_and_not_what_was_given() {
    let message = MasterKey::parse_hex("hunter2").unwrap_err().to_string();
    assert!(message.contains("64 hexadecimal digits"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_generated_key_is_read_back() {
    let key = MasterKey::generate().unwrap();
    let read = MasterKey::parse_hex(&key.to_hex()).unwrap();
    assert_eq!((read.id(), read.check_value()), (key.id(), key.check_value()));
}

#[test]
fn identifier_and_check_value_stay_as_they_are() {
    // Computed apart from this crate, with the reference bindings of BLAKE3 for Python.
    let key = MasterKey::parse_hex(KEY).unwrap();
    assert_eq!(i32::from(key.id()), 130_464_107);
    let check_value = blake3::Hash::from_bytes(key.check_value());
    assert_eq!(
        check_value.to_hex().as_str(),
        "931a76ea1078d74104666ce001e59225004fcadf2ed2d342153e64c26734b3d5"
    );
}

#[test]
fn another_key_has_another_identifier_and_check_value() {
    let (key, other) = (MasterKey::parse_hex(KEY).unwrap(), MasterKey::parse_hex(&"00".repeat(32)).unwrap());
    assert_ne!(key.id(), other.id());
    assert_ne!(key.check_value(), other.check_value());
}

#[test]
fn an_identifier_is_a_number_that_is_never_negative() {
    for _ in 0..100 {
        let key = MasterKey::generate().unwrap();
        let number = i32::from(key.id());
        assert!(number >= 0);
        assert_eq!((KeyId::from(number), key.id().to_string()), (key.id(), number.to_string()));
        assert_eq!(key.hasher(Purpose::Secrets).key_id(), key.id());
    }
}

#[test]
fn debug_output_does_not_show_the_key() {
    assert_eq!(format!("{:?}", MasterKey::parse_hex(KEY).unwrap()), "MasterKey(..)");
}

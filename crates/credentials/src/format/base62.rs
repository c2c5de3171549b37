//! 40 random base62 characters, then their CRC-32 in 6 base62 characters.

use super::random_bytes;
use crate::RandomUnavailable;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH: usize = 40;
const CHECK_LENGTH: usize = 6;
pub(super) const LENGTH: usize = RANDOM_LENGTH + CHECK_LENGTH;

pub(super) fn push_random_with_check(text: &mut String) -> Result<(), RandomUnavailable> {
    let start = text.len();
    let end = start + RANDOM_LENGTH;
    while text.len() < end {
        // 41.3 bytes are needed on average, so a second round is rare.
        let bytes = random_bytes::<64>()?;
        let missing = end - text.len();
        text.extend(bytes.iter().copied().filter_map(unbiased_digit).take(missing));
    }
    let check = check_of(text.as_bytes().get(start..).unwrap_or_default());
    text.extend(check.map(char::from));
    Ok(())
}

pub(super) fn is_well_formed(body: &str) -> bool {
    // The length comes first: whatever follows is then bounded.
    body.len() == LENGTH
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && body
            .as_bytes()
            .split_at_checked(RANDOM_LENGTH)
            .is_some_and(|(random, check)| check == check_of(random))
}

/// The digit that the six upper bits name, or none for the two values that name none: a remainder instead would make
/// some characters likelier than others.
fn unbiased_digit(byte: u8) -> Option<char> {
    ALPHABET.get(usize::from(byte >> 2)).copied().map(char::from)
}

/// The CRC-32 (ISO-HDLC, as in zlib and PNG) of the random part in base62, most significant digit first.
fn check_of(random: &[u8]) -> [u8; CHECK_LENGTH] {
    let mut rest = crc32fast::hash(random) as usize;
    let mut check = [b'0'; CHECK_LENGTH];
    for place in check.iter_mut().rev() {
        *place = ALPHABET.get(rest % ALPHABET.len()).copied().unwrap_or(b'0');
        rest /= ALPHABET.len();
    }
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_digit_comes_from_equally_many_bytes() {
        let mut sources = HashMap::new();
        for digit in (0..=u8::MAX).filter_map(unbiased_digit) {
            *sources.entry(digit).or_insert(0) += 1;
        }
        assert_eq!(sources.len(), 62);
        assert!(sources.values().all(|&count| count == 4));
    }

    #[test]
    fn the_crc_is_the_common_one() {
        // The catalogued check value of CRC-32/ISO-HDLC: 0xCBF43926 = 3,421,780,262.
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        assert_eq!(check_of(b"123456789"), *b"3jZRME");
        assert_eq!(check_of(b""), *b"000000", "a CRC of zero is padded to the full length");
    }
}

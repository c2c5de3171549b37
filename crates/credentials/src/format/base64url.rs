//! 32 random bytes in base64url without padding (RFC 4648 §5).

use super::random_bytes;
use crate::RandomUnavailable;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

const BYTES: usize = 32;
pub(super) const LENGTH: usize = 43;

pub(super) fn push_random(text: &mut String) -> Result<(), RandomUnavailable> {
    let bytes = random_bytes::<BYTES>()?;
    URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), text);
    Ok(())
}

/// The engine refuses set bits after the last byte (RFC 4648 §3.5), so each 32 bytes have exactly one text.
pub(super) fn is_well_formed(body: &str) -> bool {
    let mut bytes = Zeroizing::new([0; BYTES]);
    body.len() == LENGTH && URL_SAFE_NO_PAD.decode_slice(body, bytes.as_mut_slice()) == Ok(BYTES)
}

pub(super) const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

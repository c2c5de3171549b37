//! The form of each kind of secret: generation and recognition of the text after the prefix.

mod base62;
mod base64url;

use crate::{RandomUnavailable, SecretKind};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// No kind has a longer text; room for it is reserved at once, since a buffer that grows leaves copies behind.
pub(crate) const LONGEST: usize = 64;

/// A new text of this kind: its prefix and random characters.
pub(crate) fn generate(kind: SecretKind) -> Result<Zeroizing<String>, RandomUnavailable> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    text.push_str(kind.prefix());
    match kind {
        SecretKind::ApiKey => base64url::push_random(&mut text)?,
        _ => base62::push_random_with_check(&mut text)?,
    }
    Ok(text)
}

/// Whether the text has the form of this kind. Takes the same short time however long the text is.
pub(crate) fn is_well_formed(kind: SecretKind, text: &str) -> bool {
    text.strip_prefix(kind.prefix()).is_some_and(|body| match kind {
        SecretKind::ApiKey => base64url::is_well_formed(body),
        _ => base62::is_well_formed(body),
    })
}

/// How many bytes every text of this kind has.
pub(crate) const fn length(kind: SecretKind) -> usize {
    kind.prefix().len()
        + match kind {
            SecretKind::ApiKey => base64url::LENGTH,
            _ => base62::LENGTH,
        }
}

/// Whether the byte, right after a text of this kind, shows that the text is only the beginning of something longer.
/// After a check nothing does.
pub(crate) const fn is_continued_by(kind: SecretKind, next: u8) -> bool {
    match kind {
        SecretKind::ApiKey => base64url::is_digit(next),
        _ => false,
    }
}

/// `N` bytes of the operating system's generator, wiped when dropped.
pub(crate) fn random_bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, RandomUnavailable> {
    let mut bytes = Zeroizing::new([0; N]);
    SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| RandomUnavailable)?;
    Ok(bytes)
}

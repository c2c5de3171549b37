//! Finding secrets that leaked into other data.

use crate::{Secret, SecretKind, format};
use std::{fmt, iter, ops::Range, str};

/// A secret that [`find_secrets`] found, and where.
///
/// Debug shows the place and the kind, never the secret.
pub struct FoundSecret {
    /// The bytes that are the secret's text, prefix included.
    pub range: Range<usize>,
    /// The secret. Look its hash up to see whether it was ever issued; show people its
    /// [`preview`](Secret::preview).
    pub secret: Secret,
}

/// Finds every secret in a text or in any other bytes, in order and without overlaps: whatever kind it is of, and
/// whatever it is glued to. Client identifiers are not secret and not reported.
///
/// A secret may begin anywhere, even within a word (`KEY=sk_live_…`, `old-slat_…`, `mytokenslk_at_…`). Where it ends
/// depends on its kind. All but one have check characters, so a match is sure whatever follows: what only looks alike
/// matches with a chance of 1 in 62⁶. An [`ApiKey`](SecretKind::ApiKey) has no check, and other products' keys have
/// its prefix. It is taken only if no further character of base64url (`0-9A-Za-z_-`) follows: else it is something
/// longer, and not ours.
///
/// The secret must be whole and stand there as it was issued: not in UTF-16, not in base64 once more, not broken over
/// two lines. The time is linear in the number of bytes, whoever wrote them. Data that come in pieces are for a
/// [`SecretScanner`](crate::SecretScanner).
///
/// ```
/// use leadkeep_credentials::{Secret, SecretKind, find_secrets};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::generate(SecretKind::ApiToken)?;
/// let log = format!("GET /leads?token={}&limit=20", secret.expose());
///
/// let found: Vec<_> = find_secrets(log.as_bytes()).collect();
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].range, 17..68);
/// assert_eq!(found[0].secret.preview(), secret.preview());
/// # Ok(())
/// # }
/// ```
pub fn find_secrets(bytes: &[u8]) -> impl Iterator<Item = FoundSecret> {
    let mut from = 0;
    iter::from_fn(move || {
        let found = first_secret(bytes, from..bytes.len())?;
        from = found.range.end;
        Some(found)
    })
    .fuse()
}

/// The first secret that begins at one of these places.
pub(crate) fn first_secret(bytes: &[u8], mut starts: Range<usize>) -> Option<FoundSecret> {
    starts.find_map(|start| secret_at(bytes, start))
}

/// The secret that begins exactly here. Looks at no more bytes than the longest secret has, and one.
fn secret_at(bytes: &[u8], start: usize) -> Option<FoundSecret> {
    let here = bytes.get(start..)?;
    let kind = SecretKind::of(here).filter(|kind| *kind != SecretKind::ClientId)?;
    let (text, after) = here.split_at_checked(format::length(kind))?;
    if after.first().is_some_and(|next| format::is_continued_by(kind, *next)) {
        return None;
    }
    let secret = Secret::parse_as(kind, str::from_utf8(text).ok()?).ok()?;
    Some(FoundSecret { range: start..start + text.len(), secret })
}

impl fmt::Debug for FoundSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundSecret")
            .field("range", &self.range)
            .field("kind", &self.secret.kind())
            .finish_non_exhaustive()
    }
}

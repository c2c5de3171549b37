//! When a credential may be used.

use time::{Duration, OffsetDateTime};

/// How long an access token lives: 3,600 seconds, announced to clients as `expires_in` (RFC 6749 §5.1).
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::seconds(3600);

/// The moments that bound a credential's use. The default has none: it lives until further notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// The first moment at which it is no longer valid; none for never.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was revoked, for good. An end planned for later, such as the overlap of a rotation, is an `expires_at`.
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was disabled, until it is enabled again.
    pub disabled_at: Option<OffsetDateTime>,
}

/// Whether a credential may be used, and if not, the weightiest reason: what cannot be undone comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It may be used.
    Live,
    /// Somebody revoked it, for good.
    Revoked,
    /// Its time is over.
    Expired,
    /// Somebody disabled it, and may enable it again.
    Disabled,
}

impl Lifetime {
    /// The standing at `now`. Revoked wins over expired, and expired over disabled.
    ///
    /// A credential is valid strictly before `expires_at`. A revocation or disabling counts from the moment it is
    /// known, whatever its time stamp says: a node whose clock is slow must not honour for one more second what
    /// another node has just revoked.
    pub fn standing(&self, now: OffsetDateTime) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Standing::Expired
        } else if self.disabled_at.is_some() {
            Standing::Disabled
        } else {
            Standing::Live
        }
    }
}

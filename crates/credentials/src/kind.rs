//! The kinds of secrets and what their texts begin with.

/// What a secret is for. Each kind has a prefix of its own, so that people, logs and leak scanners can tell them
/// apart, and so that none is ever taken for another.
///
/// [`ApiKey`](Self::ApiKey) is its prefix and 43 base64url characters without padding (RFC 4648 §5) of 32 random
/// bytes. All others are their prefix, 40 random base62 characters (`0-9A-Za-z`), and 6 check characters: the CRC-32
/// of the 40 characters in base62, left-padded with `0`. The check proves no right; it lets a mistyped text be refused
/// before any look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// `slk_ci_`: the public identifier of an OAuth client. Not secret; see [`ClientId`](crate::ClientId).
    ClientId,
    /// `slk_cs_`: the secret of an OAuth client.
    ClientSecret,
    /// `slk_at_`: a short-lived OAuth access token.
    AccessToken,
    /// `slk_rt_`: an OAuth refresh token.
    RefreshToken,
    /// `sk_live_`: an API key, for servers.
    ApiKey,
    /// `slat_`: a workspace's API token with a chosen expiry.
    ApiToken,
    /// `slk_ac_`: an OAuth authorization code, good for one minute and one exchange.
    AuthorizationCode,
    /// `slk_ss_`: a browser's session, in its cookie.
    Session,
    /// `slk_ln_`: the secret part of a link that is good once: to join, or to choose a new password.
    Link,
}

impl SecretKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::ClientId,
        Self::ClientSecret,
        Self::AccessToken,
        Self::RefreshToken,
        Self::ApiKey,
        Self::ApiToken,
        Self::AuthorizationCode,
        Self::Session,
        Self::Link,
    ];

    /// What the text begins with, the closing underscore included.
    ///
    /// Never change a prefix: issued secrets live on in other people's configuration.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientId => "slk_ci_",
            Self::ClientSecret => "slk_cs_",
            Self::AccessToken => "slk_at_",
            Self::RefreshToken => "slk_rt_",
            Self::ApiKey => "sk_live_",
            Self::ApiToken => "slat_",
            Self::AuthorizationCode => "slk_ac_",
            Self::Session => "slk_ss_",
            Self::Link => "slk_ln_",
        }
    }

    /// What people call it, as in `api key`: for reports and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientId => "client id",
            Self::ClientSecret => "client secret",
            Self::AccessToken => "access token",
            Self::RefreshToken => "refresh token",
            Self::ApiKey => "api key",
            Self::ApiToken => "api token",
            Self::AuthorizationCode => "authorization code",
            Self::Session => "session",
            Self::Link => "one-time link",
        }
    }

    /// The kind whose prefix the text begins with. No prefix begins with another, so there is one at most.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix().as_bytes()))
    }
}

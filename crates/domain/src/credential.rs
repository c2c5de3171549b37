use std::{fmt, num::NonZeroU32, str::FromStr};

use crate::Invalid;

/// What those who act prove who they are with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// An access token of an API client (RFC 6749 §4.4).
    ClientToken,
    /// An access token of an OAuth app that acts for a member (RFC 6749 §4.1).
    UserToken,
    /// An API key, `sk_live_…`.
    ApiKey,
    /// An API token, `slat_…`.
    ApiToken,
    /// A person's session in the console. No call of the API presents one.
    Session,
}

impl CredentialKind {
    /// All kinds that calls present.
    pub const ALL: [Self; 4] = [Self::ClientToken, Self::UserToken, Self::ApiKey, Self::ApiToken];
}

/// The kinds of credentials that a workspace's people make and that are presented as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiCredentialKind {
    /// For servers: lives until it is revoked, unless told otherwise.
    Key,
    /// For people's scripts: has a chosen expiry, and acts with its creator's role.
    Token,
}

impl ApiCredentialKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Key, Self::Token];

    /// The kind's name on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Token => "token",
        }
    }
}

impl From<ApiCredentialKind> for CredentialKind {
    fn from(kind: ApiCredentialKind) -> Self {
        match kind {
            ApiCredentialKind::Key => Self::ApiKey,
            ApiCredentialKind::Token => Self::ApiToken,
        }
    }
}

impl FromStr for ApiCredentialKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be key or token"))
    }
}

impl fmt::Display for ApiCredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds of OAuth clients. Each is refused the other's grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// Acts for itself, with client credentials (RFC 6749 §4.4).
    ApiClient,
    /// Acts for people, and runs on a server, where it keeps a secret (RFC 6749 §2.1).
    ConfidentialApp,
    /// Acts for people, and runs on their devices, where it can keep none.
    PublicApp,
}

impl ClientKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::ApiClient, Self::ConfidentialApp, Self::PublicApp];

    /// The kind's name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiClient => "api_client",
            Self::ConfidentialApp => "confidential_app",
            Self::PublicApp => "public_app",
        }
    }

    /// Whether it acts for people.
    pub const fn is_app(self) -> bool {
        matches!(self, Self::ConfidentialApp | Self::PublicApp)
    }
}

impl FromStr for ClientKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| Invalid::new("must be one of api_client, confidential_app, public_app"))
    }
}

/// The budget that a site's keys share in the Spelo dialect. A site is a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteLimits {
    /// Calls a minute of all keys together, in place of the default.
    pub budget: Option<NonZeroU32>,
    /// How many of them one key may make; none for all.
    pub key_share: Option<NonZeroU32>,
}

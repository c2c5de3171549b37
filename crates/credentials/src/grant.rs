//! The grants of OAuth 2.0 that a token endpoint takes.

use std::fmt;
use thiserror::Error;

/// How a client asks for a token: the parameter `grant_type` (RFC 6749 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// `client_credentials`: the client acts for itself (§4.4).
    ClientCredentials,
    /// `authorization_code`: the client acts for a user who consented (§4.1.3).
    AuthorizationCode,
    /// `refresh_token`: the client continues a grant it holds (§6).
    RefreshToken,
}

/// The grant type is none of those supported; RFC 6749 §5.2 calls it `unsupported_grant_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the grant type must be one of client_credentials, authorization_code, refresh_token")]
pub struct UnsupportedGrantType;

impl GrantType {
    /// Every supported grant type.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::AuthorizationCode, Self::RefreshToken];

    /// Reads the value of `grant_type`. Values are case-sensitive (RFC 6749 §4).
    pub fn parse(text: &str) -> Result<Self, UnsupportedGrantType> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text).ok_or(UnsupportedGrantType)
    }

    /// The value as the RFC writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

//! Where the endpoints of OAuth clients are: mounted there, said in the OpenAPI document, and read by the tests.

use super::{Face, METHOD};
use crate::Dialect;

/// What OAuth clients call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token,
    Revoke,
    Introspect,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 3] = [Self::Token, Self::Revoke, Self::Introspect];

    /// Its path behind a prefix.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Token => "/oauth/token",
            Self::Revoke => "/oauth/revoke",
            Self::Introspect => "/oauth/introspect",
        }
    }

    /// The prefixes that it is behind.
    pub(crate) fn prefixes(self) -> impl Iterator<Item = &'static str> {
        PLACES.iter().filter(move |place| place.endpoints.contains(&self)).map(|place| place.prefix)
    }
}

/// A prefix, and whose document is followed behind it.
pub(super) struct Place {
    pub(super) prefix: &'static str,
    pub(super) dialect: &'static Dialect,
    pub(super) face: Face,
    pub(super) endpoints: &'static [Endpoint],
}

/// All places. Those behind no prefix are what the metadata name.
pub(super) const PLACES: [Place; 3] = [
    Place {
        prefix: Dialect::SLOKOTO.prefix,
        dialect: &Dialect::SLOKOTO,
        face: Face::Slokoto,
        endpoints: &Endpoint::ALL,
    },
    Place {
        prefix: Dialect::SKODE.prefix,
        dialect: &Dialect::SKODE,
        face: Face::Skode,
        endpoints: &Endpoint::ALL,
    },
    Place {
        prefix: "",
        dialect: &Dialect::SLOKOTO,
        face: Face::Rfc,
        endpoints: &[Endpoint::Revoke, Endpoint::Introspect],
    },
];

/// Every method and whole path.
pub(in crate::routes) fn mounted() -> impl Iterator<Item = (&'static str, String)> {
    let whole = |endpoint: Endpoint| {
        endpoint.prefixes().map(move |prefix| (METHOD, format!("{prefix}{}", endpoint.path())))
    };
    Endpoint::ALL.into_iter().flat_map(whole)
}

//! The value of an HTTP `Authorization` header (RFC 9110 §11.6.2), in the two schemes that OAuth 2.0 uses.

mod basic;
mod bearer;

pub use basic::BasicCredentials;
pub use bearer::BearerToken;

/// What follows the scheme and one or more spaces. The scheme is compared without regard to case (RFC 9110 §11.1).
fn after_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (name, rest) = value.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim_start_matches(' '))
}

//! The rules of the authorization code grant (RFC 6749 §4.1) and of refreshing (§6): pure, as all of this crate.

mod code;
mod pkce;
mod redirect_uri;
mod refresh;

pub use code::{CODE_LIFETIME, CodeRefusal, Exchange, IssuedCode};
pub use pkce::{CodeChallenge, CodeVerifier, InvalidChallenge};
pub use redirect_uri::{InvalidRedirectUri, RedirectUri};
pub use refresh::{IssuedRefreshToken, REFRESH_GRACE, REFRESH_IDLE_LIFETIME, RefreshVerdict};

//! OAuth 2.0 as the server of tokens sees it: who asks, what for, and what became of it. What a code or a refresh token is
//! good for is said in `leadkeep_credentials`.

mod authorization;
mod client_authentication;
mod consent;
mod issued;
mod tokens;

pub use authorization::{Asked, AuthorizationRequest, Unanswerable};
pub use client_authentication::PresentedClient;
pub use consent::{AuthorizeError, ConsentError, Consents};
pub use issued::{Introspection, IssuedTokenKind};
pub use tokens::{GrantParameters, IssuedToken, TokenError, TokenRequest, Tokens};

//! Who does something, in words.

use leadkeep_domain::ActorKind;

/// What somebody is.
pub(crate) const fn kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Client => "API client",
        ActorKind::ApiKey => "API key",
        ActorKind::ApiToken => "API token",
        ActorKind::App => "OAuth app",
        ActorKind::Member => "Person",
        ActorKind::Operator => "Command line",
    }
}

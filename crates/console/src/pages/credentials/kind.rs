//! How the kinds of credentials differ, in words.

use leadkeep_domain::ActorKind;

use crate::Section;

/// What a program signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An API client: an id and a secret, which it gets access tokens for.
    Client,
    /// An API key: sent as it is, by servers.
    Key,
    /// An API token: sent as it is, by people's scripts.
    Token,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Key, Self::Token, Self::Client];

    /// "API key".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "API client",
            Self::Key => "API key",
            Self::Token => "API token",
        }
    }

    /// "API keys".
    pub const fn names(self) -> &'static str {
        match self {
            Self::Client => "API clients",
            Self::Key => "API keys",
            Self::Token => "API tokens",
        }
    }

    /// "key": the name where the page has said which; the parameter of paths, too.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Key => "key",
            Self::Token => "token",
        }
    }

    /// As what its calls are counted.
    pub(crate) const fn actor(self) -> ActorKind {
        match self {
            Self::Client => ActorKind::Client,
            Self::Key => ActorKind::ApiKey,
            Self::Token => ActorKind::ApiToken,
        }
    }

    /// What its secret is called.
    pub const fn secret(self) -> &'static str {
        match self {
            Self::Client => "Client Secret",
            Self::Key => "API key",
            Self::Token => "API token",
        }
    }

    /// Where they are, below the workspace.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Client => "integrations/rest-api",
            Self::Key => "settings/api-keys",
            Self::Token => "settings/api-tokens",
        }
    }

    /// Where the documentation tells how it is used.
    pub(super) const fn documentation(self) -> &'static str {
        match self {
            Self::Client => "/developers/authentication",
            Self::Key | Self::Token => "/developers",
        }
    }

    /// What each is for.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Client => {
                "For programs that act for the workspace itself. A client exchanges its Client ID and Client Secret for \
                 access tokens that last an hour. The client itself never expires: it works until you revoke it."
            }
            Self::Key => {
                "For servers and integrations, which send the key with every call. It works until you revoke it, unless you \
                 choose an expiry."
            }
            Self::Token => {
                "For scripts. A token is sent with every call, ends when you choose, and may do what its creator's role \
                 allows at that moment."
            }
        }
    }

    /// The act that makes one, as the button before its form has it.
    pub(super) const fn make(self) -> &'static str {
        match self {
            Self::Client => "Generate New API Credentials",
            Self::Key => "Generate key",
            Self::Token => "Create token",
        }
    }

    /// The same, as the button of its form has it.
    pub(super) const fn made_by(self) -> &'static str {
        match self {
            Self::Client => "Generate",
            Self::Key => "Create key",
            Self::Token => "Create token",
        }
    }

    /// The act below the list, where it has another name there: one document says "Generate Key" of API keys, another "Create key". Whoever
    /// reads either finds its words.
    pub(super) const fn made_below(self) -> Option<&'static str> {
        match self {
            Self::Key => Some(self.made_by()),
            Self::Client | Self::Token => None,
        }
    }

    /// Whether the act that revokes one is a word, as its document has it; the others have a trash icon.
    pub(super) const fn is_revoked_by_word(self) -> bool {
        matches!(self, Self::Token)
    }

    /// The title of the page of all.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Client => "REST API",
            Self::Key | Self::Token => self.names(),
        }
    }

    /// What the page of all is one of.
    pub(super) const fn above(self) -> (&'static str, &'static str) {
        match self {
            Self::Client => ("integrations", "Integrations"),
            Self::Key | Self::Token => ("settings/api", "API & Webhooks"),
        }
    }

    /// What the rail marks.
    pub const fn section(self) -> Section {
        match self {
            Self::Client => Section::Integrations,
            Self::Key => Section::ApiKeys,
            Self::Token => Section::ApiTokens,
        }
    }

    /// Whether its maker chooses when it ends.
    pub const fn has_expiry(self) -> bool {
        matches!(self, Self::Key | Self::Token)
    }

    /// Whether its maker chooses what it may do.
    pub const fn has_scopes(self) -> bool {
        matches!(self, Self::Client | Self::Key)
    }

    /// Whether it can be disabled for a time.
    pub const fn can_be_disabled(self) -> bool {
        matches!(self, Self::Key | Self::Token)
    }

    /// Whether the form that makes one is on the page of all: it has two fields.
    pub const fn is_made_in_the_list(self) -> bool {
        matches!(self, Self::Token)
    }
}

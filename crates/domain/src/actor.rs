use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::Invalid;

/// Who changed something: a credential or a person, under the name it had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// The id of the credential or member; none for the operator.
    pub id: Option<Uuid>,
    /// Its name at the time.
    pub name: String,
}

impl Actor {
    /// Whoever works on the command line of the server's machine.
    pub fn operator() -> Self {
        Self { kind: ActorKind::Operator, id: None, name: "operator".to_owned() }
    }
}

/// The kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// An OAuth client, through one of its access tokens.
    Client,
    /// An API key.
    ApiKey,
    /// An API token.
    ApiToken,
    /// An OAuth app on behalf of a member: the id is that of what the member granted it.
    App,
    /// A person, as a member of the workspace.
    Member,
    /// Whoever works on the command line of the server's machine.
    Operator,
}

impl ActorKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Client, Self::ApiKey, Self::ApiToken, Self::App, Self::Member, Self::Operator];

    /// The kind's name in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ApiKey => "api_key",
            Self::ApiToken => "api_token",
            Self::App => "app",
            Self::Member => "member",
            Self::Operator => "operator",
        }
    }
}

impl FromStr for ActorKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of client, api_key, api_token, app, member, operator"))
    }
}

impl fmt::Display for ActorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! API clients, API keys and API tokens: what programs of a workspace sign in with. Alike in what is shown and done, and three
//! different things in what they are for.

mod issued;
mod kind;
mod list;
mod new;
mod risks;
mod rotate;
mod row;

use leadkeep_domain::{Role, ScopeSet, WorkspaceId};
use leadkeep_service::{Counts, RECENT_HOURS};
use time::OffsetDateTime;

pub use issued::{Issued, Replaced};
pub use kind::Kind;
pub use list::{ENDED, List, PER_PAGE, list};
pub use new::{New, new};
pub(in crate::pages) use rotate::calls_made;
pub use rotate::{Rotate, rotate};
pub(super) use {
    issued::command,
    row::{by, last_use, old_secrets, scopes, trash, used},
};

use crate::layout::workspace_path;

/// An API client, API key or API token.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its id for paths.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The public half of an API client's credentials.
    pub client_id: Option<String>,
    /// Its secrets that are accepted, newest first. If it is accepted no more: the one it had last.
    pub secrets: Vec<Secret>,
    /// What it may do at most.
    pub scopes: ScopeSet,
    /// Its own budget, in calls a minute.
    pub limit_per_minute: Option<u32>,
    /// Where it may be used from; nothing for anywhere.
    pub allowed_addresses: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: OffsetDateTime,
    /// When it ends.
    pub expires_at: Option<OffsetDateTime>,
    /// Whether it works.
    pub state: State,
    /// When it was used last, and from where.
    pub last_use: Option<LastUse>,
    /// Whose role an API token acts with.
    pub acts_as: Option<ActsAs>,
    /// Its calls of the last day.
    pub hours: [Counts; RECENT_HOURS],
}

/// Whether a credential works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Active,
    /// Not until somebody enables it.
    Disabled,
    /// Never again: its time is over.
    Expired,
    /// Never again, since then.
    Revoked(OffsetDateTime),
}

/// Whose role something acts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActsAs {
    /// Its creator's, which is this now.
    Creator(Role),
    /// That of somebody who is no member any more: it is refused.
    Nobody,
}

/// When something was used, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: OffsetDateTime,
    /// From which address.
    pub from: Option<String>,
}

/// What may be shown of a secret.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Enough of it to be told from others.
    pub preview: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was used last.
    pub last_use: Option<LastUse>,
    /// When it ends, as another took its place.
    pub expires_at: Option<OffsetDateTime>,
}

impl Credential {
    /// Whether it has ended for good.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Expired | State::Revoked(_))
    }
}

/// A path of the workspace's credentials of a kind.
fn path(workspace: WorkspaceId, kind: Kind, below: &str) -> String {
    workspace_path(workspace, &format!("{}{below}", kind.path()))
}

//! OAuth apps: what a workspace's people have registered to act for others.

mod detail;
mod endpoints;
mod list;
mod new;
mod rotate;
mod row;
mod secrets;

use leadkeep_domain::{ScopeSet, WorkspaceId};
use leadkeep_service::{Counts, RECENT_HOURS};
use time::OffsetDateTime;

pub use detail::{Detail, Issued, detail};
pub use endpoints::Endpoints;
pub use list::{List, list};
pub use new::{New, new};
pub use rotate::{Overlap, Rotate, rotate};

use super::credentials::{LastUse, Secret};
use crate::layout::workspace_path;

/// Where an app runs: decides whether it can keep a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// On people's devices: it has no secret.
    Public,
    /// On a server: it has one.
    Confidential,
}

impl Kind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Confidential, Self::Public];

    /// The kind's name in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
        }
    }

    /// The one that has this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Confidential => "Confidential",
        }
    }

    const fn explained(self) -> &'static str {
        match self {
            Self::Public => "Runs on people's devices: phone or desktop. It gets no secret.",
            Self::Confidential => "Runs on a server and can keep a secret.",
        }
    }
}

/// An app.
#[derive(Clone, Debug)]
pub struct App {
    /// The app's id for paths.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// What it names itself with to the server.
    pub client_id: String,
    /// Where it runs.
    pub kind: Kind,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: ScopeSet,
    /// Who registered it.
    pub created_by: String,
    /// When.
    pub created_at: OffsetDateTime,
    /// Its secrets that are accepted, newest first; if it is revoked, those that it had. None if it is public.
    pub secrets: Vec<Secret>,
    /// How many people let it act for them.
    pub people: u64,
    /// When it used what any of them allowed, and from where.
    pub last_use: Option<LastUse>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<OffsetDateTime>,
    /// Its calls of the last day, for all people together.
    pub hours: [Counts; RECENT_HOURS],
}

impl App {
    /// Whether it has a secret that another can take the place of.
    fn can_be_rotated(&self) -> bool {
        self.revoked_at.is_none() && !self.secrets.is_empty()
    }
}

/// A path of the workspace's apps.
fn apps_path(workspace: WorkspaceId, below: &str) -> String {
    workspace_path(workspace, &format!("settings/oauth-apps{below}"))
}

use std::{fmt, str::FromStr};

use time::OffsetDateTime;

use crate::{Email, Invalid, MemberId, Name, UserId, WorkspaceId};

/// What a member is in a workspace. What each may do is said in one table: [`Role::may`] and [`Role::scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Role {
    Owner,
    Admin,
    Member,
    Viewer,
}

impl Role {
    /// All roles, mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// The role's name on the command line, in answers and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }
}

impl FromStr for Role {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or_else(|| Invalid::new("must be one of owner, admin, member, viewer"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A person of the installation, known by e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Unique in the installation, ignoring case.
    pub email: Email,
    /// What to call the person.
    pub name: Name,
    /// When the person was added.
    pub created_at: OffsetDateTime,
}

/// A user in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The membership's own id: what `assigned_to` of a lead names.
    pub id: MemberId,
    /// Where.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: User,
    /// As what.
    pub role: Role,
    /// Since when.
    pub created_at: OffsetDateTime,
}

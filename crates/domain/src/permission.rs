//! The one table of who may do what.
//!
//! | role   | scopes it may hold   | members | owners | credentials | settings | plan | audit log |
//! |--------|----------------------|---------|--------|-------------|----------|------|-----------|
//! | owner  | all                  | yes     | yes    | yes         | yes      | yes  | yes       |
//! | admin  | all                  | yes     | no     | yes         | yes      | no   | yes       |
//! | member | all                  | no      | no     | no          | no       | no   | no        |
//! | viewer | those that only read | no      | no     | no          | no       | no   | no        |

use crate::{Role, ScopeSet};

/// An act of management: done by people and the command line, never by a token or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Invite, remove and change members that are not owners.
    ManageMembers,
    /// Make someone an owner, or an owner something else.
    ManageOwners,
    /// Create, rotate, disable and revoke credentials.
    ManageCredentials,
    /// Change the workspace's settings.
    ChangeSettings,
    /// Change the workspace's plan.
    ChangePlan,
    /// Read the audit log.
    ReadAuditLog,
}

impl Act {
    /// All acts of management.
    pub const ALL: [Self; 6] = [
        Self::ManageMembers,
        Self::ManageOwners,
        Self::ManageCredentials,
        Self::ChangeSettings,
        Self::ChangePlan,
        Self::ReadAuditLog,
    ];
}

impl Role {
    /// The scopes that a credential acting with this role may hold.
    pub const fn scopes(self) -> ScopeSet {
        match self {
            Self::Owner | Self::Admin | Self::Member => ScopeSet::ALL,
            Self::Viewer => ScopeSet::READ,
        }
    }

    /// Whether the role may do this.
    pub const fn may(self, act: Act) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(act, Act::ManageOwners | Act::ChangePlan),
            Self::Member | Self::Viewer => false,
        }
    }

    /// Whether the role may make a member of the role `from` one of `to`. None stands for somebody who is no member: before an
    /// invitation, and after a removal.
    pub const fn may_change_member(self, from: Option<Role>, to: Option<Role>) -> bool {
        let owners = matches!(from, Some(Self::Owner)) || matches!(to, Some(Self::Owner));
        self.may(if owners { Act::ManageOwners } else { Act::ManageMembers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_made_and_unmade_by_owners_only() {
        let roles = || Role::ALL.into_iter().map(Some).chain([None]);
        for (from, to) in roles().flat_map(|from| roles().map(move |to| (from, to))) {
            let touches_an_owner = [from, to].contains(&Some(Role::Owner));
            assert!(Role::Owner.may_change_member(from, to));
            assert_eq!(Role::Admin.may_change_member(from, to), !touches_an_owner, "{from:?} {to:?}");
            assert!(!Role::Member.may_change_member(from, to));
            assert!(!Role::Viewer.may_change_member(from, to));
        }
    }

    /// The table of the module's documentation, read by a machine.
    #[test]
    fn the_code_does_what_the_table_says() {
        let table = include_str!("permission.rs");
        let rows: Vec<Vec<&str>> = table
            .lines()
            .filter_map(|line| line.strip_prefix("//! | "))
            .filter(|row| !row.starts_with("role"))
            .map(|row| row.trim_end_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert_eq!(rows.len(), Role::ALL.len());
        for row in rows {
            let role: Role = row[0].parse().unwrap();
            let scopes = if row[1] == "all" { ScopeSet::ALL } else { ScopeSet::READ };
            assert_eq!(role.scopes(), scopes, "{role}");
            for (act, cell) in Act::ALL.into_iter().zip([2, 3, 4, 5, 6, 7]) {
                assert_eq!(role.may(act), row[cell] == "yes", "{role} {act:?}");
            }
        }
    }
}

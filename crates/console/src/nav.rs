//! What the rail leads to: one table.

use leadkeep_domain::{Act, Role};

/// A page of a workspace that the rail names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The people of the workspace, and invitations.
    Members,
    /// What the workspace's people have registered to act for others.
    OAuthApps,
}

/// Entries under one heading.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) entries: &'static [Entry],
}

/// A link of the rail.
pub(crate) struct Entry {
    pub(crate) section: Section,
    pub(crate) title: &'static str,
    /// Below the workspace's own path.
    pub(crate) path: &'static str,
    /// What a role must be allowed for the entry to be there.
    needs: Option<Act>,
}

impl Entry {
    /// Whether the entry is there for the role.
    pub(crate) fn is_for(&self, role: Role) -> bool {
        self.needs.is_none_or(|act| role.may(act))
    }
}

pub(crate) const GROUPS: &[Group] = &[Group {
    title: "Settings",
    entries: &[
        Entry { section: Section::Members, title: "Members", path: "settings/members", needs: None },
        Entry {
            section: Section::OAuthApps,
            title: "OAuth apps",
            path: "settings/oauth-apps",
            needs: Some(Act::ManageCredentials),
        },
    ],
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rail_names_what_the_role_may_open() {
        for (role, apps) in
            [(Role::Owner, true), (Role::Admin, true), (Role::Member, false), (Role::Viewer, false)]
        {
            let named: Vec<Section> = GROUPS
                .iter()
                .flat_map(|group| group.entries)
                .filter(|entry| entry.is_for(role))
                .map(|entry| entry.section)
                .collect();
            assert!(named.contains(&Section::Members));
            assert_eq!(named.contains(&Section::OAuthApps), apps, "{role}");
        }
    }
}

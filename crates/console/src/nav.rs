//! What the rail leads to: one table.

use leadkeep_domain::{Act, Role};

/// A page of a workspace that the rail names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The leads.
    Leads,
    /// What was said with them.
    Conversations,
    /// Imports, exports and other long work.
    Runs,
    /// What connects the workspace with other programs.
    Integrations,
    /// How many calls came, and how they ended.
    Usage,
    /// What was done by whom.
    AuditLog,
    /// The people of the workspace, and invitations.
    Members,
    /// All that programs sign in with.
    ApiAndWebhooks,
    /// Keys of servers.
    ApiKeys,
    /// Tokens of people's scripts.
    ApiTokens,
    /// What the workspace's people have registered to act for others.
    OAuthApps,
    /// The workspace's own settings.
    Workspace,
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

const fn entry(section: Section, title: &'static str, path: &'static str, needs: Option<Act>) -> Entry {
    Entry { section, title, path, needs }
}

pub(crate) const GROUPS: &[Group] = &[
    Group {
        title: "Work",
        entries: &[
            entry(Section::Leads, "Leads", "leads", None),
            entry(Section::Conversations, "Conversations", "conversations", None),
            entry(Section::Runs, "Runs", "runs", None),
        ],
    },
    Group {
        title: "Connect",
        entries: &[entry(
            Section::Integrations,
            "Integrations",
            "integrations",
            Some(Act::ManageCredentials),
        )],
    },
    Group {
        title: "Settings",
        entries: &[
            entry(Section::ApiAndWebhooks, "API & Webhooks", "settings/api", Some(Act::ManageCredentials)),
            entry(Section::ApiKeys, "API keys", "settings/api-keys", Some(Act::ManageCredentials)),
            entry(Section::ApiTokens, "API tokens", "settings/api-tokens", Some(Act::ManageCredentials)),
            entry(Section::OAuthApps, "OAuth apps", "settings/oauth-apps", Some(Act::ManageCredentials)),
            entry(Section::Members, "Members", "settings/members", None),
            entry(Section::Workspace, "Workspace", "settings/workspace", Some(Act::ChangeSettings)),
        ],
    },
    Group {
        title: "Insight",
        entries: &[
            entry(Section::Usage, "Usage", "usage", None),
            entry(Section::AuditLog, "Audit log", "audit-log", Some(Act::ReadAuditLog)),
        ],
    },
];

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

//! Scopes, acts and roles in words: everything a page says of them is said here.

use leadkeep_domain::{Act, Role, Scope, ScopeSet};

/// What a scope allows, as the end of "it can …" with a capital.
pub const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::LeadsRead => "See leads",
        Scope::LeadsWrite => "Create, change and archive leads",
        Scope::ConversationsRead => "See conversations and their messages",
        Scope::ConversationsWrite => "Start and change conversations, and add messages",
        Scope::RunsRead => "See imports, exports and other runs",
        Scope::RunsWrite => "Start and cancel imports, exports and other runs",
    }
}

/// What an act of management is, as the end of "you can …".
pub const fn act(act: Act) -> &'static str {
    match act {
        Act::ManageMembers => "invite, change and remove members",
        Act::ManageOwners => "make and change owners",
        Act::ManageCredentials => "manage OAuth apps and other credentials",
        Act::ChangeSettings => "change settings",
        Act::ChangePlan => "change the plan",
        Act::ReadAuditLog => "read the audit log",
    }
}

/// The role with a capital, as in a table.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Member => "Member",
        Role::Viewer => "Viewer",
    }
}

/// The role with its article: "an owner".
pub const fn a_role(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Admin => "an admin",
        Role::Member => "a member",
        Role::Viewer => "a viewer",
    }
}

/// What somebody of the role can do, as the end of "you can …": made from the table of who may do what.
pub fn role_can(role: Role) -> String {
    let data = if role.scopes().is_superset(ScopeSet::ALL) {
        "see and change leads, conversations and runs"
    } else {
        "see leads, conversations and runs, but not change them"
    };
    let acts = Act::ALL.into_iter().filter(|does| role.may(*does)).map(act);
    list(std::iter::once(data).chain(acts))
}

/// Who may do this: "Owners and admins".
pub fn who_may(act: Act) -> String {
    let names = Role::ALL.into_iter().filter(|role| role.may(act)).enumerate().map(|(at, may)| match at {
        0 => format!("{}s", role(may)),
        _ => format!("{may}s"),
    });
    list(names)
}

/// The words with a capital.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut items = items.into_iter().peekable();
    let mut whole = String::new();
    while let Some(item) = items.next() {
        if !whole.is_empty() {
            whole.push_str(if items.peek().is_some() { ", " } else { " and " });
        }
        whole.push_str(item.as_ref());
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_the_table() {
        assert_eq!(role_can(Role::Viewer), "see leads, conversations and runs, but not change them");
        assert_eq!(role_can(Role::Member), "see and change leads, conversations and runs");
        assert!(role_can(Role::Admin).ends_with(", change settings and read the audit log"));
        assert_eq!(who_may(Act::ManageMembers), "Owners and admins");
        assert_eq!(who_may(Act::ChangePlan), "Owners");
    }
}

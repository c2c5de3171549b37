//! What is done, in words: one table of all actions that the audit log has.

/// Each action's name in the log, and what whoever did it did. In the order in which people look for them.
pub const ACTIONS: [(&str, &str); 44] = [
    ("key.create", "Created an API key"),
    ("key.rotate", "Rotated an API key"),
    ("key.disable", "Disabled an API key"),
    ("key.enable", "Enabled an API key"),
    ("key.revoke", "Revoked an API key"),
    ("key.set-limit", "Changed an API key's limit"),
    ("token.create", "Created an API token"),
    ("token.rotate", "Rotated an API token"),
    ("token.disable", "Disabled an API token"),
    ("token.enable", "Enabled an API token"),
    ("token.revoke", "Revoked an API token"),
    ("token.set-limit", "Changed an API token's limit"),
    ("client.create", "Created an API client"),
    ("client.rotate", "Rotated an API client's secret"),
    ("client.revoke", "Revoked an API client"),
    ("client.set-limit", "Changed an API client's limit"),
    ("access-token.revoke", "Revoked an access token"),
    ("app.create", "Registered an OAuth app"),
    ("app.set-redirect-uris", "Changed an OAuth app's redirect URIs"),
    ("app.rotate", "Rotated an OAuth app's secret"),
    ("app.revoke", "Revoked an OAuth app"),
    ("app.authorize", "Let an OAuth app act for them"),
    ("app.withdraw", "Withdrew an OAuth app's access"),
    ("app.revoke-authorization", "Ended an OAuth app's access"),
    ("app.code-replayed", "Presented an authorization code twice"),
    ("app.refresh-token-reused", "Presented a used refresh token"),
    ("invitation.create", "Invited somebody"),
    ("invitation.withdraw", "Withdrew an invitation"),
    ("invitation.accept", "Joined by an invitation"),
    ("member.add", "Added a member"),
    ("member.set-role", "Changed a member's role"),
    ("member.remove", "Removed a member"),
    ("user.create", "Created an account"),
    ("user.reset-link", "Made a link to a new password"),
    ("user.reset-password", "Chose a new password by a link"),
    ("user.change-password", "Changed their password"),
    ("org.create", "Created an organization"),
    ("workspace.create", "Created the workspace"),
    ("workspace.set-plan", "Changed the plan"),
    ("workspace.set-currency", "Changed the currency"),
    ("workspace.set-ai", "Changed what smart update may do"),
    ("workspace.set-site-limits", "Changed the limits of the site"),
    ("workspace.suspend", "Suspended the workspace"),
    ("workspace.resume", "Resumed the workspace"),
];

/// What was done, in words; an action that this version does not know by its name.
pub fn words(action: &str) -> &str {
    ACTIONS.iter().find(|(name, _)| *name == action).map_or(action, |(_, words)| words)
}

use leadkeep_domain::{Actor, OrganizationId};
use serde_json::Value;

/// What the audit log keeps of a change to credentials, members, plans or settings. Every such change takes one and writes
/// it in its own transaction; the log adds the workspace, the subject and the time.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Who.
    pub actor: Actor,
    /// What was done, such as `client.revoke`.
    pub action: &'static str,
    /// Where, if in no workspace.
    pub organization: Option<OrganizationId>,
    /// What was wanted, without any secret.
    pub detail: Value,
    /// In which request; none from the command line.
    pub request_id: Option<String>,
}

impl AuditEntry {
    /// The entry with one detail more: what only the transaction knows, such as what was there before.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Some(detail) = self.detail.as_object_mut() {
            detail.insert(name.to_owned(), value.into());
        }
        self
    }
}

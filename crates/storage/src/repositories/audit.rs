use std::net::IpAddr;

use async_trait::async_trait;
use leadkeep_domain::{Actor, ActorKind, OrganizationId, Page, PageLimit, WorkspaceId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::StorageError;

/// What was done in a workspace.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// A page of the workspace's entries, newest first, behind the one of this id.
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: AuditFilter,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Page<AuditRecord>, StorageError>;
}

/// Which entries a list shows. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only what was done so, such as `key.revoke`.
    pub action: Option<String>,
    /// Only what was done by these.
    pub actor: Option<AuditActor>,
    /// Only what was done at that time or later.
    pub from: Option<OffsetDateTime>,
    /// Only what was done before.
    pub until: Option<OffsetDateTime>,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditActor {
    /// As what.
    pub kind: ActorKind,
    /// Who of that kind; none for the operator.
    pub id: Option<Uuid>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// Entries sort by it as they were made.
    pub id: Uuid,
    /// Who.
    pub actor: Actor,
    /// What was done.
    pub action: String,
    /// To what, if to one thing.
    pub subject: Option<Uuid>,
    /// What was wanted.
    pub detail: Value,
    /// In which request.
    pub request_id: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// When.
    pub created_at: OffsetDateTime,
}

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
    pub origin: Option<Origin>,
}

/// The request that something is done in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What answers and the log call it.
    pub request_id: String,
    /// Where it came from.
    pub address: IpAddr,
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

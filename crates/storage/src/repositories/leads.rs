use async_trait::async_trait;
use leadkeep_domain::{
    Actor, AiOrigin, Email, HistoryEntry, Lead, LeadFields, LeadFilter, LeadId, LeadPatch, LeadPosition,
    LeadStatus, Name, OrganizationId, Page, PageLimit, Version, WorkspaceId,
};
use uuid::Uuid;

use crate::{Receipt, StorageError};

/// The leads of workspaces, with their history.
///
/// Every write is one transaction: the lead, its tags and its history change together or not at all. The time of a write
/// is taken inside its transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Leads: Send + Sync {
    /// Creates a lead, archived at once if `status` says so.
    async fn insert(
        &self,
        workspace: WorkspaceId,
        fields: LeadFields,
        status: LeadStatus,
        by: Authorship,
        receipt: Option<Receipt<Lead>>,
    ) -> Result<InsertOutcome, StorageError>;

    /// The lead, if it is in the workspace.
    async fn get(&self, workspace: WorkspaceId, lead: LeadId) -> Result<Option<Lead>, StorageError>;

    /// What those of these leads are called that are in the workspace, in no order.
    async fn names(&self, workspace: WorkspaceId, leads: Vec<LeadId>) -> Result<Vec<LeadName>, StorageError>;

    /// Whether the lead is in any workspace of the organization.
    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        lead: LeadId,
    ) -> Result<bool, StorageError>;

    /// A page of leads, in the filter's order, behind `after`.
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<Page<Lead>, StorageError>;

    /// What a page of this list has, as far as it is found by a look at some hundreds or thousands of leads: for people who wait. Where conditions
    /// that many leads meet are met together by hardly any, there is less than a page, or nothing, and a place to go on from.
    async fn search(
        &self,
        workspace: WorkspaceId,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<SearchedLeads, StorageError>;

    /// Reads the lead, applies the edit and writes what changed.
    async fn update(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: Authorship,
    ) -> Result<UpdateOutcome, StorageError>;

    /// A page of the lead's history, newest first, behind the entry `after`; none if the lead is not in the workspace.
    async fn history(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Option<Page<HistoryEntry>>, StorageError>;
}

/// What a lead is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadName {
    /// Which.
    pub id: LeadId,
    /// Its name, if it has one.
    pub name: Option<Name>,
    /// Its address.
    pub email: Email,
}

/// Who writes, and in which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorship {
    /// Who.
    pub actor: Actor,
    /// In which request; none from the command line.
    pub request_id: Option<String>,
    /// Through which smart update; none where somebody wrote the values.
    pub smart_update: Option<AiOrigin>,
}

impl Authorship {
    /// By this actor, who wrote the values.
    pub const fn new(actor: Actor, request_id: Option<String>) -> Self {
        Self { actor, request_id, smart_update: None }
    }
}

/// What is wanted of a lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeadEdit {
    /// The changes.
    pub patch: LeadPatch,
    /// Change nothing unless the lead's version is one of these.
    pub condition: Option<VersionCondition>,
}

/// The versions that a caller is ready to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCondition(pub Vec<Version>);

impl VersionCondition {
    /// Whether the version is one of them.
    pub fn allows(&self, version: Version) -> bool {
        self.0.contains(&version)
    }
}

/// What a [search](Leads::search) found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchedLeads {
    /// In the filter's order, at most as many as were asked for.
    pub leads: Vec<Lead>,
    /// Where to go on; none at the end.
    pub next: Option<LeadPosition>,
}

/// What became of an [insert](Leads::insert).
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once a call, and the large one is the usual one")]
pub enum InsertOutcome {
    /// The lead as it is stored.
    Inserted(Lead),
    /// An active lead of the workspace has the e-mail.
    DuplicateEmail(LeadId),
    /// `assigned_to` names nobody who is a member of the workspace.
    UnknownAssignee,
}

/// What became of an [update](Leads::update). All but the first leave everything as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateOutcome {
    /// The lead as it is stored now.
    Updated(Lead),
    /// The lead was so already.
    Unchanged(Lead),
    /// No such lead in the workspace.
    NotFound,
    /// The lead is archived, and the patch does not restore it.
    Archived,
    /// The lead's version is this one, which the condition does not allow.
    Stale(Version),
    /// Another active lead of the workspace has the e-mail that this one would have.
    DuplicateEmail {
        /// The e-mail.
        email: Email,
        /// The lead that has it.
        holder: LeadId,
    },
    /// `assigned_to` names nobody who is a member of the workspace.
    UnknownAssignee,
}

use std::sync::Arc;

use leadkeep_domain::{
    Email, HistoryEntry, Lead, LeadFields, LeadFilter, LeadId, LeadPatch, LeadPosition, LeadStatus, Page,
    PageLimit,
};
use leadkeep_storage::{
    Authorship, InsertOutcome, LeadEdit, LeadName, Leads as Repository, Receipt, SearchedLeads, StorageError,
    UpdateOutcome, VersionCondition,
};
use uuid::Uuid;

use crate::gate::Principal;

/// What can be done with leads. The principal's workspace is the tenant of everything here.
#[derive(Clone)]
pub struct Leads {
    repository: Arc<dyn Repository>,
}

/// Why something was not done. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum LeadError {
    /// No such lead in the workspace.
    #[error("lead not found")]
    NotFound(LeadId),
    /// Another active lead of the workspace has the e-mail.
    #[error("another active lead has this e-mail")]
    Duplicate {
        /// The e-mail.
        email: Email,
        /// The lead that has it.
        holder: LeadId,
    },
    /// The lead is archived, and the patch does not restore it.
    #[error("the lead is archived; restore it before changing it")]
    Archived,
    /// The lead has changed since the version that the caller named.
    #[error("the lead has changed since")]
    Stale,
    /// `assigned_to` names nobody who is a member of the workspace.
    #[error("assigned_to must be the id of a member of the workspace")]
    UnknownAssignee,
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Leads {
    /// On this repository.
    pub fn new(repository: Arc<dyn Repository>) -> Self {
        Self { repository }
    }

    /// Creates a lead.
    pub async fn create(
        &self,
        principal: &Principal,
        fields: LeadFields,
        status: LeadStatus,
        request_id: &str,
        receipt: Option<Receipt<Lead>>,
    ) -> Result<Lead, LeadError> {
        let email = fields.email.clone();
        let by = authorship(principal, request_id);
        match self.repository.insert(principal.workspace, fields, status, by, receipt).await? {
            InsertOutcome::Inserted(lead) => Ok(lead),
            InsertOutcome::DuplicateEmail(holder) => Err(LeadError::Duplicate { email, holder }),
            InsertOutcome::UnknownAssignee => Err(LeadError::UnknownAssignee),
        }
    }

    /// The lead.
    pub async fn get(&self, principal: &Principal, lead: LeadId) -> Result<Lead, LeadError> {
        self.repository.get(principal.workspace, lead).await?.ok_or(LeadError::NotFound(lead))
    }

    /// What those of these leads are called that are there, in no order.
    pub async fn names(
        &self,
        principal: &Principal,
        leads: Vec<LeadId>,
    ) -> Result<Vec<LeadName>, StorageError> {
        self.repository.names(principal.workspace, leads).await
    }

    /// Whether the lead is in another workspace of the principal's organization.
    pub async fn is_elsewhere(&self, principal: &Principal, lead: LeadId) -> Result<bool, StorageError> {
        self.repository.is_in_organization(principal.organization, lead).await
    }

    /// A page of leads.
    pub async fn list(
        &self,
        principal: &Principal,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<Page<Lead>, LeadError> {
        Ok(self.repository.list(principal.workspace, filter, after, limit).await?)
    }

    /// What a page of leads has, as far as a short look finds it.
    pub async fn search(
        &self,
        principal: &Principal,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<SearchedLeads, LeadError> {
        Ok(self.repository.search(principal.workspace, filter, after, limit).await?)
    }

    /// Changes a lead as the patch says; a lead that is so already is left as it is.
    pub async fn update(
        &self,
        principal: &Principal,
        lead: LeadId,
        patch: LeadPatch,
        condition: Option<VersionCondition>,
        request_id: &str,
    ) -> Result<Lead, LeadError> {
        let by = authorship(principal, request_id);
        let edit = LeadEdit { patch, condition };
        match self.repository.update(principal.workspace, lead, edit, by).await? {
            UpdateOutcome::Updated(lead) | UpdateOutcome::Unchanged(lead) => Ok(lead),
            UpdateOutcome::NotFound => Err(LeadError::NotFound(lead)),
            UpdateOutcome::Archived => Err(LeadError::Archived),
            UpdateOutcome::Stale(_) => Err(LeadError::Stale),
            UpdateOutcome::DuplicateEmail { email, holder } => Err(LeadError::Duplicate { email, holder }),
            UpdateOutcome::UnknownAssignee => Err(LeadError::UnknownAssignee),
        }
    }

    /// A page of the lead's history, newest first.
    pub async fn history(
        &self,
        principal: &Principal,
        lead: LeadId,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Page<HistoryEntry>, LeadError> {
        self.repository
            .history(principal.workspace, lead, after, limit)
            .await?
            .ok_or(LeadError::NotFound(lead))
    }
}

pub(crate) fn authorship(principal: &Principal, request_id: &str) -> Authorship {
    Authorship::new(principal.actor.clone(), Some(request_id.to_owned()))
}

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    SelectableHelper, result::Error as DieselError,
};
use futures_util::FutureExt;
use leadkeep_domain::{
    Email, HistoryEntry, Lead, LeadFields, LeadFilter, LeadId, LeadPosition, LeadStatus, MemberId, Name,
    OrganizationId, Page, PageLimit, StatusFilter, WorkspaceId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Connection, RunQueryDsl, Store, idempotency,
    lead_history::{self, EntryRow, OriginRow},
    lead_list,
    lead_rows::LeadRow,
    lead_search, members, new_lead,
    schema::{leads, workspaces},
    types::for_update,
};
use crate::{
    Authorship, InsertOutcome, LeadEdit, LeadName, Leads, Receipt, SearchedLeads, StorageError,
    UpdateOutcome, columns::Uid,
};

#[async_trait]
impl Leads for Store {
    async fn insert(
        &self,
        workspace: WorkspaceId,
        fields: LeadFields,
        status: LeadStatus,
        by: Authorship,
        receipt: Option<Receipt<Lead>>,
    ) -> Result<InsertOutcome, StorageError> {
        let new = NewLead { workspace, fields, status, by };
        let Some(receipt) = receipt else { return self.create(new).await };
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                let outcome = insert(connection, new, clock.now()).await?;
                if let InsertOutcome::Inserted(lead) = &outcome {
                    idempotency::settle(connection, Some(receipt), lead).await?;
                }
                Ok(outcome)
            }
            .boxed()
        })
        .await
    }

    async fn get(&self, workspace: WorkspaceId, lead: LeadId) -> Result<Option<Lead>, StorageError> {
        self.read(move |connection| find(connection, workspace, lead).boxed()).await
    }

    async fn names(&self, workspace: WorkspaceId, leads: Vec<LeadId>) -> Result<Vec<LeadName>, StorageError> {
        self.read(move |connection| {
            let leads = leads.clone();
            async move { names(connection, workspace, leads).await }.boxed()
        })
        .await
    }

    async fn is_in_organization(
        &self,
        organization: OrganizationId,
        lead: LeadId,
    ) -> Result<bool, StorageError> {
        self.read(move |connection| is_in_organization(connection, organization, lead).boxed()).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<Page<Lead>, StorageError> {
        match filter.status {
            StatusFilter::Only(_) if !lead_search::serves(&filter) => {
                self.read(move |connection| {
                    let filter = filter.clone();
                    async move { lead_list::page(connection, workspace, &filter, after, limit).await }.boxed()
                })
                .await
            }
            // Two lists, or ids and then leads: a lead that changes between them would be in both, or in neither.
            _ => {
                self.read_at_one_moment(move |connection| {
                    async move { lead_list::page(connection, workspace, &filter, after, limit).await }.boxed()
                })
                .await
            }
        }
    }

    async fn search(
        &self,
        workspace: WorkspaceId,
        filter: LeadFilter,
        after: Option<LeadPosition>,
        limit: PageLimit,
    ) -> Result<SearchedLeads, StorageError> {
        if lead_search::serves(&filter) {
            return self
                .read_at_one_moment(move |connection| {
                    async move { lead_list::searched(connection, workspace, &filter, after, limit).await }
                        .boxed()
                })
                .await;
        }
        let order = filter.order();
        let page = self.list(workspace, filter, after, limit).await?;
        let next = page.items.last().filter(|_| page.has_more).map(|lead| order.position(lead));
        Ok(SearchedLeads { leads: page.items, next })
    }

    async fn update(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        edit: LeadEdit,
        by: Authorship,
    ) -> Result<UpdateOutcome, StorageError> {
        self.change(workspace, lead, edit, by).await
    }

    async fn history(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Option<Page<HistoryEntry>>, StorageError> {
        self.read(move |connection| lead_history::page(connection, workspace, lead, after, limit).boxed())
            .await
    }
}

async fn names(
    connection: &mut Connection,
    workspace: WorkspaceId,
    of: Vec<LeadId>,
) -> QueryResult<Vec<LeadName>> {
    let rows: Vec<(Uid, Option<String>, String)> = leads::table
        .filter(leads::workspace_id.eq(Uid::from(workspace)))
        .filter(leads::id.eq_any(of.into_iter().map(Uid::from).collect::<Vec<_>>()))
        .select((leads::id, leads::name, leads::email))
        .load(connection)
        .await?;
    let named = |(id, name, email): (Uid, Option<String>, String)| LeadName {
        id: id.id(),
        name: name.map(Name::from_stored),
        email: Email::from_stored(email),
    };
    Ok(rows.into_iter().map(named).collect())
}

/// A lead that is to be.
#[derive(Clone)]
pub(in super::super) struct NewLead {
    pub(in super::super) workspace: WorkspaceId,
    pub(in super::super) fields: LeadFields,
    pub(in super::super) status: LeadStatus,
    pub(in super::super) by: Authorship,
}

impl NewLead {
    /// The lead, and how its history begins.
    pub(in super::super) fn at(self, now: OffsetDateTime) -> QueryResult<(Lead, EntryRow)> {
        let mut lead = Lead::create(self.fields, now);
        if self.status == LeadStatus::Archived {
            lead.archived_at = Some(now);
        }
        let origin = OriginRow::new(lead.version, &self.by, now)?;
        let beginning = EntryRow::new(lead.beginning().into(), origin);
        Ok((lead, beginning))
    }
}

pub(in super::super) async fn insert(
    connection: &mut Connection,
    new: NewLead,
    now: OffsetDateTime,
) -> QueryResult<InsertOutcome> {
    let workspace = new.workspace;
    if !may_be_assigned(connection, workspace, new.fields.assigned_to).await? {
        return Ok(InsertOutcome::UnknownAssignee);
    }
    let (lead, beginning) = new.at(now)?;
    insert_lead(connection, workspace, lead, beginning).await
}

/// Inserts a lead, or says what is in its way. One that an earlier attempt has inserted, whose end nobody heard of, is inserted.
pub(in super::super) async fn insert_lead(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: Lead,
    beginning: EntryRow,
) -> QueryResult<InsertOutcome> {
    if new_lead::insert(connection, workspace, &lead, beginning).await? {
        return Ok(InsertOutcome::Inserted(lead));
    }
    if let Some(holder) = holder(connection, workspace, &lead).await? {
        return Ok(InsertOutcome::DuplicateEmail(holder));
    }
    let own = find(connection, workspace, lead.id).await?;
    own.map(InsertOutcome::Inserted).ok_or(DieselError::RollbackTransaction)
}

pub(in super::super) async fn may_be_assigned(
    connection: &mut Connection,
    workspace: WorkspaceId,
    assignee: Option<MemberId>,
) -> QueryResult<bool> {
    match assignee {
        None => Ok(true),
        Some(member) => members::is_member(connection, workspace, member).await,
    }
}

/// The other active lead that has this one's e-mail. An archived lead is in nobody's way.
pub(super) async fn holder(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: &Lead,
) -> QueryResult<Option<LeadId>> {
    if lead.status() == LeadStatus::Archived {
        return Ok(None);
    }
    let holder: Option<Uid> = leads::table
        .filter(leads::workspace_id.eq(Uid::from(workspace)))
        .filter(leads::email_key.eq(lead.fields.email.key()))
        .filter(leads::status.eq(LeadStatus::Active.as_str()))
        .filter(leads::id.ne(Uid::from(lead.id)))
        .select(leads::id)
        .get_result(connection)
        .await
        .optional()?;
    Ok(holder.map(Uid::id))
}

async fn is_in_organization(
    connection: &mut Connection,
    organization: OrganizationId,
    lead: LeadId,
) -> QueryResult<bool> {
    let same = leads::workspace_id.eq(workspaces::id).and(leads::id.eq(Uid::from(lead)));
    let found: Vec<Uid> = workspaces::table
        .inner_join(leads::table.on(same))
        .filter(workspaces::organization_id.eq(Uid::from(organization)))
        .select(leads::id)
        .load(connection)
        .await?;
    Ok(!found.is_empty())
}

/// The lead, held until the end of the transaction.
pub(in super::super) async fn find_for_update(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: LeadId,
) -> QueryResult<Option<Lead>> {
    for_update!(leads::table.find((Uid::from(workspace), Uid::from(id))).select(LeadRow::as_select()))
        .get_result(connection)
        .await
        .optional()?
        .map(Lead::try_from)
        .transpose()
}

pub(in super::super) async fn find(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: LeadId,
) -> QueryResult<Option<Lead>> {
    leads::table
        .find((Uid::from(workspace), Uid::from(id)))
        .select(LeadRow::as_select())
        .get_result(connection)
        .await
        .optional()?
        .map(Lead::try_from)
        .transpose()
}

//! Rows of an import, applied to the leads.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper,
    result::Error as DieselError,
};
use leadkeep_domain::{Email, Lead, LeadFields, LeadStatus, WorkspaceId};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, lead_edit,
    lead_rows::LeadRow,
    leads::{self as writes, NewLead},
    schema::leads,
};
use crate::{
    Authorship, ImportBatch, ImportRow, InsertOutcome, LeadEdit, RowOutcome, UpdateOutcome, columns::Uid,
};

/// Applies rows one after the other: of repeated ones the last wins.
pub(super) async fn apply(
    connection: &mut Connection,
    workspace: WorkspaceId,
    batch: ImportBatch,
    now: OffsetDateTime,
) -> QueryResult<Vec<RowOutcome>> {
    let ImportBatch { rows, currency, dry_run, by, .. } = batch;
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let fields = LeadFields::new(row.email.clone(), currency);
        let outcome = if dry_run {
            foresee(connection, workspace, fields, row, now).await?
        } else {
            upsert(connection, workspace, fields, row, &by, now).await?
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn upsert(
    connection: &mut Connection,
    workspace: WorkspaceId,
    fields: LeadFields,
    row: ImportRow,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<RowOutcome> {
    let Some(lead) = active(connection, workspace, &row.email).await? else {
        let (fields, status) = created(fields, row, now);
        let new = NewLead { workspace, fields, status, by: by.clone() };
        return match writes::insert(connection, new, now).await? {
            InsertOutcome::Inserted(_) => Ok(RowOutcome::Created),
            InsertOutcome::UnknownAssignee => Ok(RowOutcome::UnknownAssignee),
            // Another call has just created it: the batch is done again.
            InsertOutcome::DuplicateEmail(_) => Err(DieselError::RollbackTransaction),
        };
    };
    let edit = LeadEdit { patch: row.patch, condition: None };
    match lead_edit::edit_lead(connection, workspace, lead.id, edit, by, now).await? {
        UpdateOutcome::Updated(_) => Ok(RowOutcome::Updated),
        UpdateOutcome::Unchanged(_) => Ok(RowOutcome::Unchanged),
        UpdateOutcome::UnknownAssignee => Ok(RowOutcome::UnknownAssignee),
        UpdateOutcome::NotFound
        | UpdateOutcome::Archived
        | UpdateOutcome::Stale(_)
        | UpdateOutcome::DuplicateEmail { .. } => Err(DieselError::RollbackTransaction),
    }
}

/// What would become of a row.
async fn foresee(
    connection: &mut Connection,
    workspace: WorkspaceId,
    fields: LeadFields,
    row: ImportRow,
    now: OffsetDateTime,
) -> QueryResult<RowOutcome> {
    let found = active(connection, workspace, &row.email).await?;
    let is_new = found.is_none();
    let (before, after) = match found {
        None => (None, created(fields, row, now).0.assigned_to),
        Some(lead) => {
            let before = lead.fields.assigned_to;
            match row.patch.apply(&lead, now) {
                Ok(Some(change)) => (before, change.lead.fields.assigned_to),
                Ok(None) | Err(_) => return Ok(RowOutcome::Unchanged),
            }
        }
    };
    if after != before && !writes::may_be_assigned(connection, workspace, after).await? {
        return Ok(RowOutcome::UnknownAssignee);
    }
    Ok(if is_new { RowOutcome::Created } else { RowOutcome::Updated })
}

/// The lead that a row makes where there is none.
fn created(fields: LeadFields, row: ImportRow, now: OffsetDateTime) -> (LeadFields, LeadStatus) {
    let status = row.patch.status.unwrap_or(LeadStatus::Active);
    let empty = Lead::create(fields, now);
    match row.patch.apply(&empty, now) {
        Ok(Some(change)) => (change.lead.fields, status),
        Ok(None) | Err(_) => (empty.fields, status),
    }
}

async fn active(
    connection: &mut Connection,
    workspace: WorkspaceId,
    email: &Email,
) -> QueryResult<Option<Lead>> {
    leads::table
        .filter(leads::workspace_id.eq(Uid::from(workspace)))
        .filter(leads::email_key.eq(email.key()))
        .filter(leads::status.eq(LeadStatus::Active.as_str()))
        .select(LeadRow::as_select())
        .get_result(connection)
        .await
        .optional()?
        .map(Lead::try_from)
        .transpose()
}

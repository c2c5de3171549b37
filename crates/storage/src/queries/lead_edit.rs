//! Changing a lead: what an edit makes of it, and how that is written with all that changes with it.

use std::ops::ControlFlow;

use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error as DieselError},
};
use leadkeep_domain::{Lead, LeadId, LeadStatus, WorkspaceId, words_of};
use time::OffsetDateTime;

use super::{
    Connection, lead_change,
    lead_history::{NewEntry, OriginRow},
    leads::{find_for_update, holder, may_be_assigned},
    types::batch_execute,
};
use crate::{Authorship, LeadEdit, UpdateOutcome};

/// A change that is to be written.
pub(in super::super) struct Changed {
    pub(in super::super) before: Lead,
    pub(in super::super) after: Lead,
    /// What is noted of it, and by whom and when all of that was done.
    pub(in super::super) entries: Vec<NewEntry>,
    pub(in super::super) origin: OriginRow,
}

/// What an edit makes of a lead as it is: a change, unless it is decided already.
pub(in super::super) fn judge(
    before: Lead,
    edit: LeadEdit,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<ControlFlow<UpdateOutcome, Box<Changed>>> {
    if edit.condition.is_some_and(|condition| !condition.allows(before.version)) {
        return Ok(ControlFlow::Break(UpdateOutcome::Stale(before.version)));
    }
    let change = match edit.patch.apply(&before, now) {
        Ok(Some(change)) => change,
        Ok(None) => return Ok(ControlFlow::Break(UpdateOutcome::Unchanged(before))),
        Err(_) => return Ok(ControlFlow::Break(UpdateOutcome::Archived)),
    };
    let after = change.lead;
    let origin = OriginRow::new(after.version, by, after.updated_at)?;
    let entries = change.changes.into_iter().map(NewEntry::from).collect();
    Ok(ControlFlow::Continue(Box::new(Changed { before, after, entries, origin })))
}

/// What of a list is not in another.
pub(in super::super) struct Difference {
    pub(in super::super) gone: Vec<String>,
    pub(in super::super) kept: Vec<String>,
    pub(in super::super) added: Vec<String>,
}

impl Difference {
    /// Between two lists. Where the lead is on other lists than it was, all of one is gone, and all of the other added.
    fn between(before: Vec<String>, after: Vec<String>, moved: bool) -> Self {
        if moved {
            return Self { gone: before, kept: Vec::new(), added: after };
        }
        let gone = before.iter().filter(|each| !after.contains(each)).cloned().collect();
        let (kept, added) = after.into_iter().partition(|each| before.contains(each));
        Self { gone, kept, added }
    }
}

impl Changed {
    /// Whether it is assigned to somebody else now, if it is to anybody.
    pub(in super::super) fn is_reassigned(&self) -> bool {
        self.after.fields.assigned_to != self.before.fields.assigned_to
    }

    /// Whether another lead may have its e-mail: it has another one than it had, or was archived.
    pub(in super::super) fn may_collide(&self) -> bool {
        let is_active = self.after.status() == LeadStatus::Active;
        is_active && (self.moved() || self.before.fields.email.key() != self.after.fields.email.key())
    }

    fn moved(&self) -> bool {
        self.before.status() != self.after.status()
    }

    /// By which tags it is found.
    pub(in super::super) fn tags(&self) -> Difference {
        let tags = |lead: &Lead| lead.fields.tags.iter().map(ToString::to_string).collect();
        Difference::between(tags(&self.before), tags(&self.after), self.moved())
    }

    /// By which words it is found.
    pub(in super::super) fn words(&self) -> Difference {
        let words = |lead: &Lead| words_of(&lead.fields).into_iter().collect();
        Difference::between(words(&self.before), words(&self.after), self.moved())
    }
}

/// Changes a lead, which nobody else does until the end of the transaction.
pub(in super::super) async fn edit_lead(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: LeadId,
    edit: LeadEdit,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<UpdateOutcome> {
    let Some(before) = find_for_update(connection, workspace, id).await? else {
        return Ok(UpdateOutcome::NotFound);
    };
    let changed = match judge(before, edit, by, now)? {
        ControlFlow::Continue(changed) => changed,
        ControlFlow::Break(outcome) => return Ok(outcome),
    };
    if changed.is_reassigned()
        && !may_be_assigned(connection, workspace, changed.after.fields.assigned_to).await?
    {
        return Ok(UpdateOutcome::UnknownAssignee);
    }
    let other =
        if changed.may_collide() { holder(connection, workspace, &changed.after).await? } else { None };
    if other.is_none() && write(connection, workspace, &changed).await? {
        return Ok(UpdateOutcome::Updated(changed.after));
    }
    let other = match other {
        None => holder(connection, workspace, &changed.after).await?,
        found => found,
    };
    let holder = other.ok_or(DieselError::RollbackTransaction)?;
    Ok(UpdateOutcome::DuplicateEmail { email: changed.after.fields.email, holder })
}

/// Writes a change of a lead that is held; false, and nothing, if its e-mail was taken while this transaction looked at it. A savepoint, because
/// PostgreSQL does nothing more in a transaction in which a statement failed.
async fn write(connection: &mut Connection, workspace: WorkspaceId, changed: &Changed) -> QueryResult<bool> {
    if !changed.may_collide() {
        return lead_change::write(connection, workspace, changed).await;
    }
    batch_execute(connection, "SAVEPOINT lead_change").await?;
    match lead_change::write(connection, workspace, changed).await {
        Ok(written) => batch_execute(connection, "RELEASE SAVEPOINT lead_change").await.map(|()| written),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            batch_execute(connection, "ROLLBACK TO SAVEPOINT lead_change").await.map(|()| false)
        }
        Err(error) => Err(error),
    }
}

use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, insert_into};
use futures_util::FutureExt;
use leadkeep_domain::{
    AiOrigin, AiReader, AiRefusal, AiUpdate, AiUpdateId, Field, Lead, LeadId, LeadStatus, Page, PageLimit,
    RefusalReason, Version, WorkspaceId, with_money_together,
};
use time::OffsetDateTime;

use super::{
    Connection, RunQueryDsl, Store,
    ai_credits::{self, User},
    ai_undo,
    ai_update_rows::UpdateRow,
    idempotency, lead_edit, lead_history, leads as lead_queries,
    schema::ai_updates,
};
use crate::{
    AiUpdates, AiUsed, AppliedAiUpdate, ApplyAiOutcome, Authorship, LeadEdit, NewAiUpdate, Receipt,
    StorageError, UndoAiOutcome, UpdateOutcome, columns::Uid,
};

#[async_trait]
impl AiUpdates for Store {
    async fn apply(
        &self,
        workspace: WorkspaceId,
        new: NewAiUpdate,
        by: Authorship,
        receipt: Option<Receipt<AppliedAiUpdate>>,
    ) -> Result<ApplyAiOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                let outcome = apply(connection, workspace, new, &by, clock.now()).await?;
                if let ApplyAiOutcome::Applied(applied) = &outcome {
                    idempotency::settle(connection, receipt, applied).await?;
                }
                Ok(outcome)
            }
            .boxed()
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        update: AiUpdateId,
    ) -> Result<Option<AiUpdate>, StorageError> {
        self.read(move |connection| {
            async move {
                let row = ai_updates::table
                    .find((Uid::from(workspace), Uid::from(lead), Uid::from(update)))
                    .select(UpdateRow::as_select());
                let found: Option<UpdateRow> = row.get_result(connection).await.optional()?;
                found.map(AiUpdate::try_from).transpose()
            }
            .boxed()
        })
        .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        after: Option<AiUpdateId>,
        limit: PageLimit,
    ) -> Result<Option<Page<AiUpdate>>, StorageError> {
        self.read(move |connection| page(connection, workspace, lead, after, limit).boxed()).await
    }

    async fn undo(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        update: AiUpdateId,
        by: Authorship,
    ) -> Result<UndoAiOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move { ai_undo::undo(connection, workspace, (lead, update), &by, clock.now()).await }
                .boxed()
        })
        .await
    }
}

async fn page(
    connection: &mut Connection,
    workspace: WorkspaceId,
    lead: LeadId,
    after: Option<AiUpdateId>,
    limit: PageLimit,
) -> QueryResult<Option<Page<AiUpdate>>> {
    if lead_queries::find(connection, workspace, lead).await?.is_none() {
        return Ok(None);
    }
    let mut query = ai_updates::table
        .filter(ai_updates::workspace_id.eq(Uid::from(workspace)))
        .filter(ai_updates::lead_id.eq(Uid::from(lead)))
        .order(ai_updates::id.desc())
        .limit(limit.one_more())
        .select(UpdateRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(ai_updates::id.lt(Uid::from(after)));
    }
    let rows: Vec<UpdateRow> = query.load(connection).await?;
    let updates = rows.into_iter().map(AiUpdate::try_from).collect::<QueryResult<_>>()?;
    Ok(Some(Page::from_one_more(updates, limit)))
}

/// Makes what can be made of an update, charges it, and keeps it. The lead is held first, and the balance last: others of the
/// workspace wait for the end of this transaction, and not for those before it.
pub(super) async fn apply(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewAiUpdate,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<ApplyAiOutcome> {
    if let Some(done) = done_before(connection, workspace, &new, now).await? {
        return Ok(ApplyAiOutcome::Applied(done));
    }
    if let Some(reservation) = &new.reservation
        && !ai_credits::is_reserved(connection, workspace, reservation).await?
    {
        count_failure(connection, workspace, &new, by, now).await?;
        return Ok(ApplyAiOutcome::ReservationOver);
    }
    let outcome = match lead_queries::find_for_update(connection, workspace, new.lead).await? {
        None => ApplyAiOutcome::NotFound,
        Some(lead) if lead.status() == LeadStatus::Archived => ApplyAiOutcome::Archived,
        Some(before) => {
            let change = Attempt::new(connection, workspace, new, &before).await?;
            let change = change.make(connection, workspace, before, by, now).await?;
            return finish(connection, workspace, change, by, now).await.map(ApplyAiOutcome::Applied);
        }
    };
    // The text was read all the same.
    if let Some(reservation) = &new.reservation {
        ai_credits::settle(connection, workspace, reservation, now).await?;
    }
    count_failure(connection, workspace, &new, by, now).await?;
    Ok(outcome)
}

/// The update, if it was made already: whoever did not hear so tries again.
async fn done_before(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: &NewAiUpdate,
    now: OffsetDateTime,
) -> QueryResult<Option<AppliedAiUpdate>> {
    if new.dry_run {
        return Ok(None);
    }
    let key = (Uid::from(workspace), Uid::from(new.lead), Uid::from(new.id));
    let row: Option<UpdateRow> =
        ai_updates::table.find(key).select(UpdateRow::as_select()).get_result(connection).await.optional()?;
    let (Some(row), Some(lead)) = (row, lead_queries::find(connection, workspace, new.lead).await?) else {
        return Ok(None);
    };
    let charged = ai_credits::charged(connection, workspace, now).await?;
    Ok(Some(AppliedAiUpdate { lead, update: row.try_into()?, dry_run: false, charged }))
}

/// Notes what a text took that came to nothing.
async fn count_failure(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: &NewAiUpdate,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<()> {
    let AiReader { provider, tokens, .. } = &new.reader;
    let used = AiUsed {
        failures: 1,
        credits: charged_credits(new).into(),
        input_tokens: tokens.input.into(),
        output_tokens: tokens.output.into(),
        ..AiUsed::default()
    };
    let user = User { actor: by.actor.clone(), credential: new.credential, provider: *provider };
    ai_credits::count_use(connection, workspace, user, used, now).await
}

fn charged_credits(new: &NewAiUpdate) -> u32 {
    new.reservation.as_ref().map_or(0, |reservation| reservation.credits)
}

/// An update on its way.
struct Attempt {
    new: NewAiUpdate,
    lead: Option<Lead>,
    version: Option<Version>,
}

impl Attempt {
    /// Leaves out what somebody changed while the text was read, though it may be as it was again.
    async fn new(
        connection: &mut Connection,
        workspace: WorkspaceId,
        new: NewAiUpdate,
        now: &Lead,
    ) -> QueryResult<Self> {
        let mut attempt = Self { new, lead: None, version: None };
        if attempt.new.seen == now.version {
            return Ok(attempt);
        }
        let wanted = attempt.new.changes.iter().map(|change| change.change.field).collect();
        let wanted = with_money_together(wanted);
        let seen = lead_history::stored_version(attempt.new.seen)?;
        let entries = lead_history::changed_since(connection, workspace, now.id, seen, &wanted).await?;
        let changed = with_money_together(entries.into_iter().map(|(field, _)| field).collect());
        attempt.refuse(&changed, RefusalReason::ChangedMeanwhile);
        Ok(attempt)
    }

    fn refuse(&mut self, fields: &[Field], reason: RefusalReason) {
        let new = &mut self.new;
        let (refused, kept): (Vec<_>, Vec<_>) =
            new.changes.drain(..).partition(|change| fields.contains(&change.change.field));
        new.changes = kept;
        new.refused.extend(
            refused.into_iter().map(|change| AiRefusal::new(change.change.field, change.change.to, reason)),
        );
        new.patch = std::mem::take(&mut new.patch).without(fields);
    }

    /// Changes the lead. An e-mail that another has is left out, and everything else done.
    async fn make(
        mut self,
        connection: &mut Connection,
        workspace: WorkspaceId,
        before: Lead,
        by: &Authorship,
        now: OffsetDateTime,
    ) -> QueryResult<Self> {
        if self.new.dry_run {
            return self.foresee(connection, workspace, before).await;
        }
        let origin = AiOrigin { update: self.new.id, provider: self.new.reader.provider };
        let by = Authorship { smart_update: Some(origin), ..by.clone() };
        loop {
            let edit = LeadEdit { patch: self.new.patch.clone(), condition: None };
            match lead_edit::edit_lead(connection, workspace, before.id, edit, &by, now).await? {
                UpdateOutcome::Updated(after) => {
                    self.version = Some(after.version);
                    self.lead = Some(after);
                }
                UpdateOutcome::DuplicateEmail { .. } if self.new.patch.email.is_some() => {
                    self.refuse(&[Field::Email], RefusalReason::DuplicateLead);
                    continue;
                }
                // What is not changed now was not there to be changed.
                _ => self.lead = Some(before),
            }
            return Ok(self);
        }
    }

    async fn foresee(
        mut self,
        connection: &mut Connection,
        workspace: WorkspaceId,
        before: Lead,
    ) -> QueryResult<Self> {
        if let Some(email) = &self.new.patch.email {
            let mut after = before.clone();
            after.fields.email = email.clone();
            if lead_queries::holder(connection, workspace, &after).await?.is_some() {
                self.refuse(&[Field::Email], RefusalReason::DuplicateLead);
            }
        }
        self.lead = Some(before);
        Ok(self)
    }
}

/// Keeps the update, and charges it.
async fn finish(
    connection: &mut Connection,
    workspace: WorkspaceId,
    attempt: Attempt,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<AppliedAiUpdate> {
    let Attempt { new, lead, version } = attempt;
    let lead = lead.ok_or(diesel::result::Error::NotFound)?;
    let credits = charged_credits(&new);
    let AiReader { provider, tokens, .. } = new.reader.clone();
    let update = AiUpdate {
        id: new.id,
        lead: lead.id,
        changes: new.changes,
        refused: new.refused,
        reader: new.reader,
        credits,
        actor: by.actor.clone(),
        request_id: by.request_id.clone(),
        created_at: now,
        undone: None,
    };
    if !new.dry_run {
        let row = UpdateRow::new(workspace, &update, version)?;
        insert_into(ai_updates::table).values(row).execute(connection).await?;
    }
    if let Some(reservation) = &new.reservation {
        ai_credits::settle(connection, workspace, reservation, now).await?;
    }
    let charged = ai_credits::charged(connection, workspace, now).await?;
    let used = AiUsed {
        updates: 1,
        failures: 0,
        credits: credits.into(),
        input_tokens: tokens.input.into(),
        output_tokens: tokens.output.into(),
    };
    let user = User { actor: by.actor.clone(), credential: new.credential, provider };
    ai_credits::count_use(connection, workspace, user, used, now).await?;
    Ok(AppliedAiUpdate { lead, update, dry_run: new.dry_run, charged })
}

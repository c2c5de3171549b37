use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper, insert_into};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use leadkeep_domain::{
    AiOrigin, AiReader, AiRefusal, AiUpdate, AiUpdateId, Field, Lead, LeadId, LeadPatch, LeadStatus, Page,
    PageLimit, RefusalReason, Version, WorkspaceId, changed_fields,
};
use time::OffsetDateTime;

use super::{
    Connection, Store,
    ai_credits::{self, User},
    ai_undo,
    ai_update_rows::UpdateRow,
    idempotency, leads as lead_queries,
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
        earlier: LeadPatch,
        by: Authorship,
    ) -> Result<UndoAiOutcome, StorageError> {
        let clock = self.clock.clone();
        self.write(move |connection| {
            async move {
                ai_undo::undo(connection, workspace, (lead, update), earlier, &by, clock.now()).await
            }
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

/// Makes what can be made of an update, charges it, and keeps it.
pub(super) async fn apply(
    connection: &mut Connection,
    workspace: WorkspaceId,
    new: NewAiUpdate,
    by: &Authorship,
    now: OffsetDateTime,
) -> QueryResult<ApplyAiOutcome> {
    if let Some(reservation) = &new.reservation
        && !ai_credits::hold(connection, workspace, reservation).await?
    {
        count_failure(connection, workspace, &new, by, now).await?;
        return Ok(ApplyAiOutcome::ReservationOver);
    }
    let found = lead_queries::find_for_update(connection, workspace, new.lead).await?;
    let refused = match &found {
        None => Some(ApplyAiOutcome::NotFound),
        Some(lead) if lead.status() == LeadStatus::Archived => Some(ApplyAiOutcome::Archived),
        Some(_) => None,
    };
    let (Some(before), None) = (found, &refused) else {
        if let Some(reservation) = &new.reservation {
            ai_credits::give_back(connection, workspace, reservation, now).await?;
        }
        count_failure(connection, workspace, &new, by, now).await?;
        return Ok(refused.unwrap_or(ApplyAiOutcome::NotFound));
    };
    let change = Attempt::new(new, &before).make(connection, workspace, before, by, now).await?;
    finish(connection, workspace, change, by, now).await.map(ApplyAiOutcome::Applied)
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
        input_tokens: tokens.input.into(),
        output_tokens: tokens.output.into(),
        ..AiUsed::default()
    };
    let user = User { actor: by.actor.clone(), credential: new.credential, provider: *provider };
    ai_credits::count_use(connection, workspace, user, used, now).await
}

/// An update on its way.
struct Attempt {
    new: NewAiUpdate,
    lead: Option<Lead>,
    version: Option<Version>,
}

impl Attempt {
    /// Leaves out what somebody changed while the text was read.
    fn new(new: NewAiUpdate, now: &Lead) -> Self {
        let meanwhile = changed_fields(&new.seen, &now.fields);
        let mut attempt = Self { new, lead: None, version: None };
        attempt.refuse(&meanwhile, RefusalReason::ChangedMeanwhile);
        attempt
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
            match lead_queries::edit_lead(connection, workspace, before.id, edit, &by, now).await? {
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
    let credits = new.reservation.as_ref().map_or(0, |reservation| reservation.credits);
    let tokens = new.reader.tokens;
    let provider = new.reader.provider;
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

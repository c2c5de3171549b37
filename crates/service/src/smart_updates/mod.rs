//! Smart update: a text becomes changes of a lead. A provider proposes, the judge decides, one transaction applies.

mod evidence;
mod hold;
mod judge;
mod providers;
mod reading;
mod request;
mod text;
mod usage;

use std::sync::Arc;

use leadkeep_ai::{Note, SmartUpdateError, Usage};
use leadkeep_domain::{
    AiChange, AiFields, AiProvider, AiSettings, AiTokens, AiUpdate, AiUpdateId, Change, Clock, DealStage,
    Field, Lead, LeadId, LeadStatus, Page, PageLimit, Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AiCredits, AiUpdates as Repository, AppliedAiUpdate, ApplyAiOutcome, Conversations, Leads, NewAiUpdate,
    Receipt, Repositories, StorageError, UndoAiOutcome, Workspaces,
};
use time::Date;

use crate::{gate::Principal, leads::authorship, measure};

pub use evidence::Doubt;
pub(crate) use hold::Hold;
pub use judge::{Judgement, Terms, judge};
pub use providers::Providers;
pub use reading::{ReadFor, Reading};
pub use request::{AiOptions, AiRequest, AiUpdateError, DoneAiUpdate, MIN_CONFIDENCE, Requester};
pub use text::{AiSource, NoteText, as_of};
pub use usage::AiUsageReport;

/// What can be done with smart updates. The workspace of whoever asks is the tenant of everything here.
#[derive(Clone)]
pub struct SmartUpdates {
    leads: Arc<dyn Leads>,
    workspaces: Arc<dyn Workspaces>,
    conversations: Arc<dyn Conversations>,
    updates: Arc<dyn Repository>,
    credits: Arc<dyn AiCredits>,
    providers: Providers,
    clock: Arc<dyn Clock>,
}

/// A text that was read and judged, to be applied.
pub(crate) struct Prepared {
    pub(crate) new: NewAiUpdate,
    pub(crate) hold: Hold,
    allowance: u64,
    pub(crate) text: Option<String>,
    reading: Reading,
}

/// A text, before it is read.
struct ToBeRead {
    settings: AiSettings,
    provider: AiProvider,
    lead: Lead,
    note: Note,
    /// Whether the caller has not sent it.
    is_ours: bool,
    allowance: u64,
}

impl SmartUpdates {
    /// On these repositories, with these providers.
    pub fn new(repositories: &Repositories, providers: Providers, clock: Arc<dyn Clock>) -> Self {
        Self {
            leads: repositories.leads.clone(),
            workspaces: repositories.workspaces.clone(),
            conversations: repositories.conversations.clone(),
            updates: repositories.ai_updates.clone(),
            credits: repositories.ai_credits.clone(),
            providers,
            clock,
        }
    }

    /// Updates a lead from a text.
    pub async fn update(
        &self,
        requester: &Requester,
        lead: LeadId,
        request: AiRequest,
        receipt: Option<Receipt<DoneAiUpdate>>,
    ) -> Result<DoneAiUpdate, AiUpdateError> {
        let prepared = self.prepare(requester, lead, request).await?;
        self.apply(requester, prepared, receipt).await
    }

    /// What a text would change, and what it was read as: whoever has looked at it may [apply](Self::apply_as_seen) it.
    pub async fn preview(
        &self,
        requester: &Requester,
        lead: LeadId,
        text: NoteText,
    ) -> Result<(DoneAiUpdate, Reading), AiUpdateError> {
        let options = AiOptions { dry_run: true, ..AiOptions::default() };
        let request = AiRequest { source: AiSource::Text(text), options };
        let prepared = self.prepare(requester, lead, request).await?;
        let reading = prepared.reading.clone();
        Ok((self.apply(requester, prepared, None).await?, reading))
    }

    /// Updates a lead from a text by these changes and no others: those that somebody has seen in a preview, or some of them. The
    /// text is not read again, and nothing is charged: that was done for the preview. None if the reading does not say so of the
    /// lead as it is now, or the workspace has its texts read by something else by now: nothing is done then.
    pub async fn apply_as_seen(
        &self,
        requester: &Requester,
        lead: LeadId,
        text: NoteText,
        reading: Reading,
        seen: &[Change],
    ) -> Result<Option<DoneAiUpdate>, AiUpdateError> {
        let to_be_read = self
            .to_be_read(requester.workspace, lead, AiSource::Text(text), Some(reading.written_on))
            .await?;
        if reading.provider != to_be_read.provider {
            return Ok(None);
        }
        let hold = Hold::of_nothing(self.credits.clone(), requester, reading.provider);
        let doubt = match self.providers.doubt(reading.provider, &to_be_read.note).await {
            Ok(doubt) => doubt,
            Err(error) => return Err(hold.give_back(error).await),
        };
        let reading = Reading { usage: Usage::default(), ..reading };
        let mut prepared =
            Self::judged(requester, to_be_read, AiOptions::default(), reading, doubt.as_ref(), hold);
        if !prepared.keep_only(seen) {
            return Ok(None);
        }
        self.apply(requester, prepared, None).await.map(Some)
    }

    async fn apply(
        &self,
        requester: &Requester,
        prepared: Prepared,
        receipt: Option<Receipt<DoneAiUpdate>>,
    ) -> Result<DoneAiUpdate, AiUpdateError> {
        let Prepared { new, hold, allowance, text, .. } = prepared;
        let lead = new.lead;
        let receipt = receipt.map(|Receipt { reservation, answer }| {
            let text = text.clone();
            let done = move |applied: &AppliedAiUpdate| {
                answer(&DoneAiUpdate::new(applied.clone(), allowance, text.clone()))
            };
            Receipt { reservation, answer: Arc::new(done) }
        });
        // A write that nobody heard of may have been done. What is kept is found again; a dry run leaves nothing to be found.
        let mut attempts = 1..if new.dry_run { 1 } else { ATTEMPTS };
        let outcome = loop {
            let (new, by, receipt) = (new.clone(), requester.by.clone(), receipt.clone());
            match self.updates.apply(requester.workspace, new, by, receipt).await {
                Err(error) if error.is_transient() && attempts.next().is_some() => {}
                outcome => break outcome?,
            }
        };
        // What was reserved is charged or given back now.
        hold.let_go();
        match outcome {
            ApplyAiOutcome::Applied(applied) => {
                measure::charged(applied.update.credits.into());
                Ok(DoneAiUpdate::new(applied, allowance, text))
            }
            ApplyAiOutcome::NotFound => Err(AiUpdateError::LeadNotFound(lead)),
            ApplyAiOutcome::Archived => Err(AiUpdateError::Archived),
            ApplyAiOutcome::ReservationOver => Err(AiUpdateError::TimedOut),
        }
    }

    /// Reads a text and judges what is proposed. Credits are reserved before, and given back where nothing comes of it.
    pub(crate) async fn prepare(
        &self,
        requester: &Requester,
        lead: LeadId,
        request: AiRequest,
    ) -> Result<Prepared, AiUpdateError> {
        let AiRequest { source, options } = request;
        let to_be_read = self.to_be_read(requester.workspace, lead, source, options.as_of).await?;
        let hold = self.reserve(requester, to_be_read.provider, to_be_read.allowance).await?;
        match self.read(&to_be_read).await {
            Ok((reading, doubt)) => {
                Ok(Self::judged(requester, to_be_read, options, reading, doubt.as_ref(), hold))
            }
            Err(error) => Err(hold.give_back(error).await),
        }
    }

    /// A text with all that is to be known of it before it is read.
    async fn to_be_read(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        source: AiSource,
        as_of: Option<Date>,
    ) -> Result<ToBeRead, AiUpdateError> {
        let workspace = self.workspace(workspace).await?;
        let provider = self.providers.of(&workspace.ai);
        if provider == AiProvider::Off {
            return Err(AiUpdateError::Disabled);
        }
        let lead = self.active_lead(workspace.id, lead).await?;
        let is_ours = matches!(source, AiSource::Conversation(_));
        let note = self.note(&workspace, &lead, source, as_of).await?;
        let allowance = self.providers.allowances.of(workspace.plan);
        Ok(ToBeRead { settings: workspace.ai, provider, lead, note, is_ours, allowance })
    }

    /// What the provider proposes, and what else is known of the text.
    async fn read(&self, text: &ToBeRead) -> Result<(Reading, Option<Doubt>), SmartUpdateError> {
        let ToBeRead { provider, note, .. } = text;
        let proposal = self.providers.propose(*provider, note.clone()).await?;
        let doubt = self.providers.doubt(*provider, note).await?;
        Ok((Reading::new(*provider, proposal, note.written_on), doubt))
    }

    /// What becomes of a text that was read.
    fn judged(
        requester: &Requester,
        text: ToBeRead,
        options: AiOptions,
        reading: Reading,
        doubt: Option<&Doubt>,
        hold: Hold,
    ) -> Prepared {
        let ToBeRead { settings, lead, note, is_ours, allowance, .. } = text;
        let AiOptions { min_confidence, overwrite, dry_run, .. } = options;
        let terms = Terms { settings: &settings, min_confidence, overwrite, doubt };
        let judgement = judge(&lead, &note, &reading.changes, terms);
        let new = NewAiUpdate {
            id: AiUpdateId::generate(),
            lead: lead.id,
            seen: lead.version,
            patch: judgement.patch,
            changes: judgement.changes,
            refused: judgement.refused,
            reader: reading.reader(),
            credential: requester.credential,
            reservation: hold.reservation(),
            dry_run,
        };
        Prepared { new, hold, allowance, text: is_ours.then_some(note.text), reading }
    }

    async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, AiUpdateError> {
        let gone = || StorageError::unexpected("a workspace that a credential was just accepted for");
        Ok(self.workspaces.get(id).await?.ok_or_else(gone)?)
    }

    async fn active_lead(&self, workspace: WorkspaceId, lead: LeadId) -> Result<Lead, AiUpdateError> {
        let found = self.leads.get(workspace, lead).await?.ok_or(AiUpdateError::LeadNotFound(lead))?;
        match found.status() {
            LeadStatus::Active => Ok(found),
            LeadStatus::Archived => Err(AiUpdateError::Archived),
        }
    }

    /// The text, with what is needed to understand it.
    async fn note(
        &self,
        workspace: &Workspace,
        lead: &Lead,
        source: AiSource,
        as_of: Option<Date>,
    ) -> Result<Note, AiUpdateError> {
        let (text, last_on) = match source {
            AiSource::Text(text) => (text.into_string(), None),
            AiSource::Conversation(id) => {
                let lead = (lead.id, &lead.fields);
                let said = text::conversation(&*self.conversations, workspace.id, id, lead).await?;
                (said.text, said.last_on)
            }
        };
        Ok(Note {
            lead: lead.fields.clone(),
            text,
            written_on: as_of.or(last_on).unwrap_or_else(|| self.clock.now().date()),
            currency: workspace.currency,
            stages: DealStage::ALL.to_vec(),
            fields: AiFields::ANYWHERE.into_iter().filter(|field| workspace.ai.may_set(*field)).collect(),
        })
    }

    /// A page of the lead's updates, newest first.
    pub async fn list(
        &self,
        principal: &Principal,
        lead: LeadId,
        after: Option<AiUpdateId>,
        limit: PageLimit,
    ) -> Result<Page<AiUpdate>, AiUpdateError> {
        let page = self.updates.list(principal.workspace, lead, after, limit).await?;
        page.ok_or(AiUpdateError::LeadNotFound(lead))
    }

    /// Takes an update back: the fields that nobody has changed since have their earlier values again. What became of it is told
    /// as often as it is asked.
    pub async fn undo(
        &self,
        principal: &Principal,
        lead: LeadId,
        update: AiUpdateId,
        request_id: &str,
    ) -> Result<(Lead, AiUpdate), AiUpdateError> {
        let workspace = principal.workspace;
        if self.leads.get(workspace, lead).await?.is_none() {
            return Err(AiUpdateError::LeadNotFound(lead));
        }
        let by = authorship(principal, request_id);
        match self.updates.undo(workspace, lead, update, by).await? {
            UndoAiOutcome::Undone(lead, update) => Ok((lead, update)),
            UndoAiOutcome::NotFound => Err(AiUpdateError::UpdateNotFound),
            UndoAiOutcome::Archived => Err(AiUpdateError::Archived),
        }
    }
}

impl Prepared {
    /// Leaves out all other changes; false if one of these is not among them, or an amount would lose its currency.
    fn keep_only(&mut self, seen: &[Change]) -> bool {
        let judged = &self.new.changes;
        let is_seen = |change: &AiChange| seen.contains(&change.change);
        let all_there = seen.iter().all(|change| judged.iter().any(|one| one.change == *change));
        let mut money =
            judged.iter().filter(|change| Field::MONEY.contains(&change.change.field)).map(is_seen);
        let first = money.next();
        if !all_there || money.any(|kept| Some(kept) != first) {
            return false;
        }
        let (kept, left_out): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.new.changes).into_iter().partition(is_seen);
        let left_out: Vec<Field> = left_out.iter().map(|change| change.change.field).collect();
        self.new.patch = std::mem::take(&mut self.new.patch).without(&left_out);
        self.new.changes = kept;
        true
    }
}

/// How often an update is applied: what a model said was waited and paid for, and the database may only be busy.
pub(crate) const ATTEMPTS: u32 = 3;

const fn tokens(usage: Usage) -> AiTokens {
    AiTokens { input: usage.input_tokens, output: usage.output_tokens }
}

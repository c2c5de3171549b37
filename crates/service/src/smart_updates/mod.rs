//! Smart update: a text becomes changes of a lead. A provider proposes, the judge decides, one transaction applies.

mod evidence;
mod hold;
mod judge;
mod providers;
mod text;
mod usage;

use std::sync::Arc;

use leadkeep_ai::{Note, Proposal, SmartUpdateError, Usage};
use leadkeep_domain::{
    AiChange, AiFields, AiProvider, AiReader, AiTokens, AiUpdate, AiUpdateId, Change, Clock, DealStage,
    Field, Lead, LeadId, LeadStatus, Page, PageLimit, Workspace, WorkspaceId,
};
use leadkeep_storage::{
    AiCredits, AiUpdates as Repository, AppliedAiUpdate, ApplyAiOutcome, Authorship, Conversations, Leads,
    NewAiUpdate, Receipt, Repositories, StorageError, UndoAiOutcome, Workspaces,
};
use time::Date;
use uuid::Uuid;

use crate::{gate::Principal, leads::authorship};

pub use evidence::Doubt;
pub(crate) use hold::Hold;
pub use judge::{Judgement, Terms, judge};
pub use providers::Providers;
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

/// How sure a change must be where nobody says.
pub const MIN_CONFIDENCE: f64 = 0.6;

/// Who asks: a principal, or a run that one started.
#[derive(Clone, Debug)]
pub struct Requester {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// With which credential.
    pub credential: Uuid,
    /// Who, and in which request.
    pub by: Authorship,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct AiRequest {
    /// The text.
    pub source: AiSource,
    /// How it is read.
    pub options: AiOptions,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AiOptions {
    /// The day that the text was written; none for today, or for the day of a conversation's last message.
    pub as_of: Option<Date>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// How sure a change must be, from 0 to 1.
    pub min_confidence: f64,
    /// Whether a field that has a value may get another.
    pub overwrite: bool,
}

impl Default for AiOptions {
    fn default() -> Self {
        Self { as_of: None, dry_run: false, min_confidence: MIN_CONFIDENCE, overwrite: true }
    }
}

/// An update that was made, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct DoneAiUpdate {
    /// What the database made of it.
    pub applied: AppliedAiUpdate,
    /// Credits that the workspace has left this month.
    pub remaining: u64,
    /// The text, where the caller has not sent it: the evidence speaks of its bytes.
    pub text: Option<String>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AiUpdateError {
    /// Nothing reads texts in this workspace.
    #[error("smart update is off in this workspace")]
    Disabled,
    /// No such lead in the workspace.
    #[error("lead not found")]
    LeadNotFound(LeadId),
    /// The lead is archived.
    #[error("the lead is archived; restore it before changing it")]
    Archived,
    /// No such conversation with this lead.
    #[error("conversation_id must be the id of a conversation with this lead")]
    UnknownConversation,
    /// Nothing was said in the conversation.
    #[error("the conversation has no messages")]
    EmptyConversation,
    /// No such update of this lead.
    #[error("update not found")]
    UpdateNotFound,
    /// The workspace has no credits left this month.
    #[error("the workspace has no credits left this month")]
    CreditsExhausted,
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// The provider did not answer, or nothing that makes sense.
    #[error(transparent)]
    Unavailable(SmartUpdateError),
    /// The database did not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A text that was read and judged, to be applied.
pub(crate) struct Prepared {
    pub(crate) new: NewAiUpdate,
    pub(crate) hold: Hold,
    allowance: u64,
    pub(crate) text: Option<String>,
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

    /// Updates a lead from a text by these changes and no others: those that somebody has seen of a dry run, or some of them. None
    /// if the text now says something else of one of them, or the lead is not what it was: nothing is done then, and nothing
    /// charged.
    pub async fn update_as_seen(
        &self,
        requester: &Requester,
        lead: LeadId,
        request: AiRequest,
        seen: &[Change],
    ) -> Result<Option<DoneAiUpdate>, AiUpdateError> {
        let mut prepared = self.prepare(requester, lead, request).await?;
        // What is dropped gives its credit back.
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
        let Prepared { new, hold, allowance, text } = prepared;
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
            ApplyAiOutcome::Applied(applied) => Ok(DoneAiUpdate::new(applied, allowance, text)),
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
        let workspace = self.workspace(requester.workspace).await?;
        let provider = self.providers.of(&workspace.ai);
        if provider == AiProvider::Off {
            return Err(AiUpdateError::Disabled);
        }
        let lead = self.active_lead(requester.workspace, lead).await?;
        let is_ours = matches!(source, AiSource::Conversation(_));
        let note = self.note(&workspace, &lead, source, options.as_of).await?;
        let allowance = self.providers.allowances.of(workspace.plan);
        let hold = self.reserve(requester, provider, allowance).await?;
        let text = is_ours.then(|| note.text.clone());
        let (proposal, doubt) = match self.ask(provider, &note).await {
            Ok(answer) => answer,
            Err(error) => return Err(hold.give_back(error).await),
        };
        let terms = Terms {
            settings: &workspace.ai,
            min_confidence: options.min_confidence,
            overwrite: options.overwrite,
            doubt: doubt.as_ref(),
        };
        let judgement = judge(&lead, &note, &proposal.changes, terms);
        let reader = AiReader {
            provider,
            model: proposal.model,
            prompt_version: proposal.prompt_version,
            tokens: tokens(proposal.usage),
        };
        let new = NewAiUpdate {
            id: AiUpdateId::generate(),
            lead: lead.id,
            seen: lead.version,
            patch: judgement.patch,
            changes: judgement.changes,
            refused: judgement.refused,
            reader,
            credential: requester.credential,
            reservation: hold.reservation(),
            dry_run: options.dry_run,
        };
        Ok(Prepared { new, hold, allowance, text })
    }

    /// What the provider proposes, and what else is known of the text.
    async fn ask(
        &self,
        provider: AiProvider,
        note: &Note,
    ) -> Result<(Proposal, Option<Doubt>), SmartUpdateError> {
        let proposal = self.providers.propose(provider, note.clone()).await?;
        let doubt = self.providers.doubt(provider, note).await?;
        Ok((proposal, doubt))
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

impl Requester {
    /// A principal that asks itself.
    pub fn new(principal: &Principal, request_id: &str) -> Self {
        Self {
            workspace: principal.workspace,
            credential: principal.credential,
            by: authorship(principal, request_id),
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

impl DoneAiUpdate {
    fn new(applied: AppliedAiUpdate, allowance: u64, text: Option<String>) -> Self {
        let remaining = allowance.saturating_sub(applied.charged);
        Self { applied, remaining, text }
    }
}

/// How often an update is applied: what a model said was waited and paid for, and the database may only be busy.
pub(crate) const ATTEMPTS: u32 = 3;

const fn tokens(usage: Usage) -> AiTokens {
    AiTokens { input: usage.input_tokens, output: usage.output_tokens }
}

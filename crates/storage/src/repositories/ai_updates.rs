use async_trait::async_trait;
use leadkeep_domain::{
    AiChange, AiReader, AiRefusal, AiUpdate, AiUpdateId, Lead, LeadId, LeadPatch, Page, PageLimit, Version,
    WorkspaceId,
};
use uuid::Uuid;

use crate::{Authorship, CreditReservation, Receipt, StorageError};

/// Smart updates of the leads of workspaces.
///
/// What an update does is one transaction: the lead, its history, the update, its credits and its usage are there together or
/// not at all.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AiUpdates: Send + Sync {
    /// Makes the changes that nobody has got in the way of, and keeps what became of the text. A dry run makes none, keeps
    /// nothing, and is charged all the same.
    async fn apply(
        &self,
        workspace: WorkspaceId,
        new: NewAiUpdate,
        by: Authorship,
        receipt: Option<Receipt<AppliedAiUpdate>>,
    ) -> Result<ApplyAiOutcome, StorageError>;

    /// The update, if it is one of this lead.
    async fn get(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        update: AiUpdateId,
    ) -> Result<Option<AiUpdate>, StorageError>;

    /// A page of the lead's updates, newest first, behind `after`; none if the lead is not in the workspace.
    async fn list(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        after: Option<AiUpdateId>,
        limit: PageLimit,
    ) -> Result<Option<Page<AiUpdate>>, StorageError>;

    /// Takes an update back: gives the lead the values that it had before, but for fields that somebody has changed since. What
    /// was changed by an update that was itself taken back does not count. Once: the second time nothing happens, and what
    /// became of the first is told again.
    async fn undo(
        &self,
        workspace: WorkspaceId,
        lead: LeadId,
        update: AiUpdateId,
        by: Authorship,
    ) -> Result<UndoAiOutcome, StorageError>;
}

/// An update that is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAiUpdate {
    /// Which.
    pub id: AiUpdateId,
    /// Of which lead.
    pub lead: LeadId,
    /// The lead's version when the text was read: what has a later one was changed meanwhile.
    pub seen: Version,
    /// The changes.
    pub patch: LeadPatch,
    /// The same changes with their evidence.
    pub changes: Vec<AiChange>,
    /// What was proposed and refused.
    pub refused: Vec<AiRefusal>,
    /// What read the text.
    pub reader: AiReader,
    /// With which credential.
    pub credential: Uuid,
    /// The credits that were reserved; none for what costs nothing.
    pub reservation: Option<CreditReservation>,
    /// Whether nothing is to be written but what it cost.
    pub dry_run: bool,
}

/// An update that was made, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedAiUpdate {
    /// The lead as it is stored now.
    pub lead: Lead,
    /// The update.
    pub update: AiUpdate,
    /// Whether it would be only.
    pub dry_run: bool,
    /// The workspace's credits of this month that are reserved or charged.
    pub charged: u64,
}

/// What became of [applying](AiUpdates::apply) an update. All but the first leave the lead as it was; what was reserved for a
/// call that was made is charged.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once a call, and the large one is the usual one")]
pub enum ApplyAiOutcome {
    /// It is done.
    Applied(AppliedAiUpdate),
    /// No such lead in the workspace.
    NotFound,
    /// The lead is archived.
    Archived,
    /// The credits are not reserved any more: the call took too long.
    ReservationOver,
}

/// What became of [taking back](AiUpdates::undo) an update.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once a call, and the large one is the usual one")]
pub enum UndoAiOutcome {
    /// The lead as it is stored now, and the update with what became of taking it back.
    Undone(Lead, AiUpdate),
    /// No such lead in the workspace, or no such update of it.
    NotFound,
    /// The lead is archived.
    Archived,
}

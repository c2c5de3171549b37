use async_trait::async_trait;
use leadkeep_domain::{Actor, AiProvider, AiTokens, WorkspaceId};
use time::{Date, Duration};
use uuid::Uuid;

use crate::StorageError;

/// The ledger of smart update's credits, and what they were used for.
///
/// Credits are reserved before a provider is called, and charged with what comes of it, or given back. What is reserved by a
/// process that died counts no more after a while.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AiCredits: Send + Sync {
    /// Reserves credits of the current month, unless that would be more than its allowance. Of two that race for the last, one
    /// gets it.
    async fn reserve(
        &self,
        workspace: WorkspaceId,
        wanted: WantedCredits,
    ) -> Result<ReserveCreditsOutcome, StorageError>;

    /// Gives reserved credits back, as the call failed, and notes what it took all the same.
    async fn refund(&self, workspace: WorkspaceId, failed: FailedAiCall) -> Result<(), StorageError>;

    /// Credits of the current month that are reserved or charged.
    async fn charged(&self, workspace: WorkspaceId) -> Result<u64, StorageError>;

    /// What was used from the day `from` to the day `to`, both included: by day, credential and provider, in this order.
    async fn usage(
        &self,
        workspace: WorkspaceId,
        from: Date,
        to: Date,
    ) -> Result<Vec<AiUsageDay>, StorageError>;
}

/// Credits that are wanted for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedCredits {
    /// How many.
    pub credits: u32,
    /// How many the workspace has a month.
    pub allowance: u64,
    /// With which credential.
    pub credential: Uuid,
    /// For whom.
    pub provider: AiProvider,
    /// After what time they are not reserved any more.
    pub patience: Duration,
}

/// Credits that are reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditReservation {
    /// Which entry of the ledger.
    pub id: Uuid,
    /// How many.
    pub credits: u32,
}

/// What became of [reserving](AiCredits::reserve).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReserveCreditsOutcome {
    /// They are reserved.
    Reserved(CreditReservation),
    /// There are no more this month.
    Exhausted,
}

/// A call to a provider that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAiCall {
    /// What was reserved for it; none for what costs nothing.
    pub reservation: Option<CreditReservation>,
    /// Who called.
    pub actor: Actor,
    /// With which credential.
    pub credential: Uuid,
    /// Whom.
    pub provider: AiProvider,
    /// What it took.
    pub tokens: AiTokens,
}

/// What one credential used of one provider on one day, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiUsageDay {
    /// Which day.
    pub day: Date,
    /// Which credential.
    pub credential: Uuid,
    /// Its kind and name, as it was called last.
    pub actor: Actor,
    /// Which provider.
    pub provider: AiProvider,
    /// What was used.
    pub used: AiUsed,
}

/// How much was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AiUsed {
    /// Updates, dry runs included.
    pub updates: u64,
    /// Calls that came to nothing.
    pub failures: u64,
    /// Credits charged.
    pub credits: u64,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

impl AiUsed {
    /// Adds what else was used.
    pub const fn add(&mut self, other: Self) {
        self.updates += other.updates;
        self.failures += other.failures;
        self.credits += other.credits;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
    }
}

use std::sync::Arc;

use leadkeep_ai::SmartUpdateError;
use leadkeep_domain::{AiProvider, AiTokens, WorkspaceId};
use leadkeep_storage::{
    AiCredits, CreditReservation, FailedAiCall, ReserveCreditsOutcome, StorageError, WantedCredits,
};
use time::Duration;

use super::{AiUpdateError, Requester, SmartUpdates, tokens};

/// How long credits stay reserved: longer than a provider has to answer, and what it says to be written.
const PATIENCE: Duration = Duration::minutes(2);

/// A call to a provider that is going on, with what is reserved for it. Dropped before anything came of it, it gives that back:
/// also where the caller has gone away.
pub(crate) struct Hold {
    credits: Arc<dyn AiCredits>,
    workspace: WorkspaceId,
    call: FailedAiCall,
    over: bool,
}

impl SmartUpdates {
    /// Reserves what a call costs.
    pub(super) async fn reserve(
        &self,
        requester: &Requester,
        provider: AiProvider,
        allowance: u64,
    ) -> Result<Hold, AiUpdateError> {
        let mut hold = Hold::of_nothing(self.credits.clone(), requester, provider);
        let credits = provider.credits();
        if credits > 0 {
            let credential = requester.credential;
            let wanted = WantedCredits { credits, allowance, credential, provider, patience: PATIENCE };
            match self.credits.reserve(requester.workspace, wanted).await? {
                ReserveCreditsOutcome::Reserved(reservation) => hold.call.reservation = Some(reservation),
                ReserveCreditsOutcome::Exhausted => return Err(AiUpdateError::CreditsExhausted),
            }
            hold.over = false;
        }
        Ok(hold)
    }
}

impl Hold {
    /// Of what costs nothing.
    pub(super) fn of_nothing(
        credits: Arc<dyn AiCredits>,
        requester: &Requester,
        provider: AiProvider,
    ) -> Self {
        let call = FailedAiCall {
            reservation: None,
            actor: requester.by.actor.clone(),
            credential: requester.credential,
            provider,
            tokens: AiTokens::default(),
        };
        Self { credits, workspace: requester.workspace, call, over: true }
    }

    pub(super) fn reservation(&self) -> Option<CreditReservation> {
        self.call.reservation.clone()
    }

    /// What was reserved is charged or given back.
    pub(crate) fn let_go(mut self) {
        self.over = true;
    }

    /// Gives back what was reserved, as the provider failed so.
    pub(super) async fn give_back(mut self, error: SmartUpdateError) -> AiUpdateError {
        self.call.tokens = tokens(error.usage());
        self.over = true;
        // Where this fails, it is not reserved any more after a while.
        if let Err(error) = self.credits.refund(self.workspace, self.call.clone()).await {
            not_given_back(&error);
        }
        match error {
            SmartUpdateError::TimedOut { .. } => AiUpdateError::TimedOut,
            error => AiUpdateError::Unavailable(error),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let (credits, workspace, call) = (self.credits.clone(), self.workspace, self.call.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = credits.refund(workspace, call).await {
                    not_given_back(&error);
                }
            });
        }
    }
}

fn not_given_back(error: &StorageError) {
    tracing::debug!(%error, "credits were not given back; they are not reserved any more after two minutes");
}

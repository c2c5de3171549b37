//! What is counted while it happens, for whoever installed a recorder of the `metrics` crate: without one it costs nothing to speak of.

use std::time::Instant;

use leadkeep_ai::SmartUpdateError;
use leadkeep_domain::{AiProvider, RunKind};
use metrics::{Gauge, counter, gauge, histogram};

use crate::gate::Refusal;

/// A credential that was not accepted.
pub(crate) fn refused(refusal: Refusal) {
    refused_for(refusal.as_str());
}

/// A call that the gate refused. The reasons are [`Refusal::as_str`], [`Forbidden::as_str`](crate::gate::Forbidden::as_str), and a few that
/// no credential is needed for.
pub fn refused_for(reason: &'static str) {
    counter!("leadkeep_gate_decisions_total", "decision" => "refused", "reason" => reason).increment(1);
}

/// A call that the gate let pass.
pub fn passed() {
    counter!("leadkeep_gate_decisions_total", "decision" => "passed", "reason" => "").increment(1);
}

/// A text that a provider was asked to read, since then.
pub(crate) fn text_read<T>(provider: AiProvider, began: Instant, outcome: &Result<T, SmartUpdateError>) {
    let (provider, outcome) = (provider.as_str(), if outcome.is_ok() { "ok" } else { "failed" });
    histogram!("leadkeep_ai_call_seconds", "provider" => provider, "outcome" => outcome)
        .record(began.elapsed());
}

/// Credits that an update was charged.
pub(crate) fn charged(credits: u64) {
    counter!("leadkeep_ai_credits_total").increment(credits);
}

/// A run that this node works at, until it is dropped.
pub(crate) struct RunAtWork(Gauge);

impl RunAtWork {
    /// From now on.
    pub(crate) fn new(kind: RunKind) -> Self {
        let gauge = gauge!("leadkeep_runs_at_work", "kind" => kind.as_str());
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for RunAtWork {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// What became of a run that this node worked at.
pub(crate) fn run_left(kind: RunKind, outcome: &'static str) {
    counter!("leadkeep_runs_total", "kind" => kind.as_str(), "outcome" => outcome).increment(1);
}

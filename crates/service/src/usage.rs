use std::net::IpAddr;

use dashmap::DashMap;
use leadkeep_domain::WorkspaceId;
use leadkeep_storage::{CallOutcome, CountedCalls, Grain, LastUse, StorageError, Usage, UsageBatch, Used};
use time::OffsetDateTime;
use uuid::Uuid;

/// How many entries one transaction writes: others wait for it.
const BATCH: usize = 300;

/// Gathers in memory what credentials were used for, so that a call costs no write. Whoever holds it
/// [writes it down](Self::flush) every few seconds, and once more at the end.
#[derive(Debug, Default)]
pub struct UsageMeter {
    calls: DashMap<Counted, u64>,
    last_uses: DashMap<Used, (OffsetDateTime, IpAddr)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Counted {
    workspace: WorkspaceId,
    credential: Uuid,
    minute: OffsetDateTime,
    outcome: CallOutcome,
}

impl UsageMeter {
    /// Counts a call that ended now.
    pub fn count(&self, workspace: WorkspaceId, credential: Uuid, outcome: CallOutcome, now: OffsetDateTime) {
        *self
            .calls
            .entry(Counted { workspace, credential, minute: Grain::Minute.begin(now), outcome })
            .or_default() += 1;
    }

    /// Notes that something was used now.
    pub fn note(&self, used: Used, now: OffsetDateTime, from: IpAddr) {
        let mut last = self.last_uses.entry(used).or_insert((now, from));
        if last.0 <= now {
            *last = (now, from);
        }
    }

    /// Writes down what was gathered. What could not be written is kept for the next time.
    pub async fn flush(&self, usage: &dyn Usage) -> Result<(), StorageError> {
        let UsageBatch { last_uses, calls } = self.drain();
        let mut last_uses = last_uses.into_iter().peekable();
        let mut calls = calls.into_iter().peekable();
        while last_uses.peek().is_some() || calls.peek().is_some() {
            let last_uses_now: Vec<_> = last_uses.by_ref().take(BATCH).collect();
            let room = BATCH - last_uses_now.len();
            let batch = UsageBatch { last_uses: last_uses_now, calls: calls.by_ref().take(room).collect() };
            if let Err(error) = usage.record(batch.clone()).await {
                self.put_back(
                    batch.last_uses.into_iter().chain(last_uses),
                    batch.calls.into_iter().chain(calls),
                );
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes everything out. A call that is counted meanwhile is in this batch or in the next.
    fn drain(&self) -> UsageBatch {
        let mut batch = UsageBatch::default();
        self.last_uses.retain(|of, (at, from)| {
            batch.last_uses.push(LastUse { of: *of, at: *at, from: *from });
            false
        });
        self.calls.retain(|of, calls| {
            let Counted { workspace, credential, minute, outcome } = *of;
            batch.calls.push(CountedCalls { workspace, minute, credential, outcome, calls: *calls });
            false
        });
        batch
    }

    fn put_back(&self, last_uses: impl Iterator<Item = LastUse>, calls: impl Iterator<Item = CountedCalls>) {
        for last in last_uses {
            self.note(last.of, last.at, last.from);
        }
        for CountedCalls { workspace, minute, credential, outcome, calls } in calls {
            *self.calls.entry(Counted { workspace, credential, minute, outcome }).or_default() += calls;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    };

    use leadkeep_domain::Id;
    use leadkeep_storage::MockUsage;
    use time::{Duration, macros::datetime};

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:34:56.789 UTC);
    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn what_could_not_be_written_is_written_the_next_time_and_nothing_twice() {
        let meter = UsageMeter::default();
        let (workspace, credential) = (Id::generate(), Uuid::now_v7());
        for _ in 0..3 {
            meter.count(workspace, credential, CallOutcome::Ok, NOW);
        }
        meter.note(Used::Client(credential), NOW, HERE);
        meter.note(Used::Client(credential), NOW - Duration::SECOND, HERE);
        let (away, written) = (AtomicBool::new(true), std::sync::Arc::new(Mutex::new(Vec::new())));
        let mut usage = MockUsage::new();
        let seen = written.clone();
        usage.expect_record().returning(move |batch| {
            if away.swap(false, Ordering::SeqCst) {
                return Err(StorageError::unavailable("away"));
            }
            seen.lock().unwrap().push(batch);
            Ok(())
        });
        assert!(meter.flush(&usage).await.is_err());
        meter.count(workspace, credential, CallOutcome::Ok, NOW);
        meter.flush(&usage).await.unwrap();
        meter.flush(&usage).await.unwrap();
        let written = written.lock().unwrap();
        assert_eq!(written.len(), 1);
        assert_eq!(written[0].calls.iter().map(|calls| calls.calls).collect::<Vec<_>>(), [4]);
        assert_eq!(written[0].last_uses.iter().map(|last| last.at).collect::<Vec<_>>(), [NOW]);
    }

    #[tokio::test]
    async fn much_is_written_in_several_transactions() {
        let meter = UsageMeter::default();
        for _ in 0..=BATCH {
            let credential = Uuid::now_v7();
            meter.count(Id::generate(), credential, CallOutcome::Limited, NOW);
            meter.note(Used::Client(credential), NOW, HERE);
        }
        let mut usage = MockUsage::new();
        let total = std::sync::Arc::new(Mutex::new((0, 0)));
        let seen = total.clone();
        usage.expect_record().times(3).returning(move |batch| {
            assert!(batch.calls.len() + batch.last_uses.len() <= BATCH);
            let mut seen = seen.lock().unwrap();
            *seen = (seen.0 + batch.calls.len(), seen.1 + batch.last_uses.len());
            Ok(())
        });
        meter.flush(&usage).await.unwrap();
        assert_eq!(*total.lock().unwrap(), (BATCH + 1, BATCH + 1));
    }
}

//! What happened in a workspace: its calls, counted, and what was done to it.

use std::{collections::HashMap, sync::Arc};

use leadkeep_domain::{ClientKey, Clock, Id, Page, PageLimit, WorkspaceId};
use leadkeep_storage::{
    AuditFilter, AuditLog, AuditRecord, CallOutcome, CountedCredential, Grain, Repositories, StorageError,
    Usage,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::period::{Part, Period};

/// How many hours are drawn beside a credential.
pub const RECENT_HOURS: usize = 24;

/// The use cases of those who look at what happened.
#[derive(Clone)]
pub struct Activity {
    usage: Arc<dyn Usage>,
    audit_log: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
}

/// How calls ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// As wanted.
    pub ok: u64,
    /// Refused by a limit.
    pub limited: u64,
    /// Refused, as the credential did not stand.
    pub unauthorized: u64,
    /// Failed otherwise: any other status from 400 on, such as 404, 409, 422 and 500.
    pub error: u64,
}

/// The calls of one step of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it begins.
    pub begin: OffsetDateTime,
    /// Its calls.
    pub counts: Counts,
}

/// The calls of one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUse {
    /// Which. None is ever deleted, so each that was counted is known.
    pub credential: CountedCredential,
    /// Its calls.
    pub counts: Counts,
}

/// What will miss a credential that is revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecentUse {
    /// Its calls of the last 60 minutes.
    pub last_hour: u64,
    /// Its calls of the last 24 hours, the one that goes on among them.
    pub last_day: u64,
}

impl Counts {
    /// All together.
    pub const fn total(&self) -> u64 {
        self.ok + self.limited + self.unauthorized + self.error
    }

    /// Those that were refused: over a limit, or by a credential that did not stand. What failed otherwise was not refused: a lead that
    /// is not there, a body that can't be read.
    pub const fn refused(&self) -> u64 {
        self.limited + self.unauthorized
    }

    /// These and those.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            ok: self.ok + other.ok,
            limited: self.limited + other.limited,
            unauthorized: self.unauthorized + other.unauthorized,
            error: self.error + other.error,
        }
    }

    const fn add(&mut self, outcome: CallOutcome, calls: u64) {
        *self.of(outcome) += calls;
    }

    const fn of(&mut self, outcome: CallOutcome) -> &mut u64 {
        match outcome {
            CallOutcome::Ok => &mut self.ok,
            CallOutcome::Limited => &mut self.limited,
            CallOutcome::Unauthorized => &mut self.unauthorized,
            CallOutcome::Error => &mut self.error,
        }
    }

    /// These without those, which are among them.
    const fn without(&self, others: &Self) -> Self {
        Self {
            ok: self.ok.saturating_sub(others.ok),
            limited: self.limited.saturating_sub(others.limited),
            unauthorized: self.unauthorized.saturating_sub(others.unauthorized),
            error: self.error.saturating_sub(others.error),
        }
    }
}

impl Activity {
    /// On these repositories.
    pub fn new(repositories: &Repositories, clock: Arc<dyn Clock>) -> Self {
        Self { usage: repositories.usage.clone(), audit_log: repositories.audit_log.clone(), clock }
    }

    /// The calls of a workspace, or of one of its credentials, step by step: those without any, too.
    pub async fn timeline(
        &self,
        workspace: WorkspaceId,
        credential: Option<Uuid>,
        period: Period,
    ) -> Result<Vec<Step>, StorageError> {
        let now = self.clock.now();
        let calls = self.usage.timeline(workspace, credential, period.span(now)).await?;
        let mut steps: Vec<Step> =
            period.steps(now).into_iter().map(|begin| Step { begin, counts: Counts::default() }).collect();
        for one in calls {
            // The last that has begun by then.
            let behind = steps.partition_point(|step| step.begin <= one.step);
            if let Some(step) = behind.checked_sub(1).and_then(|at| steps.get_mut(at)) {
                step.counts.add(one.outcome, one.calls);
            }
        }
        Ok(steps)
    }

    /// What each credential was used for in that time, most first.
    pub async fn by_credential(
        &self,
        workspace: WorkspaceId,
        period: Period,
    ) -> Result<Vec<CredentialUse>, StorageError> {
        let (mut plus, mut minus): (HashMap<Uuid, Counts>, HashMap<Uuid, Counts>) = Default::default();
        for part in period.parts(self.clock.now()) {
            let (counts, span) = match part {
                Part::Plus(span) => (&mut plus, span),
                Part::Minus(span) => (&mut minus, span),
            };
            for one in self.usage.by_credential(workspace, span).await? {
                counts.entry(one.credential).or_default().add(one.outcome, one.calls);
            }
        }
        let known = self.usage.credentials(workspace).await?;
        let uses = known.into_iter().filter_map(|credential| {
            let not_then = minus.get(&credential.id).copied().unwrap_or_default();
            let counts = plus.get(&credential.id)?.without(&not_then);
            (counts.total() > 0).then_some(CredentialUse { credential, counts })
        });
        let mut uses: Vec<_> = uses.collect();
        uses.sort_by(|one, other| {
            let most = other.counts.total().cmp(&one.counts.total());
            most.then_with(|| one.credential.name.cmp(&other.credential.name))
        });
        Ok(uses)
    }

    /// All credentials of a workspace whose calls are counted, those that are revoked, too.
    pub async fn counted_credentials(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<CountedCredential>, StorageError> {
        self.usage.credentials(workspace).await
    }

    /// The calls of each of these credentials in the last [24 hours](RECENT_HOURS), hour by hour, oldest first; credentials without any are not there.
    pub async fn recent_hours(
        &self,
        workspace: WorkspaceId,
        of: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, [Counts; RECENT_HOURS]>, StorageError> {
        let now = self.clock.now();
        let last = Grain::Hour.begin(now);
        let first = Period::Day.span(now).from;
        let calls = self.usage.hours_by_credential(workspace, of, first, last + Duration::HOUR).await?;
        let mut all: HashMap<Uuid, [Counts; RECENT_HOURS]> = HashMap::new();
        for one in calls {
            let hours = all.entry(one.credential).or_default();
            let at = usize::try_from((one.hour - first).whole_hours()).ok();
            if let Some(counts) = at.and_then(|at| hours.get_mut(at)) {
                counts.add(one.outcome, one.calls);
            }
        }
        Ok(all)
    }

    /// How much a credential is used now.
    pub async fn recent_use(
        &self,
        workspace: WorkspaceId,
        credential: Uuid,
    ) -> Result<RecentUse, StorageError> {
        let now = self.clock.now();
        let total = async |period: Period| {
            let calls = self.usage.timeline(workspace, Some(credential), period.span(now)).await?;
            Ok::<_, StorageError>(calls.iter().map(|one| one.calls).sum())
        };
        Ok(RecentUse { last_hour: total(Period::Hour).await?, last_day: total(Period::Day).await? })
    }

    /// The calls of OAuth apps in the last [24 hours](RECENT_HOURS), hour by hour, oldest first, whoever lets them act; apps without any
    /// are not there.
    pub async fn recent_hours_of_apps(
        &self,
        workspace: WorkspaceId,
        apps: Vec<Id<ClientKey>>,
    ) -> Result<HashMap<Id<ClientKey>, [Counts; RECENT_HOURS]>, StorageError> {
        let span = Period::Day.span(self.clock.now());
        let mut all: HashMap<_, [Counts; RECENT_HOURS]> = HashMap::new();
        for one in self.usage.of_apps(workspace, apps, span).await? {
            let hours = all.entry(one.app).or_default();
            let at = usize::try_from((one.step - span.from).whole_hours()).ok();
            if let Some(counts) = at.and_then(|at| hours.get_mut(at)) {
                counts.add(one.outcome, one.calls);
            }
        }
        Ok(all)
    }

    /// How much an OAuth app is used now, whoever lets it act.
    pub async fn recent_use_of_app(
        &self,
        workspace: WorkspaceId,
        app: Id<ClientKey>,
    ) -> Result<RecentUse, StorageError> {
        let now = self.clock.now();
        let total = async |period: Period| {
            let calls = self.usage.of_apps(workspace, vec![app], period.span(now)).await?;
            Ok::<_, StorageError>(calls.iter().map(|one| one.calls).sum())
        };
        Ok(RecentUse { last_hour: total(Period::Hour).await?, last_day: total(Period::Day).await? })
    }

    /// A page of the audit log, newest first.
    pub async fn audit_log(
        &self,
        workspace: WorkspaceId,
        filter: AuditFilter,
        after: Option<Uuid>,
        limit: PageLimit,
    ) -> Result<Page<AuditRecord>, StorageError> {
        self.audit_log.list(workspace, filter, after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_otherwise_is_not_refused() {
        let counts = Counts { ok: 1, limited: 20, unauthorized: 300, error: 4_000 };
        assert_eq!((counts.refused(), counts.total()), (320, 4_321));
        assert_eq!(counts.plus(&counts), Counts { ok: 2, limited: 40, unauthorized: 600, error: 8_000 });
    }
}

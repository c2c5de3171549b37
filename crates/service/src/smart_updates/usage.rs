use std::collections::BTreeMap;

use leadkeep_domain::{Actor, AiAllowances, AiProvider, AiSettings};
use leadkeep_storage::AiUsed;
use time::Date;
use uuid::Uuid;

use super::{AiUpdateError, SmartUpdates};
use crate::gate::Principal;

/// What a workspace used smart update for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiUsageReport {
    /// What reads its texts now.
    pub provider: AiProvider,
    /// Credits that it has this month.
    pub allowance: u64,
    /// Credits of this month that are reserved or charged.
    pub charged: u64,
    /// By day, in UTC; days without use are left out.
    pub by_day: BTreeMap<Date, AiUsed>,
    /// By credential, with its kind and name as it was called last.
    pub by_credential: BTreeMap<Uuid, (Actor, AiUsed)>,
    /// By provider.
    pub by_provider: BTreeMap<AiProvider, AiUsed>,
}

impl SmartUpdates {
    /// What was used from one day to another, both included.
    pub async fn usage(
        &self,
        principal: &Principal,
        from: Date,
        to: Date,
    ) -> Result<AiUsageReport, AiUpdateError> {
        let workspace = self.workspace(principal.workspace).await?;
        let mut report = AiUsageReport {
            provider: self.providers.of(&workspace.ai),
            allowance: self.providers.allowances.of(workspace.plan),
            charged: self.credits.charged(principal.workspace).await?,
            by_day: BTreeMap::new(),
            by_credential: BTreeMap::new(),
            by_provider: BTreeMap::new(),
        };
        for row in self.credits.usage(principal.workspace, from, to).await? {
            report.by_day.entry(row.day).or_default().add(row.used);
            report.by_provider.entry(row.provider).or_default().add(row.used);
            let (actor, used) = report
                .by_credential
                .entry(row.credential)
                .or_insert_with(|| (row.actor.clone(), AiUsed::default()));
            // Rows come by day: the last name is the latest.
            *actor = row.actor;
            used.add(row.used);
        }
        Ok(report)
    }

    /// What reads the texts of workspaces that want nothing else: the most that any may want.
    pub fn server_provider(&self) -> AiProvider {
        self.providers.of(&AiSettings::default())
    }

    /// How many credits a workspace has a month, by its plan.
    pub const fn allowances(&self) -> AiAllowances {
        self.providers.allowances
    }

    /// The current month's first day, and today.
    pub fn this_month(&self) -> (Date, Date) {
        let today = self.clock.now().date();
        (today.replace_day(1).unwrap_or(today), today)
    }
}
